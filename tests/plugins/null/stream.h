#pragma once

#include "failure.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <span>

namespace null_plugin {

class CallbackThread;

/// An in-order queue without a thread of its own: commands run on the thread that submits them, or on the one that ends what held
/// them back. At any time, at most one party has the turn to run commands: a thread inside run(), an event that is waited for, or
/// the callback thread.
class Stream : public std::enable_shared_from_this<Stream> {
 public:
  explicit Stream(CallbackThread& callbacks) : callbacks_(callbacks) {}
  /// Drops commands that nothing can release any more; their host calls are still made.
  ~Stream();

  /// Appends the commands and runs what can run. Returns the ticket, or 0 if all has completed and the stream has not failed.
  std::uint64_t submit(std::span<const nxs_command> commands);
  /// Waits until `ticket` commands have completed, then returns and ends the failure of the stream.
  Failure wait(std::uint64_t ticket, std::uint64_t timeout_ns);
  std::uint64_t submitted();
  std::uint64_t completed();

 private:
  /// Runs commands until none is left or one is held back. The caller has the turn.
  void run();
  /// Runs one command; false if another party has taken the turn and will complete it.
  bool start(const nxs_command& command);
  bool startWait(const nxs_event_point& point);
  void startHostCall(const nxs_host_call& call);
  void complete(const Failure& failure);
  Failure failure();

  CallbackThread& callbacks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<nxs_command> commands_;  // the first one is running
  bool running_ = false;              // whether some party has the turn
  std::uint64_t submitted_ = 0;
  std::uint64_t completed_ = 0;
  Failure failure_;
};

}  // namespace null_plugin

struct nxs_stream {
  std::shared_ptr<null_plugin::Stream> stream;
};
