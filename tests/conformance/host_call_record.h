#pragma once

#include <nexus/plugin.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace nexus::conformance {

/// Records the calls of one nxs_host_call. Lives longer than the command that it is given to.
class HostCallRecord {
 public:
  HostCallRecord() = default;
  /// Also runs `action` in each call.
  explicit HostCallRecord(std::function<void()> action) : action_(std::move(action)) {}
  HostCallRecord(const HostCallRecord&) = delete;
  HostCallRecord& operator=(const HostCallRecord&) = delete;

  nxs_host_call call() {
    return {[](void* user, nxs_status status) { static_cast<HostCallRecord*>(user)->record(status); }, this};
  }
  /// Waits for the n-th call; false if it does not come within a minute.
  bool waitForCalls(std::size_t n) const {
    std::unique_lock lock(mutex_);
    return called_.wait_for(lock, std::chrono::minutes(1), [&] { return statuses_.size() >= n; });
  }
  std::vector<nxs_status> statuses() const {
    std::lock_guard lock(mutex_);
    return statuses_;
  }
  std::size_t count() const { return statuses().size(); }
  std::thread::id thread() const {
    std::lock_guard lock(mutex_);
    return thread_;
  }

 private:
  void record(nxs_status status) {
    if (action_) action_();
    std::lock_guard lock(mutex_);
    statuses_.push_back(status);
    thread_ = std::this_thread::get_id();
    called_.notify_all();
  }

  const std::function<void()> action_;
  mutable std::mutex mutex_;
  mutable std::condition_variable called_;
  std::vector<nxs_status> statuses_;
  std::thread::id thread_;
};

}  // namespace nexus::conformance
