#include "event.h"

#include "timed_wait.h"

#include <algorithm>
#include <iterator>
#include <utility>

using null_plugin::Failure;

bool nxs_event::raise(std::uint64_t value) {
  std::unique_lock lock(mutex_);
  if (value <= value_) return false;
  value_ = value;
  wake(std::move(lock));
  return true;
}

void nxs_event::fail(const Failure& failure) {
  std::unique_lock lock(mutex_);
  if (!failure_) failure_ = failure;
  wake(std::move(lock));
}

std::optional<Failure> nxs_event::await(std::uint64_t value, Waiter waiter) {
  std::lock_guard lock(mutex_);
  std::optional<Failure> known = outcome(value);
  if (!known) waiting_.push_back({value, std::move(waiter)});
  return known;
}

Failure nxs_event::wait(std::uint64_t value, std::uint64_t timeout_ns) {
  std::unique_lock lock(mutex_);
  std::optional<Failure> known;
  const auto done = [&] { return (known = outcome(value)).has_value(); };
  if (null_plugin::timedWait(changed_, lock, timeout_ns, done)) return *known;
  return {NXS_TIMEOUT, "the event is at " + std::to_string(value_) + ", waited for " + std::to_string(value)};
}

Failure nxs_event::query(std::uint64_t& value) {
  std::lock_guard lock(mutex_);
  if (!failure_) value = value_;
  return failure_;
}

std::optional<Failure> nxs_event::outcome(std::uint64_t value) const {
  if (value_ >= value) return Failure{};
  if (failure_) return failure_;
  return std::nullopt;
}

void nxs_event::wake(std::unique_lock<std::mutex> lock) {
  const auto first = std::stable_partition(waiting_.begin(), waiting_.end(), [&](const Waiting& w) { return !outcome(w.value); });
  std::vector<std::pair<Waiter, Failure>> awake;
  for (auto waiting = first; waiting != waiting_.end(); ++waiting) {
    awake.emplace_back(std::move(waiting->waiter), *outcome(waiting->value));
  }
  waiting_.erase(first, waiting_.end());
  changed_.notify_all();
  lock.unlock();
  // From here on, one of those woken may have destroyed the event.
  for (const auto& [waiter, failure] : awake) waiter(failure);
}
