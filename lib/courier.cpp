#include "courier.h"

#include "fork_guard.h"
#include "per_process.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace nexus::detail {

namespace {

struct Courier {
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::function<void()>> jobs;
  bool isRunning = false;

  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [this] { return !jobs.empty(); });
      std::function<void()> job = std::move(jobs.front());
      jobs.pop_front();
      lock.unlock();
      job();
      job = nullptr;
      lock.lock();
    }
  }
};

}  // namespace

void post(std::function<void()> job) {
  Courier& courier = perProcess<Courier>();
  std::lock_guard lock(courier.mutex);
  courier.jobs.push_back(std::move(job));
  if (!courier.isRunning) std::thread([&courier] { courier.work(); }).detach();
  courier.isRunning = true;
  courier.wake.notify_one();
}

}  // namespace nexus::detail
