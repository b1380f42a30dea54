#include "worker.h"

#include <algorithm>
#include <chrono>
#include <vector>

namespace nexus::gpu_plugin {

namespace {
constexpr auto spinning = std::chrono::microseconds(50);
constexpr auto shortestPause = std::chrono::microseconds(20), longestPause = std::chrono::microseconds(500);
}  // namespace

void Worker::stop() {
  {
    std::lock_guard lock(mutex_);
    isClosing_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  posted_.clear();
}

void Worker::post(std::shared_ptr<Task> task) {
  std::lock_guard lock(mutex_);
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  posted_.push_back(std::move(task));
  changed_.notify_all();
}

void Worker::run() {
  std::vector<std::shared_ptr<Task>> active;
  auto quietSince = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  for (;;) {
    if (isClosing_) return;
    if (posted_.empty()) {
      if (active.empty()) {
        changed_.wait(lock, [this] { return isClosing_ || !posted_.empty(); });
      } else if (const auto quiet = std::chrono::steady_clock::now() - quietSince; quiet > spinning) {
        const auto pause =
            std::clamp(std::chrono::duration_cast<std::chrono::microseconds>(quiet / 16), shortestPause, longestPause);
        changed_.wait_for(lock, pause);
      }
      if (isClosing_) return;
    }
    if (!posted_.empty()) quietSince = std::chrono::steady_clock::now();
    for (auto& task : posted_)
      if (std::find(active.begin(), active.end(), task) == active.end()) active.push_back(std::move(task));
    posted_.clear();
    lock.unlock();
    const std::size_t done = std::erase_if(active, [](const std::shared_ptr<Task>& task) { return !task->advance(); });
    if (done != 0)
      quietSince = std::chrono::steady_clock::now();
    else
      std::this_thread::yield();
    lock.lock();
  }
}

}  // namespace nexus::gpu_plugin
