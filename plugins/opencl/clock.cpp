#include "clock.h"

#include "queue.h"

#include "plugins/support/timestamp.h"

#include <cstdio>
#include <thread>

namespace nexus::opencl {

using plugin_support::monotonicNanoseconds;

namespace {

/// Whether the function of OpenCL 2.1 may be called. It may nevertheless refuse.
bool mayHaveTimer(const Platform& platform) {
  int major = 0, minor = 0;
  return api().clGetDeviceAndHostTimer && std::sscanf(platform.version.c_str(), "OpenCL %d.%d", &major, &minor) == 2 &&
         (major > 2 || (major == 2 && minor >= 1));
}

}  // namespace

Clock::Clock(const DeviceContext& context) : context_(context), hasTimer_(mayHaveTimer(context.platform)) {}

std::optional<cl_ulong> Clock::readTimer() {
  cl_ulong device = 0, host = 0;
  // The host's clock is any clock: the one that counts is read around the call.
  if (api().clGetDeviceAndHostTimer(context_.facts.device, &device, &host) != COMPLETE) return std::nullopt;
  return device;
}

std::optional<cl_ulong> Clock::readMarker() {
  // A driver may put the queue behind others that are busy. An older comparison will do then.
  const std::uint64_t patience = comparedAt_ == 0 ? UINT64_MAX : 1'000'000;
  if (!queue_) queue_ = createQueue(context_, true);
  cl_event event = nullptr;
  check(api().clEnqueueBarrierWithWaitList(queue_.get(), 0, nullptr, &event), "cannot read the clock of a device");
  const DriverEvent marker(event);
  check(api().clFlush(queue_.get()), "cannot submit a queue");
  const std::uint64_t start = monotonicNanoseconds();
  while (!Queue::isReached(marker)) {
    if (monotonicNanoseconds() - start > patience) return std::nullopt;
    std::this_thread::yield();
  }
  return profilingTime(marker, PROFILING_COMMAND_END);
}

/// The comparison that took least is the one that is least off.
void Clock::compare() {
  constexpr int tries = 4;
  std::optional<cl_ulong> best;
  std::uint64_t bestSpan = 0, bestHost = 0;
  for (int i = 0; i < tries; ++i) {
    const std::uint64_t before = monotonicNanoseconds();
    std::optional<cl_ulong> device = hasTimer_ ? readTimer() : readMarker();
    const std::uint64_t span = monotonicNanoseconds() - before;
    hasTimer_ = hasTimer_ && device;
    if (!device || (best && span >= bestSpan)) continue;
    best = device;
    bestSpan = span;
    bestHost = before + span / 2;
  }
  if (best) map_.compare(*best, bestHost);
}

void Clock::keepUp() {
  std::lock_guard lock(mutex_);
  const std::uint64_t now = monotonicNanoseconds();
  if (comparedAt_ != 0 && now - comparedAt_ < plugin_support::ClockMap::period) return;
  compare();
  comparedAt_ = now;
}

}  // namespace nexus::opencl
