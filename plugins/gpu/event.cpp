#include "event.h"

#include "backoff.h"
#include "stream.h"

#include "plugins/support/deadline.h"

namespace nexus::gpu_plugin {

using plugin_support::PluginError;

void Event::refuse(std::uint64_t value, std::uint64_t present) const {
  throw PluginError(NXS_INVALID_ARGUMENT, "an event that is at " + std::to_string(present) + " cannot be signalled with " +
                                              std::to_string(value) + "; its value only grows");
}

/// Takes over what the device has reached meanwhile.
void Event::refresh(Aftermath& after) {
  bool hasChanged = false;
  try {
    while (!points_.empty() && points_.front().mark->isDone()) {
      const Point& point = points_.front();
      if (point.value > value_) {
        value_ = point.value;
      } else if (auto stream = point.stream.lock()) {
        after.failures.emplace_back(
            std::move(stream),
            PluginError(NXS_INVALID_ARGUMENT, "an event that is at " + std::to_string(value_) + " cannot be signalled with " +
                                                  std::to_string(point.value) + "; its value only grows"));
      }
      points_.pop_front();
      hasChanged = true;
    }
  } catch (const PluginError& lost) {
    if (!failure_) failure_ = lost;
    points_.clear();
    hasChanged = true;
  }
  if (hasChanged) collect(after);
}

/// Finds those who need not wait any longer.
void Event::collect(Aftermath& after) {
  const std::uint64_t promise = promised();
  std::erase_if(listeners_, [&](const Listener& listener) {
    const bool isReached = listener.value <= value_;
    if (!isReached && !(failure_ && listener.value > promise)) return false;
    after.calls.emplace_back(listener.call, isReached ? nxs_status{NXS_SUCCESS} : failure_->status());
    return true;
  });
  std::erase_if(waiters_, [&](Waiter& waiter) {
    if (waiter.value > promise && !failure_) return false;
    after.tasks.push_back(std::move(waiter.task));
    return true;
  });
  if (!points_.empty() && !listeners_.empty()) after.tasks.push_back(shared_from_this());
  changed_.notify_all();
}

void Event::carryOut(Aftermath& after) {
  for (auto& [stream, failure] : after.failures) stream->fail(failure);
  for (auto& task : after.tasks) device_.worker().post(std::move(task));
  for (const auto& [call, status] : after.calls) call.function(call.user, status);
}

void Event::signal(std::uint64_t value) {
  Aftermath after;
  {
    std::lock_guard lock(mutex_);
    refresh(after);
    if (failure_) throw *failure_;
    if (value <= value_) refuse(value, value_);
    value_ = value;
    collect(after);
  }
  carryOut(after);
}

void Event::fail(const PluginError& failure) {
  Aftermath after;
  {
    std::lock_guard lock(mutex_);
    refresh(after);
    if (!failure_) failure_ = failure;
    collect(after);
  }
  carryOut(after);
}

std::uint64_t Event::value() {
  Aftermath after;
  std::uint64_t value = 0;
  std::optional<PluginError> failure;
  {
    std::lock_guard lock(mutex_);
    refresh(after);
    value = value_;
    failure = failure_;
  }
  carryOut(after);
  if (failure) throw *failure;
  return value;
}

bool Event::wait(std::uint64_t value, std::uint64_t timeout) {
  Backoff backoff;
  for (;;) {
    Aftermath after;
    bool isDone = false, isPromised = false;
    std::optional<PluginError> failure;
    {
      std::unique_lock lock(mutex_);
      refresh(after);
      isDone = value_ >= value;
      isPromised = promised() >= value;
      if (!isDone && !isPromised) failure = failure_;
      // Only the host can change that, and it says so.
      if (!isDone && !isPromised && !failure && after.failures.empty() && after.calls.empty() && after.tasks.empty()) {
        const auto hasNews = [&] { return failure_ || promised() >= value; };
        if (!plugin_support::waitFor(changed_, lock, backoff.left(timeout), hasNews)) return false;
        continue;
      }
    }
    carryOut(after);
    if (isDone) return true;
    if (failure) throw *failure;
    if (backoff.isOver(timeout)) return false;
    backoff.pause();
  }
}

void Event::notify(std::uint64_t value, const nxs_host_call& call) {
  Aftermath after;
  {
    std::lock_guard lock(mutex_);
    refresh(after);
    listeners_.push_back({value, call});
    collect(after);
  }
  carryOut(after);
}

void Event::raiseBehind(std::uint64_t value, StreamHandle handle, std::weak_ptr<Stream> stream) {
  Aftermath after;
  std::optional<PluginError> failure;
  {
    std::lock_guard lock(mutex_);
    if (failure_) throw *failure_;
    if (value <= promised()) refuse(value, promised());
    try {
      points_.push_back({value, device_.mark(handle), std::move(stream)});
    } catch (const PluginError& e) {
      failure_ = failure = e;  // nobody else is going to raise it
    }
    collect(after);
  }
  carryOut(after);
  if (failure) throw *failure;
}

Event::Outlook Event::outlook(std::uint64_t value, const std::shared_ptr<Task>& waiter) {
  std::lock_guard lock(mutex_);
  if (value_ >= value) return {true, nullptr};
  for (const Point& point : points_)
    if (point.value >= value) return {true, point.mark};
  if (failure_) throw *failure_;
  const auto isSame = [&](const Waiter& known) { return known.task == waiter && known.value == value; };
  if (std::none_of(waiters_.begin(), waiters_.end(), isSame)) waiters_.push_back({value, waiter});
  return {false, nullptr};
}

bool Event::advance() {
  Aftermath after;
  bool isWatched = false;
  {
    std::lock_guard lock(mutex_);
    refresh(after);
    isWatched = !points_.empty() && !listeners_.empty();
    std::erase_if(after.tasks, [this](const std::shared_ptr<Task>& task) { return task.get() == this; });
  }
  carryOut(after);
  return isWatched;
}

}  // namespace nexus::gpu_plugin
