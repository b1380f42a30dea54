#include "event.h"

#include "plugins/support/deadline.h"

#include <algorithm>

namespace nexus::cpu_plugin {

using plugin_support::PluginError;

void Event::signal(std::uint64_t value) {
  std::unique_lock lock(mutex_);
  if (failure_) throw *failure_;
  if (value <= value_)
    throw PluginError(NXS_INVALID_ARGUMENT, "the event is at " + std::to_string(value_) + " already, and its value only grows");
  value_ = value;
  callBack(lock);
}

void Event::fail(const PluginError& failure) {
  std::unique_lock lock(mutex_);
  failure_ = failure;
  callBack(lock);
}

void Event::callBack(std::unique_lock<std::mutex>& lock) {
  std::vector<Waiter> due;
  const auto firstDue = std::stable_partition(waiters_.begin(), waiters_.end(),
                                              [&](const Waiter& waiter) { return waiter.value > value_ && !failure_; });
  due.assign(std::make_move_iterator(firstDue), std::make_move_iterator(waiters_.end()));
  waiters_.erase(firstDue, waiters_.end());
  const std::uint64_t reached = value_;
  const nxs_status failed = failure_ ? failure_->status() : NXS_SUCCESS;
  changed_.notify_all();
  lock.unlock();
  for (const Waiter& waiter : due) waiter.call(waiter.value <= reached ? nxs_status{NXS_SUCCESS} : failed);
}

bool Event::wait(std::uint64_t value, std::uint64_t timeout) {
  std::unique_lock lock(mutex_);
  const bool isOver = plugin_support::waitFor(changed_, lock, timeout, [&] { return value_ >= value || failure_; });
  if (isOver && value_ < value) throw *failure_;
  return isOver;
}

std::uint64_t Event::value() const {
  std::lock_guard lock(mutex_);
  if (failure_) throw *failure_;
  return value_;
}

nxs_status Event::status(std::uint64_t value) const {
  std::lock_guard lock(mutex_);
  return value_ >= value || !failure_ ? nxs_status{NXS_SUCCESS} : failure_->status();
}

bool Event::notify(std::uint64_t value, std::function<void(nxs_status)> call) {
  std::lock_guard lock(mutex_);
  if (value_ >= value || failure_) return false;
  waiters_.push_back({value, std::move(call)});
  return true;
}

}  // namespace nexus::cpu_plugin
