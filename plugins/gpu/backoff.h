#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace nexus::gpu_plugin {

/// Between two looks at a driver that has no wait with a timeout: short waits are spun, as the driver itself does, long ones sleep for a small part of
/// the time that has passed.
class Backoff {
 public:
  void pause() {
    const auto passed = std::chrono::steady_clock::now() - start_;
    if (passed < spinning) return;
    if (passed < yielding)
      std::this_thread::yield();
    else
      std::this_thread::sleep_for(std::min(std::chrono::duration_cast<std::chrono::nanoseconds>(passed / 64), longestSleep));
  }
  /// Whether so many nanoseconds have passed since the beginning.
  bool isOver(std::uint64_t nanoseconds) const {
    return static_cast<std::uint64_t>((std::chrono::steady_clock::now() - start_) / std::chrono::nanoseconds(1)) >= nanoseconds;
  }
  std::uint64_t left(std::uint64_t nanoseconds) const {
    const auto passed = static_cast<std::uint64_t>((std::chrono::steady_clock::now() - start_) / std::chrono::nanoseconds(1));
    return nanoseconds == UINT64_MAX ? nanoseconds : nanoseconds - std::min(nanoseconds, passed);
  }

 private:
  static constexpr auto spinning = std::chrono::microseconds(50), yielding = std::chrono::microseconds(2000);
  static constexpr std::chrono::nanoseconds longestSleep{1'000'000};
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace nexus::gpu_plugin
