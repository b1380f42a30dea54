#pragma once

#include <atomic>
#include <cstdint>

namespace nexus::plugin_support {

/// A mutex for what every launch locks: while nobody else wants it, lock and unlock are one atomic operation each, in the caller's own code. Whoever
/// finds it taken sleeps.
class LightMutex {
 public:
  LightMutex() = default;
  LightMutex(const LightMutex&) = delete;
  LightMutex& operator=(const LightMutex&) = delete;

  void lock() noexcept {
    if (!try_lock()) [[unlikely]]
      wait();
  }
  bool try_lock() noexcept {
    std::uint32_t expected = unlocked;
    return state_.compare_exchange_strong(expected, locked, std::memory_order_acquire, std::memory_order_relaxed);
  }
  void unlock() noexcept {
    if (state_.exchange(unlocked, std::memory_order_release) == contended) [[unlikely]]
      wakeOne();
  }

 private:
  static constexpr std::uint32_t unlocked = 0, locked = 1, contended = 2;

  /// Leaves it marked as contended, since others may sleep as well.
  [[gnu::noinline, gnu::cold]] void wait() noexcept {
    while (state_.exchange(contended, std::memory_order_acquire) != unlocked) state_.wait(contended, std::memory_order_relaxed);
  }
  [[gnu::noinline, gnu::cold]] void wakeOne() noexcept { state_.notify_one(); }

  std::atomic<std::uint32_t> state_{unlocked};
};

}  // namespace nexus::plugin_support
