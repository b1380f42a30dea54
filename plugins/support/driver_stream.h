#pragma once

#include "plugins/support/dispatcher.h"
#include "plugins/support/driver_plan.h"
#include "plugins/support/held_command.h"
#include "plugins/support/in_flight.h"
#include "plugins/support/light_mutex.h"
#include "plugins/support/signals_in_flight.h"
#include "plugins/support/spent_points.h"
#include "plugins/support/timeline.h"
#include "plugins/support/timestamp.h"
#include "plugins/support/wake_signal.h"

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace nexus::plugin_support {

/// An in-order stream over the in-order queue of a driver. Launches, copies and fills go to the driver at once, and so does a wait
/// for a signal that follows from what another queue of the device has been given. What the driver cannot do, or does at the risk of
/// a deadlock, stays here: any other wait for an event that is not reached parks the stream, and what is submitted behind it is held
/// back until the event comes; signals and functions of the host follow from callbacks of the driver, on the dispatcher's thread.
///
/// A signal that is certain to be refused when it is submitted (or released) fails the stream there. One that becomes invalid only
/// while it is in flight, because somebody else raises the event beyond it, fails the stream too, but what was enqueued behind it
/// meanwhile runs.
///
/// A Queue is used by one thread at a time, except for the functions on points. It offers
///   Prepared            what makes a recorded command quick to enqueue; {} for a command that comes once
///   Timer               measures one command; {} is one that took no time
///   Point               a copyable place in the queue; {} converts to false and is one that is reached
///   void check(const nxs_command&)           throws PluginError if the command must be refused
///   bool runNow(const nxs_command&)          does a command on the calling thread if that is quicker; the queue is idle
///   void enqueue(const nxs_command&, const Prepared&, Timer*)
///                                            hands a launch, copy or fill to the driver. Throws PluginError
///   void await(const Point&)                 lets what comes next wait for that place of another queue. Throws PluginError
///   Point mark()                             the place behind what was enqueued since the last call, {} if that is nothing; makes
///   the
///                                            driver begin
///   static bool isReached(const Point&)      throws PluginError if something before it has failed
///   static bool wait(const Point&) noexcept  until it is reached (true) or something has failed
///   static void notify(const Point&, std::function<void()>) noexcept
///                                            calls back once when it is reached or something has failed, from any thread
///   static std::uint64_t nanoseconds(const Timer&)
///   Stamp               the time at which the queue comes to a place
///   Stamp stamp()                            of the place behind what was enqueued. Throws PluginError
///   std::optional<std::uint64_t> hostTime(const Stamp&) noexcept
///                                            by the host's clock, once that place is reached; nothing if the queue failed before
template <class Queue>
class DriverStream : public std::enable_shared_from_this<DriverStream<Queue>> {
 public:
  using Plan = DriverPlan<Queue>;
  using Point = typename Queue::Point;
  using Prepared = typename Queue::Prepared;
  using Timer = typename Queue::Timer;
  using Stamp = typename Queue::Stamp;

  /// The streams of a device share the dispatcher and the signals.
  DriverStream(std::shared_ptr<Dispatcher> dispatcher, std::shared_ptr<SignalsInFlight<Queue>> signals, Queue queue)
      : dispatcher_(std::move(dispatcher)), signals_(std::move(signals)), queue_(std::move(queue)) {}

  /// Returns the ticket, 0 if the commands have completed. Throws PluginError, and then has changed nothing.
  std::uint64_t submit(std::span<const nxs_command> commands, bool isInline) {
    for (const nxs_command& command : commands) queue_.check(command);
    std::unique_lock lock(mutex_);
    if (isInline && commands.size() == 1 && isIdle() && queue_.runNow(commands[0])) return 0;
    makeRoom(lock);
    std::size_t next = 0;
    if (!isHeldBack())
      next = advance(
          true, nullptr, 0, commands.size(), [&](std::size_t i) -> const nxs_command& { return commands[i]; },
          [](std::size_t) { return nullptr; });
    const std::uint64_t ticket = ++submitted_;
    if (!isHeldBack()) {
      push({queue_.mark(), ticket, nullptr});
      spent_.giveBack();
      return ticket;
    }
    Run rest;
    rest.ticket = ticket;
    for (; next < commands.size(); ++next) rest.commands.emplace_back(commands[next]);
    held_.push_back(std::move(rest));
    return ticket;
  }

  /// The same for a plan. With `times`, its commands are measured.
  std::uint64_t run(const std::shared_ptr<const Plan>& plan, const std::shared_ptr<DriverTimes>& times) {
    for (const auto& step : plan->steps) queue_.check(step->held.command());
    std::unique_lock lock(mutex_);
    makeRoom(lock);
    Run run;
    run.times = times;
    if (times) run.timers.resize(plan->steps.size());
    if (!isHeldBack()) run.next = advancePlan(run, *plan);
    const std::uint64_t ticket = ++submitted_;
    run.ticket = ticket;
    if (isHeldBack()) {
      run.plan = plan;
      held_.push_back(std::move(run));
    } else {
      finishRun(run);
      spent_.giveBack();
    }
    return ticket;
  }

  /// Returns false if the time is over first. Throws what failed, which ends the failure.
  bool synchronize(std::uint64_t timeoutNanoseconds) {
    constexpr auto shortestPoll = std::chrono::microseconds(20), longestPoll = std::chrono::microseconds(100);
    constexpr std::uint64_t century = std::uint64_t{3'000'000'000} * 1'000'000'000;
    const bool isEndless = timeoutNanoseconds >= century;
    // Not read where the driver's own wait is all that is needed.
    using Clock = std::chrono::steady_clock;
    Clock::time_point start = isEndless ? Clock::time_point() : Clock::now();
    std::unique_lock lock(mutex_);
    const std::uint64_t target = submitted_;
    // The driver is not asked what it is about to tell.
    for (bool isFirst = true; isFirst || (dropReached(), completed_.load(std::memory_order_relaxed) < target); isFirst = false) {
      const std::size_t at = inFlight_.findTicket(target);
      Entry* const last = at < inFlight_.size() ? &inFlight_[at] : nullptr;
      // Nothing is left for the dispatcher to do: the driver's own wait is the quickest.
      if (Point point = isEndless && last && actions_ == 0 ? inFlight_.pointOf(at) : Point()) {
        const std::uint64_t ticket = last->ticket;
        lock.unlock();
        const bool isGood = Queue::wait(point);
        lock.lock();
        spent_.keep(std::move(point));
        if (isGood) inFlight_.noteReached(ticket);
        continue;  // what has failed is found where the entry is settled
      }
      if (isFirst) continue;
      const Clock::time_point now = Clock::now();
      if (start == Clock::time_point()) start = now;
      const auto passed = now - start;
      if (!isEndless && passed >= std::chrono::nanoseconds(timeoutNanoseconds)) return false;
      if (last && passed < longestPoll) {
        lock.unlock();
        if (passed >= shortestPoll) std::this_thread::yield();
        lock.lock();
        continue;
      }
      WakeSignal::Waiting waiting(progress_);
      const std::uint64_t seen = waiting.wakes();
      if (last && !last->isWatched) {
        last->isWatched = true;
        watch(inFlight_.pointOf(at), [self = this->shared_from_this()] { self->progress_.wake(); });
      }
      const std::uint64_t left =
          isEndless ? NXS_FOREVER : timeoutNanoseconds - static_cast<std::uint64_t>(passed / std::chrono::nanoseconds(1));
      lock.unlock();
      waiting.wait(seen, left);
      lock.lock();
    }
    if (!failure_) return true;
    const PluginError failure = *failure_;
    failure_.reset();
    reachedFailure_.reset();
    lock.unlock();
    throw failure;
  }

  std::uint64_t completed() {
    if (std::unique_lock lock(mutex_, std::try_to_lock); lock) dropReached();
    return completed_.load(std::memory_order_acquire);
  }

  /// Waits for what the driver has; what is held back is given up.
  void abandon() {
    {
      std::lock_guard lock(mutex_);
      held_.clear();
    }
    awaitDriver();
  }
  /// Waits for what the driver has.
  void awaitDriver() {
    std::unique_lock lock(mutex_);
    const Point point = inFlight_.empty() ? Point() : inFlight_.pointOf(inFlight_.size() - 1);
    lock.unlock();
    if (point) Queue::wait(point);
  }
  /// Does the actions that are due, up to the one that raises the event that far: another stream, whose queue has waited for it, is
  /// not further than what it waited for. That may happen while this stream's own actions are done, but then the event is raised
  /// already. On the dispatcher's thread only.
  void reapUntil(const Timeline& event, std::uint64_t value) {
    reapWhile([&] { return !event.isOver(value); });
  }

 private:
  using Action = DriverAction<Queue>;
  using Entry = DriverEntry<Queue>;
  using Timestamp = typename Entry::Timestamp;

  /// What is left of a submission that is held back.
  struct Run {
    std::uint64_t ticket = 0;
    std::shared_ptr<const Plan> plan;  // or commands of its own
    std::size_t next = 0;
    std::vector<HeldCommand> commands;
    std::shared_ptr<DriverTimes> times;
    std::vector<Timer> timers;
  };
  bool isIdle() {
    dropReached();
    return inFlight_.empty() && !isHeldBack() && !failure_;
  }
  bool isHeldBack() const noexcept { return isParked_ || !held_.empty(); }

  /// Enqueues commands from `next` on until one parks the stream; returns the index of the first that is left. Throws only if
  /// nothing of a new submission has been enqueued but timestamps, which are then forgotten.
  template <class CommandAt, class PreparedAt>
  std::size_t advance(bool isNew, Timer* timers, std::size_t next, std::size_t count, CommandAt commandAt, PreparedAt preparedAt) {
    while (next < count && !isParked_) {
      const std::size_t i = next++;
      try {
        proceed(commandAt(i), preparedAt(i), timers ? &timers[i] : nullptr);
      } catch (const PluginError& error) {
        if (isNew) {
          timestamps_.clear();
          throw;
        }
        failure_ = error;
      }
      isNew = isNew && commandAt(i).kind == NXS_COMMAND_TIMESTAMP;
    }
    return next;
  }
  std::size_t advancePlan(Run& run, const Plan& plan) {
    return advance(
        run.ticket == 0, run.times ? run.timers.data() : nullptr, run.next, plan.steps.size(),
        [&](std::size_t i) -> const nxs_command& { return plan.steps[i]->held.command(); },
        [&](std::size_t i) { return &plan.steps[i]->prepared; });
  }

  void proceed(const nxs_command& command, const Prepared* prepared, Timer* timer) {
    static const Prepared once{};
    switch (command.kind) {
      case NXS_COMMAND_SIGNAL: {
        auto action = std::make_unique<Action>();
        action->event = command.as.event.event->event;
        action->value = command.as.event.value;
        action->failure = failure_;
        if (!failure_) {
          failure_ = action->event->refusal(action->value);
          if (failure_) return;
        }
        const Timeline& event = *action->event;
        push({queue_.mark(), 0, std::move(action)});
        if (failure_) return;
        if (Point point = inFlight_.pointOf(inFlight_.size() - 1))
          signals_->add(event, command.as.event.value, {std::move(point), this->weak_from_this()});
        return;
      }
      case NXS_COMMAND_WAIT: {
        if (failure_) return;
        Timeline& event = *command.as.event.event->event;
        const std::uint64_t value = command.as.event.value;
        if (const auto signal = signals_->find(event, value); signal && !event.isOver(value)) {
          queue_.await(signal->point);
          auto action = std::make_unique<Action>();
          action->event = command.as.event.event->event;
          action->value = value;
          action->isWait = true;
          action->signaller = signal->stream;
          push({queue_.mark(), 0, std::move(action)});
          return;
        }
        isParked_ = event.notify(value, [self = this->shared_from_this(), value](nxs_status status) {
          self->dispatcher_->post([self, value, status] { self->resume(value, status); });
        });
        if (!isParked_) noteWait(value, event.status(value));
        return;
      }
      case NXS_COMMAND_HOST_CALL: {
        auto action = std::make_unique<Action>();
        action->call = command.as.host_call;
        action->failure = failure_;
        action->isParking = !failure_;
        push({queue_.mark(), 0, std::move(action)});
        isParked_ = !failure_;
        return;
      }
      case NXS_COMMAND_TIMESTAMP: {
        if (failure_) return;
        const std::uint64_t now = monotonicNanoseconds();
        timestamps_.push_back({queue_.stamp(), command.as.timestamp.nanoseconds, now});
        return;
      }
      default:
        if (!failure_) queue_.enqueue(command, prepared ? *prepared : once, timer);
    }
  }

  /// All commands of the run are enqueued.
  void finishRun(Run& run) {
    Entry entry{queue_.mark(), run.ticket, nullptr};
    if (run.times) {
      entry.action = std::make_unique<Action>();
      entry.action->times = std::move(run.times);
      entry.action->timers = std::move(run.timers);
      entry.action->failure = failure_;
    }
    push(std::move(entry));
  }

  void push(Entry entry) {
    const bool hasAction = entry.action != nullptr;
    if (!timestamps_.empty()) [[unlikely]]
      entry.timestamps.swap(timestamps_);
    inFlight_.push(std::move(entry));
    if (!hasAction) return;
    ++actions_;
    watch(inFlight_.pointOf(inFlight_.size() - 1),
          [self = this->shared_from_this()] { self->dispatcher_->post([self] { self->reap(); }); });
  }

  template <class Call>
  void watch(const Point& point, Call call) {
    if (!point) return call();
    // std::function copies, a debt does not.
    Queue::notify(point, [call = std::move(call), debt = std::make_shared<Dispatcher::Debt>(dispatcher_)] { call(); });
  }

  /// Notes whether the driver has come to an entry.
  bool settle(Entry& entry) {
    if (entry.isReached) return true;
    try {
      if (entry.point && !Queue::isReached(entry.point)) return false;
    } catch (const PluginError& error) {
      failReached(error);
    }
    entry.isReached = true;
    return true;
  }
  void failReached(const PluginError& error) {
    if (!reachedFailure_) reachedFailure_ = error;
    if (!failure_) failure_ = error;
  }

  /// The driver has reached the entry: what it was to tell the time of before is told.
  void tellTimes(Entry& entry) {
    if (entry.timestamps.empty()) [[likely]]
      return;
    const std::uint64_t now = monotonicNanoseconds();
    for (const Timestamp& timestamp : entry.timestamps)
      if (const std::optional<std::uint64_t> time = queue_.hostTime(timestamp.stamp)) {
        // The clocks are compared by the host: what is certain is kept even if that was disturbed.
        lastTime_ = std::clamp(*time, std::max(timestamp.enqueuedAt, lastTime_), now);
        *timestamp.nanoseconds = lastTime_;
      }
    entry.timestamps.clear();
  }

  void popFront() {
    tellTimes(inFlight_.front());
    if (const std::uint64_t ticket = inFlight_.front().ticket; ticket != 0) completed_.store(ticket, std::memory_order_release);
    spent_.keep(std::move(inFlight_.front().point));
    inFlight_.pop();
  }
  /// Completes what needs no action, up to the first that does.
  void dropReached() {
    while (!inFlight_.empty() && !inFlight_.front().action && settle(inFlight_.front())) popFront();
  }
  void reap() {
    reapWhile([] { return true; });
  }
  /// Does the actions that are due. On the dispatcher's thread only, so that they keep their order.
  template <class Condition>
  void reapWhile(Condition mustGoOn) {
    std::unique_lock lock(mutex_);
    while (mustGoOn() && !inFlight_.empty() && settle(inFlight_.front())) {
      tellTimes(inFlight_.front());
      if (Action* const action = inFlight_.front().action.get()) {
        // Others only append: the entry stays where it is.
        if (!action->failure) action->failure = reachedFailure_;
        lock.unlock();
        const std::optional<PluginError> failure = action->perform();
        lock.lock();
        if (failure) failReached(*failure);
        if (action->event && !action->isWait) signals_->remove(*action->event, action->value);
        --actions_;
        const bool isParking = action->isParking;
        popFront();
        if (isParking) {
          isParked_ = false;
          releaseHeld();
        }
      } else {
        popFront();
      }
    }
    lock.unlock();
    progress_.wake();
  }

  void noteWait(std::uint64_t value, nxs_status status) {
    if (status != NXS_SUCCESS) failure_ = failedWait(value, status);
  }
  /// The wait that parked the stream is over.
  void resume(std::uint64_t value, nxs_status status) {
    std::unique_lock lock(mutex_);
    isParked_ = false;
    noteWait(value, status);
    releaseHeld();
    lock.unlock();
    progress_.wake();
  }
  void releaseHeld() {
    while (!isParked_ && !held_.empty()) {
      Run& run = held_.front();
      if (run.plan) {
        run.next = advancePlan(run, *run.plan);
      } else {
        run.next = advance(
            false, nullptr, run.next, run.commands.size(),
            [&](std::size_t i) -> const nxs_command& { return run.commands[i].command(); }, [](std::size_t) { return nullptr; });
      }
      if (isParked_) return;
      finishRun(run);
      held_.pop_front();
    }
    dropReached();
  }

  /// A thread that is far ahead of its stream waits, or the queue would take all memory; unless the stream waits for an event,
  /// perhaps of this very thread.
  void makeRoom(std::unique_lock<LightMutex>& lock) {
    constexpr std::size_t longest = 1024;
    if (inFlight_.size() < longest || isHeldBack()) return;
    dropReached();
    while (inFlight_.size() >= longest && !isHeldBack()) {
      WakeSignal::Waiting waiting(progress_);
      const std::uint64_t seen = waiting.wakes();
      const Point middle = inFlight_.pointOf(inFlight_.size() / 2);
      const bool mustAct = actions_ != 0;
      lock.unlock();
      if (middle) Queue::wait(middle);
      if (mustAct) waiting.wait(seen, 1'000'000);
      lock.lock();
      dropReached();
    }
  }

  const std::shared_ptr<Dispatcher> dispatcher_;
  const std::shared_ptr<SignalsInFlight<Queue>> signals_;
  std::atomic<std::uint64_t> completed_{0};

  LightMutex mutex_;  // guards what follows
  Queue queue_;
  std::uint64_t submitted_ = 0;
  bool isParked_ = false;  // behind a wait for an event, or behind a function of the host
  std::deque<Run> held_;
  InFlight<Queue> inFlight_;
  SpentPoints<Point> spent_;
  std::size_t actions_ = 0;            // in inFlight_
  std::vector<Timestamp> timestamps_;  // since the last entry
  std::uint64_t lastTime_ = 0;         // that was told
  // What fails the commands that come next, and what fails the actions of those in flight: a command can be known to fail before
  // others that precede it have run.
  std::optional<PluginError> failure_, reachedFailure_;

  WakeSignal progress_;
};

}  // namespace nexus::plugin_support
