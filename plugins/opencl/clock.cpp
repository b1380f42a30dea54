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

std::optional<Clock::Reading> Clock::readTimer() {
  Reading reading;
  cl_ulong host = 0;
  reading.before = monotonicNanoseconds();
  // The host's clock is any clock: the one that counts is read around the call.
  if (api().clGetDeviceAndHostTimer(context_.facts.device, &reading.device, &host) != COMPLETE) return std::nullopt;
  reading.after = monotonicNanoseconds();
  return reading;
}

std::optional<Clock::Reading> Clock::readMarker() {
  // A driver may put the queue behind others that are busy. An older comparison will do then.
  const std::uint64_t patience = comparedAt_ == 0 ? UINT64_MAX : 1'000'000;
  if (!queue_) queue_ = createQueue(context_, true);
  cl_event event = nullptr;
  const std::uint64_t before = monotonicNanoseconds();
  check(api().clEnqueueBarrierWithWaitList(queue_.get(), 0, nullptr, &event), "cannot read the clock of a device");
  const std::uint64_t queued = monotonicNanoseconds();
  const DriverEvent marker(event);
  check(api().clFlush(queue_.get()), "cannot submit a queue");
  while (!Queue::isReached(marker)) {
    if (monotonicNanoseconds() - queued > patience) return std::nullopt;
    std::this_thread::yield();
  }
  const std::uint64_t reached = monotonicNanoseconds();
  const cl_ulong end = profilingTime(marker, PROFILING_COMMAND_END);
  // The time at which the marker was queued lies within one call, while nobody knows how long the end of it went unnoticed. Not all drivers take it by
  // the device's clock.
  const cl_ulong start = profilingTime(marker, PROFILING_COMMAND_QUEUED);
  if (start != 0 && start <= end && end - start <= reached - before) return Reading{start, before, queued};
  return Reading{end, before, reached};
}

/// The comparison that took least is the one that is least off.
void Clock::compare() {
  constexpr int tries = 4;
  std::optional<Reading> best;
  for (int i = 0; i < tries; ++i) {
    const std::optional<Reading> reading = hasTimer_ ? readTimer() : readMarker();
    hasTimer_ = hasTimer_ && reading;
    if (reading && (!best || reading->span() < best->span())) best = reading;
  }
  if (best) map_.compare(best->device, best->before + best->span() / 2);
}

void Clock::keepUp() {
  std::lock_guard lock(mutex_);
  const std::uint64_t now = monotonicNanoseconds();
  if (comparedAt_ != 0 && now - comparedAt_ < plugin_support::ClockMap::period) return;
  compare();
  comparedAt_ = now;
}

}  // namespace nexus::opencl
