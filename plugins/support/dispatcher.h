#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace nexus::plugin_support {

/// A thread of the plugin for what a driver's callback must not do itself, and for the functions of the host. It starts with the
/// first use.
class Dispatcher {
 public:
  Dispatcher() = default;
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;
  ~Dispatcher() { close(); }

  /// Runs `work` on the thread, in the order of the calls. Does nothing after close().
  void post(std::function<void()> work) {
    std::lock_guard lock(mutex_);
    if (isClosing_) return;
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    work_.push_back(std::move(work));
    changed_.notify_one();
  }

  /// A callback that the driver owes. The plugin's code must not be unloaded before it has been made and has returned.
  class Debt {
   public:
    explicit Debt(std::shared_ptr<Dispatcher> dispatcher) : dispatcher_(std::move(dispatcher)) {
      std::lock_guard lock(dispatcher_->mutex_);
      ++dispatcher_->debts_;
    }
    Debt(Debt&&) = default;
    Debt& operator=(Debt&&) = delete;
    ~Debt() {
      if (!dispatcher_) return;
      std::lock_guard lock(dispatcher_->mutex_);
      if (--dispatcher_->debts_ == 0) dispatcher_->settled_.notify_all();
    }

   private:
    std::shared_ptr<Dispatcher> dispatcher_;
  };

  /// Waits for callbacks that are owed and for the work that is posted, then ends the thread. Not to be called on it.
  void close() {
    std::unique_lock lock(mutex_);
    settled_.wait(lock, [this] { return debts_ == 0; });
    isClosing_ = true;
    changed_.notify_one();
    lock.unlock();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return isClosing_ || !work_.empty(); });
      if (work_.empty()) return;
      std::function<void()> work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_, settled_;
  std::deque<std::function<void()>> work_;
  std::size_t debts_ = 0;
  bool isClosing_ = false;
  std::thread thread_;
};

}  // namespace nexus::plugin_support
