#include "clock.h"

#include "backoff.h"
#include "device.h"

#include "plugins/support/timestamp.h"

#include <algorithm>

namespace nexus::gpu_plugin {

using plugin_support::monotonicNanoseconds;

Clock::Base::~Base() { device.stamps().giveBack(handle); }

bool Clock::readSpan(EventHandle first, EventHandle second, std::uint64_t& nanoseconds) {
  float milliseconds = 0;
  if (driver.eventElapsed(&milliseconds, first, second) != success) return false;
  nanoseconds = static_cast<std::uint64_t>(std::max(static_cast<double>(milliseconds), 0.0) * 1e6);
  return true;
}

std::shared_ptr<const Clock::Base> Clock::base() {
  std::lock_guard lock(mutex_);
  if (const std::uint64_t now = monotonicNanoseconds(); !base_ || now - triedAt_ >= plugin_support::ClockMap::period) {
    triedAt_ = now;
    renew();
  }
  return base_;
}

/// Has the device take a stamp on a stream that is idle, a few times; that of which the host knows best when it was taken becomes the base.
void Clock::renew() {
  constexpr int tries = 4;
  // A driver may put the stream behind others that are busy. The old base will do then.
  const std::uint64_t patience = base_ ? 1'000'000 : UINT64_MAX;
  std::shared_ptr<Base> best;
  std::uint64_t bestSpan = 0, bestHost = 0;
  for (int i = 0; i < tries; ++i) {
    const auto candidate = std::make_shared<Base>(device_, device_.stamps().take());
    const std::uint64_t before = monotonicNanoseconds();
    device_.check(driver.eventRecord(candidate->handle, device_.housekeeping()), "cannot record a time stamp");
    Backoff backoff;
    Result result = notReady;
    while ((result = driver.eventQuery(candidate->handle)) == notReady && !backoff.isOver(patience)) backoff.pause();
    if (result == notReady) break;
    device_.check(result, "cannot query an event");
    const std::uint64_t span = monotonicNanoseconds() - before;
    if (best && span >= bestSpan) continue;
    best = candidate;
    bestSpan = span;
    bestHost = before + span / 2;
  }
  if (!best) return;
  best->time = bestHost;
  if (std::uint64_t passed = 0; base_ && readSpan(base_->handle, best->handle, passed)) best->time = base_->time + passed;
  map_.compare(best->time, bestHost);
  base_ = std::move(best);
}

}  // namespace nexus::gpu_plugin
