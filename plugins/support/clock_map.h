#pragma once

#include <cstdint>
#include <deque>
#include <mutex>

namespace nexus::plugin_support {

/// Converts times of a device's clock to the host's, both in nanoseconds. The two clocks drift apart, so they are compared from time to time,
/// and each comparison is a little off. While comparisons follow each other, the conversion has no jumps, so that what lies between two times of
/// the device keeps its length and its order; what it is off by is made up for over the next second.
class ClockMap {
 public:
  /// How often the clocks are to be compared while times are converted.
  static constexpr std::uint64_t period = 1'000'000'000;

  /// The device's clock was at `device` when the host's was at `host`. In the order of time. After a pause, times since the one before are
  /// converted anew.
  void compare(std::uint64_t device, std::uint64_t host);
  /// At least one comparison has been made.
  std::uint64_t toHost(std::uint64_t device) const;

 private:
  /// From `device` on, until the next one begins.
  struct Line {
    std::uint64_t device, host;
    double rate;
  };
  static std::uint64_t onLine(const Line& line, std::uint64_t device);

  mutable std::mutex mutex_;
  std::deque<Line> lines_;
  std::uint64_t comparedDevice_ = 0, comparedHost_ = 0;  // the last time
};

}  // namespace nexus::plugin_support
