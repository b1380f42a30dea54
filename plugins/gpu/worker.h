#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

namespace nexus::gpu_plugin {

/// Something that the worker of a device carries on with.
class Task {
 public:
  virtual ~Task() = default;
  /// Does what can be done now. Returns whether it waits for the device, so that it has to be asked again; if it waits for anything else, somebody posts it.
  virtual bool advance() = 0;
};

/// The one host thread of a device. It submits work that had to wait for the host, makes host calls and watches marks that somebody wants to hear of.
/// It starts with the first task and sleeps while there is none.
class Worker {
 public:
  ~Worker() { stop(); }
  /// Ends the thread and drops what was posted.
  void stop();
  void post(std::shared_ptr<Task> task);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Task>> posted_;
  bool isClosing_ = false;
  std::thread thread_;
};

}  // namespace nexus::gpu_plugin
