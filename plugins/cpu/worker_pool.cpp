#include "worker_pool.h"

#include "spin.h"

#include <algorithm>
#include <chrono>

namespace nexus::cpu_plugin {

namespace {
constexpr auto spinTime = std::chrono::microseconds(50);
constexpr int pausesBetweenClockReads = 32;

/// Share of a loop with which this thread begins: its own for every worker, the first one for others.
thread_local std::size_t usualShare = 0;
}  // namespace

WorkerPool::~WorkerPool() {
  {
    std::lock_guard lock(mutex_);
    isStopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void WorkerPool::startThreads() {
  if (!workers_.empty()) return;
  // As many as there are hardware threads: who submitted the work may wait for it without taking part.
  workers_.reserve(threads_);
  for (std::size_t i = 0; i < threads_; ++i) {
    try {
      workers_.emplace_back([this, i] { worker(i + 1); });
    } catch (...) {
      if (workers_.empty()) throw;
      break;  // fewer do it too
    }
  }
  hasStarted_.store(true, std::memory_order_release);
}

void WorkerPool::start() {
  if (hasStarted_.load(std::memory_order_acquire)) return;
  std::lock_guard lock(mutex_);
  startThreads();
}

WorkerPool::Loop::Loop(std::size_t first, std::size_t end, std::size_t grain_, std::size_t places, Call call_, void* context_)
    : call(call_), context(context_), grain(grain_), shares(places) {
  const std::size_t pieces = (end - first + grain - 1) / grain;
  for (std::size_t i = 0; i < places; ++i) {
    shares[i].next = first + pieces * i / places * grain;
    shares[i].end = i + 1 == places ? end : first + pieces * (i + 1) / places * grain;
  }
}

std::size_t WorkerPool::Loop::take(std::size_t wanted) {
  std::size_t share = wanted % shares.size();
  while (shares[share].isTaken) share = (share + 1) % shares.size();
  shares[share].isTaken = true;
  return share;
}

void WorkerPool::Loop::work(std::size_t first) {
  for (std::size_t i = 0; i < shares.size(); ++i) {
    Share& share = shares[(first + i) % shares.size()];
    for (;;) {
      const std::size_t begin = share.next.fetch_add(grain, std::memory_order_relaxed);
      if (begin >= share.end) break;
      call(context, begin, std::min(grain, share.end - begin));
    }
  }
}

void WorkerPool::run(std::size_t first, std::size_t end, std::size_t grain, Call call, void* context) {
  const std::size_t pieces = (end - first + grain - 1) / grain;
  const std::size_t places = std::min(threads_, pieces);
  if (places <= 1) {
    if (pieces != 0) call(context, first, end - first);
    return;
  }
  Loop loop(first, end, grain, places, call, context);
  const std::size_t wanted = places - 1;
  const std::size_t share = loop.take(usualShare);
  {
    std::lock_guard lock(mutex_);
    startThreads();
    loop.openPlaces = wanted;
    loops_.push_back(&loop);
    offers_.fetch_add(1, std::memory_order_release);
    for (std::size_t i = 0; i < std::min(wanted, sleepers_); ++i) wake_.notify_one();
  }
  loop.work(share);
  {
    std::lock_guard lock(mutex_);
    if (loop.openPlaces != 0) {
      loops_.erase(std::find(loops_.begin(), loops_.end(), &loop));
      offers_.fetch_sub(1, std::memory_order_relaxed);
    }
  }
  // Nobody can join any more; those inside finish their last piece.
  for (int spins = 0; loop.helpers.load(std::memory_order_acquire) != 0; ++spins) {
    if (spins < 4096)
      pauseProcessor();
    else
      std::this_thread::yield();
  }
}

void WorkerPool::post(std::shared_ptr<Task> task) noexcept {
  std::lock_guard lock(mutex_);
  Task* added = task.get();
  (lastTask_ ? lastTask_->next_ : firstTask_) = std::move(task);
  lastTask_ = added;
  offers_.fetch_add(1, std::memory_order_release);
  if (sleepers_ != 0) wake_.notify_one();
}

std::shared_ptr<Task> WorkerPool::remove(Task* before) noexcept {
  std::shared_ptr<Task>& place = before ? before->next_ : firstTask_;
  std::shared_ptr<Task> removed = std::move(place);
  place = std::move(removed->next_);
  if (!place) lastTask_ = before;
  offers_.fetch_sub(1, std::memory_order_relaxed);
  return removed;
}

bool WorkerPool::take(const Task& task) {
  std::shared_ptr<Task> taken;  // dropped outside the lock
  std::lock_guard lock(mutex_);
  Task* before = nullptr;
  for (Task* waiting = firstTask_.get(); waiting && waiting != &task; waiting = waiting->next_.get()) before = waiting;
  if (!(before ? before->next_ : firstTask_)) return false;
  taken = remove(before);
  return true;
}

void WorkerPool::worker(std::size_t place) {
  usualShare = place;
  std::unique_lock lock(mutex_);
  for (;;) {
    if (!loops_.empty()) {
      Loop& loop = *loops_.back();
      const std::size_t share = loop.take(place);
      loop.helpers.fetch_add(1, std::memory_order_relaxed);
      if (--loop.openPlaces == 0) {
        loops_.pop_back();
        offers_.fetch_sub(1, std::memory_order_relaxed);
      }
      lock.unlock();
      loop.work(share);
      loop.helpers.fetch_sub(1, std::memory_order_release);
    } else if (firstTask_) {
      const std::shared_ptr<Task> task = remove(nullptr);
      lock.unlock();
      task->run();
    } else {
      if (isStopping_) return;
      ++sleepers_;
      wake_.wait(lock);
      --sleepers_;
      continue;
    }

    const auto deadline = std::chrono::steady_clock::now() + spinTime;
    while (isTimeToSpin() && offers_.load(std::memory_order_acquire) == 0 && std::chrono::steady_clock::now() < deadline)
      for (int i = 0; i < pausesBetweenClockReads; ++i) pauseProcessor();
    lock.lock();
  }
}

}  // namespace nexus::cpu_plugin
