#pragma once

#include "plugins/support/deadline.h"
#include "plugins/support/plugin_error.h"

#include <nexus/plugin.h>

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace nexus::plugin_support {

/// The 64-bit value of an event, kept on the host. All members may be called from any thread.
class Timeline {
 public:
  explicit Timeline(std::uint64_t initial) : value_(initial) {}

  /// Throws PluginError if `value` is not above the present one.
  void signal(std::uint64_t value) {
    std::unique_lock lock(mutex_);
    if (failure_) throw *failure_;
    if (value <= value_)
      throw PluginError(NXS_INVALID_ARGUMENT, "the event is at " + std::to_string(value_) + " already, and its value only grows");
    value_ = value;
    callBack(lock);
  }
  /// Makes all waits for values that are not reached yet fail. The first failure stays.
  void fail(const PluginError& failure) {
    std::unique_lock lock(mutex_);
    if (!failure_) failure_ = failure;
    callBack(lock);
  }
  /// Returns false if the time is over first. Throws what failed.
  bool wait(std::uint64_t value, std::uint64_t timeoutNanoseconds) {
    std::unique_lock lock(mutex_);
    const bool isOver = waitFor(changed_, lock, timeoutNanoseconds, [&] { return value_ >= value || failure_; });
    if (isOver && value_ < value) throw *failure_;
    return isOver;
  }
  /// Throws what failed.
  std::uint64_t value() const {
    std::lock_guard lock(mutex_);
    if (failure_) throw *failure_;
    return value_;
  }
  /// Calls back once, on the thread that signals, when the value is reached or the event fails. Returns false, and does not call,
  /// if that is so already.
  bool notify(std::uint64_t value, std::function<void(nxs_status)> call) {
    std::lock_guard lock(mutex_);
    if (value_ >= value || failure_) return false;
    waiters_.push_back({value, std::move(call)});
    return true;
  }
  /// Whether the value is reached or will never be.
  bool isOver(std::uint64_t value) const {
    std::lock_guard lock(mutex_);
    return value_ >= value || failure_;
  }
  /// Status of a wait for `value` that is known to be over.
  nxs_status status(std::uint64_t value) const {
    std::lock_guard lock(mutex_);
    return value_ >= value || !failure_ ? nxs_status{NXS_SUCCESS} : failure_->status();
  }
  /// What made a wait for `value`, which is known to be over, fail; nothing if it did not.
  std::optional<PluginError> failure(std::uint64_t value) const {
    std::lock_guard lock(mutex_);
    return value_ >= value ? std::nullopt : failure_;
  }
  /// Why a signal with `value` would be refused now and ever after; nothing if it would not.
  std::optional<PluginError> refusal(std::uint64_t value) const {
    std::lock_guard lock(mutex_);
    if (failure_) return failure_;
    if (value > value_) return std::nullopt;
    return PluginError(NXS_INVALID_ARGUMENT, "an event that is at " + std::to_string(value_) + " already was to be set to " +
                                                 std::to_string(value) + ", but its value only grows");
  }

 private:
  struct Waiter {
    std::uint64_t value;
    std::function<void(nxs_status)> call;
  };
  void callBack(std::unique_lock<std::mutex>& lock) {
    // Without memory, which may have run out.
    std::list<Waiter> due;
    for (auto waiter = waiters_.begin(); waiter != waiters_.end();) {
      const auto present = waiter++;
      if (present->value <= value_ || failure_) due.splice(due.end(), waiters_, present);
    }
    const std::uint64_t reached = value_;
    const nxs_status failed = failure_ ? failure_->status() : NXS_SUCCESS;
    changed_.notify_all();
    lock.unlock();
    for (const Waiter& waiter : due) waiter.call(waiter.value <= reached ? nxs_status{NXS_SUCCESS} : failed);
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t value_;
  std::optional<PluginError> failure_;
  std::list<Waiter> waiters_;
};

}  // namespace nexus::plugin_support

/// What the interface calls an event. Whoever signals it shares the timeline: a waiter may destroy the event before the signal has
/// returned.
struct nxs_event {
  std::shared_ptr<nexus::plugin_support::Timeline> event;
};
