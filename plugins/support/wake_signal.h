#pragma once

#include "plugins/support/deadline.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace nexus::plugin_support {

/// Tells threads that something has happened. It has a lock of its own: a driver's callback, which wakes, must never meet one that
/// is held while the driver is called.
class WakeSignal {
 public:
  /// A thread that is going to wait: it first takes part, then looks whether it must wait, so that it misses nothing.
  class Waiting {
   public:
    explicit Waiting(WakeSignal& signal) : signal_(signal) { signal_.waiters_.fetch_add(1); }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() { signal_.waiters_.fetch_sub(1); }
    std::uint64_t wakes() const {
      std::lock_guard lock(signal_.mutex_);
      return signal_.wakes_;
    }
    /// Until there have been more than `seen` wakes or the time is over.
    void wait(std::uint64_t seen, std::uint64_t nanoseconds) const {
      std::unique_lock lock(signal_.mutex_);
      waitFor(signal_.woken_, lock, nanoseconds, [&] { return signal_.wakes_ != seen; });
    }

   private:
    WakeSignal& signal_;
  };

  void wake() {
    if (waiters_.load() == 0) return;
    std::lock_guard lock(mutex_);
    ++wakes_;
    woken_.notify_all();
  }

 private:
  std::atomic<int> waiters_{0};
  std::mutex mutex_;
  std::condition_variable woken_;
  std::uint64_t wakes_ = 0;
};

}  // namespace nexus::plugin_support
