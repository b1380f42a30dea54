#pragma once

#include "device.h"

#include <condition_variable>

namespace nexus::gpu_plugin {

/// A 64-bit value that only grows. The host raises it directly; a stream raises it by a mark, and whoever wants to know looks whether the device has got
/// there: a signal costs the stream no more than recording a driver event.
class Event : public Task, public std::enable_shared_from_this<Event> {
 public:
  Event(Device& device, std::uint64_t initial) : device_(device), value_(initial) {}

  void signal(std::uint64_t value);
  /// Returns false if the time is over first. Throws the failure if the value will never be reached.
  bool wait(std::uint64_t value, std::uint64_t timeoutNanoseconds);
  std::uint64_t value();
  void notify(std::uint64_t value, const nxs_host_call& call);
  void fail(const plugin_support::PluginError& failure);

  /// Raises the value when the work that `stream` was given so far is done. Throws if the value would not grow.
  void raiseBehind(std::uint64_t value, StreamHandle handle, std::weak_ptr<Stream> stream);

  /// What a stream has to do that waits for a value.
  struct Outlook {
    bool isKnown;                ///< false: nobody has been told to raise it yet; the stream will be posted when somebody is
    std::shared_ptr<Mark> mark;  ///< nullptr: the value is reached
  };
  /// Throws the failure if the value will never be reached.
  Outlook outlook(std::uint64_t value, const std::shared_ptr<Task>& waiter);

  bool advance() override;

 private:
  struct Point {
    std::uint64_t value;
    std::shared_ptr<Mark> mark;
    std::weak_ptr<Stream> stream;
  };
  struct Listener {
    std::uint64_t value;
    nxs_host_call call;
  };
  struct Waiter {
    std::uint64_t value;
    std::shared_ptr<Task> task;
  };
  /// What has to be done when the lock is no longer held.
  struct Aftermath {
    std::vector<std::pair<nxs_host_call, nxs_status>> calls;
    std::vector<std::shared_ptr<Task>> tasks;
    std::vector<std::pair<std::shared_ptr<Stream>, plugin_support::PluginError>> failures;
  };

  std::uint64_t promised() const noexcept { return points_.empty() ? value_ : std::max(value_, points_.back().value); }
  void refresh(Aftermath& after);
  void collect(Aftermath& after);
  void carryOut(Aftermath& after);
  [[noreturn]] void refuse(std::uint64_t value, std::uint64_t present) const;

  Device& device_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t value_;
  std::optional<plugin_support::PluginError> failure_;
  std::deque<Point> points_;  // in flight, values growing
  std::vector<Listener> listeners_;
  std::vector<Waiter> waiters_;
};

}  // namespace nexus::gpu_plugin

struct nxs_event {
  std::shared_ptr<nexus::gpu_plugin::Event> event;
};
