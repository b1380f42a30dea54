#pragma once

#include "operation.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <optional>
#include <span>

namespace nexus::cpu_plugin {

/// Measured durations of a plan's operations, in nanoseconds.
struct Times {
  std::mutex mutex;
  std::vector<std::uint64_t> nanoseconds;
};

/// Operations in order, shared with the schedule that they came from.
struct Plan {
  std::vector<std::shared_ptr<const Operation>> operations;
  bool mustBeQueued = false;

  /// Time on one thread; infinite if it is not known.
  double expectedNanoseconds() const noexcept;
  /// Runs all; none of them must be queued. With `times`, measures each.
  void run(WorkerPool& pool, Times* times) const;
};

/// An in-order queue. Whoever makes it busy runs it: the submitting thread itself if the stream was idle and it is going to wait (or the work is
/// short), otherwise a worker of the pool, or a thread that waits for the stream.
class Stream : public Task, public std::enable_shared_from_this<Stream> {
 public:
  explicit Stream(WorkerPool& pool) : pool_(pool) {}

  /// Runs or queues one operation. Returns the ticket, 0 if it has been run. Throws PluginError.
  std::uint64_t submit(const nxs_command& command, bool isInline);
  /// The same for a plan, which is shared only if it is queued. With `times`, its operations are measured.
  std::uint64_t submit(const std::shared_ptr<const Plan>& plan, bool isInline, const std::shared_ptr<Times>& times) {
    if (!plan->mustBeQueued && isInline && tryBegin()) {
      runInline([&] { plan->run(pool_, times.get()); });
      return 0;
    }
    if (!isInline && !plan->mustBeQueued && runIfShort(plan->expectedNanoseconds(), [&] { plan->run(pool_, times.get()); }))
      return 0;
    return enqueue(plan, times);
  }

  /// Returns false if the time is over first. Throws what failed, which ends the failure.
  bool synchronize(std::uint64_t timeoutNanoseconds);
  std::uint64_t completed() const noexcept { return completed_.load(std::memory_order_acquire); }

  void run() noexcept override;

 private:
  struct Queued {
    std::shared_ptr<const Plan> plan;
    std::shared_ptr<Times> times;
    std::size_t next = 0;
    std::vector<std::uint64_t> measured = {};
    static constexpr std::chrono::steady_clock::time_point notStarted{};
    std::chrono::steady_clock::time_point start = notStarted;  // of the next operation, if it is measured
  };

  bool tryBegin() noexcept;
  /// Also succeeds if the stream becomes idle soon; tried once until it is idle again.
  bool tryBeginSoon(double expectedNanoseconds) noexcept;
  void end();
  /// Waits if the queue is too long: for a short operation until it is empty, for others until it is half as long.
  void waitForRoom(bool isShort);
  void setParked(bool isParked) noexcept;
  template <class Body>
  void runInline(Body&& body);
  /// Short work is run at once even if nobody waits for it; its failure is then kept for the next wait. Returns whether it was run.
  template <class Body>
  bool runIfShort(double expectedNanoseconds, Body&& body);
  std::uint64_t enqueue(std::shared_ptr<const Plan> plan, std::shared_ptr<Times> times = nullptr);
  bool runQueued(Queued& queued) noexcept;
  /// Runs one operation of the queue, or finds that it must be waited for.
  enum class Step { Done, Parked };
  Step runStep(const Operation& operation);
  void throwFailure();
  void setFailure(const plugin_support::PluginError& failure) noexcept;

  WorkerPool& pool_;
  // Whether somebody runs this stream. The queue is looked at after it is cleared and filled before it is set, so that no work is left lying.
  std::atomic<bool> isBusy_{false};
  std::atomic<std::size_t> queuedCount_{0};
  std::atomic<bool> hasFailed_{false};
  std::atomic<bool> isWorthWaiting_{true};
  std::atomic<std::uint64_t> completed_{0};

  std::mutex mutex_;
  std::condition_variable progressed_;
  std::uint64_t submitted_ = 0;
  bool isParked_ = false;  // behind a wait for an event
  std::deque<Queued> queue_;
  std::optional<plugin_support::PluginError> failure_;
};

template <class Body>
void Stream::runInline(Body&& body) {
  struct End {
    Stream& stream;
    ~End() { stream.end(); }
  } ender{*this};
  body();
}

template <class Body>
bool Stream::runIfShort(double expectedNanoseconds, Body&& body) {
  constexpr double shortNanoseconds = 2'000;
  const bool isShort = expectedNanoseconds < shortNanoseconds;
  waitForRoom(isShort);
  if (!isShort || hasFailed_.load(std::memory_order_relaxed) || !tryBeginSoon(expectedNanoseconds)) return false;
  try {
    runInline(body);
  } catch (const plugin_support::PluginError& failure) {
    setFailure(failure);
  }
  return true;
}

inline bool Stream::tryBegin() noexcept {
  bool isBusy = false;
  if (!isBusy_.compare_exchange_strong(isBusy, true)) return false;
  // Work behind a failure goes through the queue, where it is skipped.
  if (queuedCount_.load() == 0 && !hasFailed_.load(std::memory_order_relaxed)) [[likely]]
    return true;
  end();
  return false;
}

inline void Stream::end() {
  isBusy_.store(false);
  if (queuedCount_.load() == 0) [[likely]]
    return;
  bool isBusy = false;
  if (isBusy_.compare_exchange_strong(isBusy, true)) pool_.post(shared_from_this());
}

}  // namespace nexus::cpu_plugin

struct nxs_stream {
  std::shared_ptr<nexus::cpu_plugin::Stream> stream;
};
