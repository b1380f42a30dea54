#pragma once

#include "plugins/support/plugin_error.h"

#include <nexus/plugin.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace nexus::cpu_plugin {

/// A 64-bit timeline.
class Event {
 public:
  explicit Event(std::uint64_t initial) : value_(initial) {}

  /// Throws PluginError if `value` is not above the present one.
  void signal(std::uint64_t value);
  /// Makes all waits for values that are not reached yet fail.
  void fail(const plugin_support::PluginError& failure);
  /// Returns false if the time is over first. Throws what failed.
  bool wait(std::uint64_t value, std::uint64_t timeoutNanoseconds);
  /// Throws what failed.
  std::uint64_t value() const;
  /// Calls back once, on the thread that signals, when the value is reached or the event fails. Returns false, and does not call, if that is
  /// so already.
  bool notify(std::uint64_t value, std::function<void(nxs_status)> call);
  /// Status of a wait for `value` that is known to be over.
  nxs_status status(std::uint64_t value) const;

 private:
  struct Waiter {
    std::uint64_t value;
    std::function<void(nxs_status)> call;
  };
  void callBack(std::unique_lock<std::mutex>& lock);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t value_;
  std::optional<plugin_support::PluginError> failure_;
  std::vector<Waiter> waiters_;
};

}  // namespace nexus::cpu_plugin
