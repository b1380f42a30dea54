#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace null_plugin {

/// The one thread of a device. It runs the host calls of the streams, which must not run on the thread that submits them:
/// that thread may hold a lock that the callback needs.
class CallbackThread {
 public:
  CallbackThread() = default;
  /// Runs what is left, then ends the thread.
  ~CallbackThread();

  /// Called before the first post(), so that a thread that cannot be started is reported where it can still be refused.
  void start();
  void post(std::function<void()> work);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> work_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace null_plugin
