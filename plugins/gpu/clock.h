#pragma once

#include "driver_types.h"

#include "plugins/support/clock_map.h"

#include <memory>

namespace nexus::gpu_plugin {

class Device;

/// The clock of a device. Its driver only tells how long after another time stamp one was taken, in milliseconds of single precision: so there
/// is a base from which stamps are counted, and a new one every second. Beyond 8.192 s (2^13 ms), a unit of the 24 bits is more than 0.5 us.
class Clock {
 public:
  static constexpr std::uint64_t longestSpan = 8'192'000'000;

  explicit Clock(Device& device) : device_(device) {}

  struct Base {
    Base(Device& device, EventHandle handle) : device(device), handle(handle) {}
    Base(const Base&) = delete;
    Base& operator=(const Base&) = delete;
    ~Base();
    Device& device;
    const EventHandle handle;
    std::uint64_t time = 0;  ///< by the device's clock
  };
  /// The base for a stamp that is recorded next. Compares the clocks, if it is time to. Needs the context to be current.
  std::shared_ptr<const Base> base();
  /// Nanoseconds between two events that have been reached; nothing if the driver does not tell. The first one came first.
  /// Needs the context to be current.
  static bool readSpan(EventHandle first, EventHandle second, std::uint64_t& nanoseconds);
  /// A time of the device's clock by the host's.
  std::uint64_t toHost(std::uint64_t time) const { return map_.toHost(time); }
  /// Gives the base back.
  void close() noexcept { base_.reset(); }

 private:
  void renew();

  Device& device_;
  std::mutex mutex_;
  std::shared_ptr<const Base> base_;
  std::uint64_t triedAt_ = 0;
  plugin_support::ClockMap map_;
};

}  // namespace nexus::gpu_plugin
