#include "stream.h"

#include "plugins/support/deadline.h"
#include "spin.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace nexus::cpu_plugin {

using plugin_support::PluginError;

namespace {
// Without a wait for what is left of the queue, a stream that was busy once would never become idle under a steady flow of short
// work.
constexpr auto longestWait = std::chrono::nanoseconds(100'000);
// A thread that is so far ahead of its stream waits, or the queue would take all memory.
constexpr std::size_t longestQueue = 512;
constexpr int pausesBeforeSleep = 256;
constexpr double queueingNanoseconds = 1'500;
}  // namespace

bool Stream::tryBeginSoon(double expectedNanoseconds) noexcept {
  if (tryBegin()) return true;
  if (!isWorthWaiting_.load(std::memory_order_relaxed)) return false;
  // What is queued is probably of the same kind as what comes now.
  const double expected =
      2 * (expectedNanoseconds + queueingNanoseconds) * static_cast<double>(queuedCount_.load(std::memory_order_relaxed) + 1);
  const auto deadline =
      std::chrono::steady_clock::now() + std::min(std::chrono::nanoseconds(static_cast<std::int64_t>(expected)), longestWait);
  do {
    for (int i = 0; i < 16; ++i) pauseProcessor();
    if (tryBegin()) return true;
  } while (std::chrono::steady_clock::now() < deadline);
  isWorthWaiting_.store(false, std::memory_order_relaxed);
  return false;
}

namespace {
std::uint64_t nanosecondsSince(std::chrono::steady_clock::time_point start) {
  return static_cast<std::uint64_t>((std::chrono::steady_clock::now() - start) / std::chrono::nanoseconds(1));
}
}  // namespace

double Plan::expectedNanoseconds() const noexcept {
  double sum = 0;
  for (auto operation = operations.begin(); operation != operations.end() && sum < std::numeric_limits<double>::infinity();
       ++operation)
    sum += (*operation)->expectedNanoseconds();
  return sum;
}

void Plan::run(WorkerPool& pool, Times* times) const {
  std::vector<std::uint64_t> measured;
  std::size_t next = 0;
  try {
    for (; next < operations.size(); ++next) {
      if (!times) [[likely]] {
        operations[next]->run(pool);
        continue;
      }
      const auto start = std::chrono::steady_clock::now();
      operations[next]->run(pool);
      measured.push_back(nanosecondsSince(start));
    }
  } catch (const PluginError& failure) {
    for (++next; next < operations.size(); ++next) operations[next]->skip(failure);
    throw;
  }
  if (!times) [[likely]]
    return;
  std::lock_guard lock(times->mutex);
  times->nanoseconds = std::move(measured);
}

void Stream::waitForRoom(bool isShort) {
  if (queuedCount_.load(std::memory_order_relaxed) < longestQueue) return;
  std::unique_lock lock(mutex_);
  // A stream that waits for an event may be waiting for this very thread.
  progressed_.wait(lock, [&] { return queue_.size() <= (isShort ? 0 : longestQueue / 2) || isParked_; });
  isWorthWaiting_.store(queue_.empty(), std::memory_order_relaxed);
}

std::uint64_t Stream::submit(const nxs_command& command, bool isInline) {
  if (command.kind != NXS_COMMAND_WAIT && command.kind != NXS_COMMAND_HOST_CALL) {
    const Operation operation(command);
    if (isInline && tryBegin()) {
      runInline([&] { operation.run(pool_); });
      return 0;
    }
    if (!isInline && runIfShort(operation.expectedNanoseconds(), [&] { operation.run(pool_); })) return 0;
  }
  auto plan = std::make_shared<Plan>();
  plan->operations.push_back(std::make_shared<const Operation>(command));
  return enqueue(std::move(plan));
}

std::uint64_t Stream::enqueue(std::shared_ptr<const Plan> plan, std::shared_ptr<Times> times) {
  // From the queue on, nothing may fail.
  pool_.start();
  std::vector<std::uint64_t> measured;
  if (times) measured.reserve(plan->operations.size());
  std::uint64_t ticket;
  {
    std::lock_guard lock(mutex_);
    queue_.push_back({std::move(plan), std::move(times), 0, std::move(measured), Queued::notStarted});
    ticket = ++submitted_;
    queuedCount_.fetch_add(1);
  }
  bool isBusy = false;
  if (isBusy_.compare_exchange_strong(isBusy, true)) pool_.post(shared_from_this());
  return ticket;
}

void Stream::setFailure(const PluginError& failure) noexcept {
  std::lock_guard lock(mutex_);
  if (!failure_) failure_ = failure;
  hasFailed_.store(true);
}

void Stream::throwFailure() {
  std::lock_guard lock(mutex_);
  if (!failure_) return;
  const PluginError failure = std::move(*failure_);
  failure_.reset();
  hasFailed_.store(false);
  throw failure;
}

void Stream::setParked(bool isParked) noexcept {
  std::lock_guard lock(mutex_);
  isParked_ = isParked;
  progressed_.notify_all();
}

Stream::Step Stream::runStep(const Operation& operation) {
  const Wait* wait = operation.asWait();
  if (!wait) {
    operation.run(pool_);
    return Step::Done;
  }
  // Nobody blocks: whoever signals the event has a worker go on from here.
  std::function<void(nxs_status)> resume = [self = shared_from_this()](nxs_status) {
    self->setParked(false);
    self->pool_.post(self);
  };
  setParked(true);
  struct Unpark {
    Stream* stream;
    ~Unpark() {
      if (stream) stream->setParked(false);
    }
  } unpark{this};
  if (wait->event->notify(wait->value, std::move(resume))) {
    unpark.stream = nullptr;
    return Step::Parked;
  }
  if (const auto awaited = wait->event->failure(wait->value))
    throw PluginError(awaited->status(), "an event that the stream waited for failed before it reached " +
                                             std::to_string(wait->value) + ": " + awaited->message());
  return Step::Done;
}

bool Stream::runQueued(Queued& queued) noexcept {
  for (; queued.next < queued.plan->operations.size(); ++queued.next) {
    const Operation& operation = *queued.plan->operations[queued.next];
    std::optional<PluginError> failure;
    if (hasFailed_.load()) {
      std::lock_guard lock(mutex_);
      failure = failure_;
    }
    if (failure) {
      operation.skip(*failure);
      continue;
    }
    // A wait comes here twice if the stream was parked; it began at the first time.
    if (queued.times && queued.start == Queued::notStarted) queued.start = std::chrono::steady_clock::now();
    try {
      if (runStep(operation) == Step::Parked) return false;
      if (queued.times) queued.measured.push_back(nanosecondsSince(std::exchange(queued.start, Queued::notStarted)));
    } catch (const PluginError& error) {
      setFailure(error);
    } catch (const std::bad_alloc&) {
      setFailure(PluginError::outOfMemory());
    }
  }
  if (queued.times && queued.measured.size() == queued.plan->operations.size()) {
    std::lock_guard lock(queued.times->mutex);
    queued.times->nanoseconds = std::move(queued.measured);
  }
  return true;
}

void Stream::run() noexcept {
  // The caller may hold the last reference but this one.
  const auto self = weak_from_this().lock();
  for (;;) {
    std::unique_lock lock(mutex_);
    if (queue_.empty()) break;
    Queued& front = queue_.front();  // stays where it is: others only append
    lock.unlock();
    if (!runQueued(front)) return;  // still busy: goes on when the event comes
    lock.lock();
    Queued done = std::move(front);
    queue_.pop_front();
    queuedCount_.fetch_sub(1);
    completed_.fetch_add(1, std::memory_order_release);
    progressed_.notify_all();
    lock.unlock();
  }
  isWorthWaiting_.store(true, std::memory_order_relaxed);
  end();
}

bool Stream::synchronize(std::uint64_t timeout) {
  // A waiting thread may as well do the work, unless it may have to give up in the middle.
  if (timeout == NXS_FOREVER && pool_.take(*this)) run();
  std::unique_lock lock(mutex_);
  const std::uint64_t target = submitted_;
  lock.unlock();
  // Most waits are short, and sleeping costs more than they take.
  for (int i = 0; i < pausesBeforeSleep && completed() < target; ++i) pauseProcessor();
  lock.lock();
  if (!plugin_support::waitFor(progressed_, lock, timeout, [&] { return completed_.load(std::memory_order_relaxed) >= target; }))
    return false;
  lock.unlock();
  if (hasFailed_.load()) throwFailure();
  return true;
}

}  // namespace nexus::cpu_plugin
