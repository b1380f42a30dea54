// A device's clock and the host's.
#pragma once

#include "api.h"

#include "plugins/support/clock_map.h"

#include <mutex>
#include <optional>

namespace nexus::opencl {

struct DeviceContext;

/// Converts what the driver measures on a device to the host's clock. Drivers from OpenCL 2.1 on may read the device's clock at any time; of others a
/// marker in an idle queue tells it.
class Clock {
 public:
  explicit Clock(const DeviceContext& context);

  /// Compares the clocks if it is time to: before a time is measured, and before it is converted. Throws PluginError.
  void keepUp();
  /// A time of CL_PROFILING_COMMAND_* by the host's clock.
  std::uint64_t toHost(cl_ulong time) const { return map_.toHost(time); }

 private:
  /// A time of the device, and the host's in front of and behind it.
  struct Reading {
    cl_ulong device;
    std::uint64_t before, after;
    std::uint64_t span() const noexcept { return after - before; }
  };

  void compare();
  std::optional<Reading> readTimer();
  std::optional<Reading> readMarker();

  const DeviceContext& context_;
  std::mutex mutex_;
  bool hasTimer_;
  CommandQueue queue_;  // for markers
  std::uint64_t comparedAt_ = 0;
  plugin_support::ClockMap map_;
};

}  // namespace nexus::opencl
