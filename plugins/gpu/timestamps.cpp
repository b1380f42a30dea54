#include "timestamps.h"

#include "device.h"

#include "plugins/support/timestamp.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace nexus::gpu_plugin {

using plugin_support::monotonicNanoseconds;

Timestamps::~Timestamps() {
  for (const Pending& stamp : pending_) device_.stamps().giveBack(stamp.handle);
  if (last_) device_.stamps().giveBack(last_);
}

void Timestamps::record(StreamHandle stream, std::uint64_t* nanoseconds, std::uint64_t ticket) {
  auto base = device_.clock().base();
  Pending& stamp = pending_.emplace_back(Pending{nullptr, std::move(base), nanoseconds, ticket, monotonicNanoseconds()});
  try {
    stamp.handle = device_.stamps().take();
    device_.check(driver.eventRecord(stamp.handle, stream), "cannot record a time stamp");
  } catch (...) {
    if (stamp.handle) device_.stamps().giveBack(stamp.handle);
    pending_.pop_back();
    throw;
  }
}

void Timestamps::forget(std::uint64_t ticket) noexcept {
  for (; !pending_.empty() && pending_.back().ticket == ticket; pending_.pop_back())
    device_.stamps().giveBack(pending_.back().handle);
}

/// The time by the device's clock. Returns false if the device never came there.
bool Timestamps::read(const Pending& stamp, std::uint64_t& time) const noexcept {
  std::uint64_t passed = 0;
  if (!Clock::readSpan(stamp.base->handle, stamp.handle, passed)) return false;
  time = stamp.base->time + passed;
  // Recorded long before the device came there: the stamp before it is nearer.
  if (passed > Clock::longestSpan && last_ && Clock::readSpan(last_, stamp.handle, passed)) time = lastTime_ + passed;
  return true;
}

void Timestamps::tellPending(std::uint64_t ticket) noexcept {
  std::optional<ContextScope> scope;
  try {
    scope.emplace(device_.context());
    device_.clock().base();  // compares the clocks, if that was long ago
  } catch (const plugin_support::PluginError&) {
    // The device is lost, and nothing can be read.
  }
  const std::uint64_t now = monotonicNanoseconds();
  for (; !pending_.empty() && pending_.front().ticket <= ticket; pending_.pop_front()) {
    const Pending& stamp = pending_.front();
    EventHandle done = stamp.handle;
    if (std::uint64_t time = 0; read(stamp, time)) {
      lastTold_ = std::clamp(device_.clock().toHost(time), std::max(stamp.recordedAt, lastTold_), now);
      *stamp.nanoseconds = lastTold_;
      lastTime_ = time;
      std::swap(last_, done);
    }
    if (done) device_.stamps().giveBack(done);
  }
}

}  // namespace nexus::gpu_plugin
