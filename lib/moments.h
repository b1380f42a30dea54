#pragma once

#include <nexus/plugin.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nexus::detail {

class DeviceObject;

/// The times at which a stream comes to places between commands: timestamps of the device where it has them. Elsewhere host calls look at
/// the clock, which a driver may make late and which hold up its stream.
class Moments {
 public:
  Moments(const DeviceObject& device, std::size_t count);

  /// The command that notes moment `index`; this must live until it has completed.
  nxs_command stamp(std::size_t index) noexcept;
  static bool isStamp(const nxs_command& command) noexcept;
  std::size_t count() const noexcept { return times_.size(); }
  /// By traceClock; 0 if the stream has failed before. For commands that have completed.
  std::uint64_t operator[](std::size_t index) const noexcept { return times_[index]; }

 private:
  static void note(void* time, nxs_status status);

  const bool hasTimestamps_;
  std::vector<std::uint64_t> times_;
};

}  // namespace nexus::detail
