#pragma once

#include "failure.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

/// A timeline on the host: a growing value, and those who wait for it.
struct nxs_event {
 public:
  using Failure = null_plugin::Failure;
  using Waiter = std::function<void(const Failure&)>;

  explicit nxs_event(std::uint64_t initial) : value_(initial) {}

  /// Raises the value and wakes who waited for it; false if `value` is not above the present one.
  bool raise(std::uint64_t value);
  /// Marks what was to raise the value as failed. Values that were reached before stay reached.
  void fail(const Failure& failure);
  /// How the wait for `value` ended if that is known already; otherwise nothing, and `waiter` is called once when it is.
  std::optional<Failure> await(std::uint64_t value, Waiter waiter);
  /// Blocks; NXS_TIMEOUT after `timeout_ns` nanoseconds.
  Failure wait(std::uint64_t value, std::uint64_t timeout_ns);
  /// The present value, or the failure.
  Failure query(std::uint64_t& value);

 private:
  struct Waiting {
    std::uint64_t value;
    Waiter waiter;
  };

  std::optional<Failure> outcome(std::uint64_t value) const;
  /// Wakes the waiters whose outcome is known. Calls them without the lock: they may run other streams, or take locks of the core.
  void wake(std::unique_lock<std::mutex> lock);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t value_;
  Failure failure_;
  std::vector<Waiting> waiting_;
};
