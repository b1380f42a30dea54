#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace nexus::cpu_plugin {

/// Something that a worker does when it is free.
class Task {
 public:
  virtual ~Task() = default;
  virtual void run() noexcept = 0;

 private:
  friend class WorkerPool;
  std::shared_ptr<Task> next_;  // of those that wait for a worker
};

/// Threads that help with loops and run tasks. They are started at first use, inherit the affinity of the thread that does so, spin briefly
/// for more work and then sleep.
class WorkerPool {
 public:
  /// `threads` are the hardware threads that may be used, the calling one included.
  explicit WorkerPool(std::size_t threads) : threads_(threads) {}
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool();

  /// Threads that take part in a loop.
  std::size_t threads() const noexcept { return threads_; }

  /// Calls body(begin, count) for pieces of `grain` indices that together make up `first` to `end`; on the calling thread and on workers
  /// that are free. Returns when all is done. The body must not throw.
  template <class Body>
  void loop(std::size_t first, std::size_t end, std::size_t grain, Body&& body) {
    const auto call = [](void* context, std::size_t begin, std::size_t count) {
      (*static_cast<std::remove_reference_t<Body>*>(context))(begin, count);
    };
    run(first, end, grain, call, const_cast<void*>(static_cast<const void*>(&body)));
  }

  /// Starts the threads if that was not done yet. Throws if there can be none.
  void start();
  /// Has a worker run the task, which is not waiting for one already. The threads have been started.
  void post(std::shared_ptr<Task> task) noexcept;
  /// Takes back a task that no worker has begun. Returns whether it was there; the caller then runs it.
  bool take(const Task& task);

 private:
  using Call = void (*)(void* context, std::size_t begin, std::size_t count);

  /// What one thread begins with. Each has its own, so that loops over the same data, one after another, find it in the caches of the same
  /// cores and, with several memories, near them.
  struct alignas(64) Share {
    std::atomic<std::size_t> next{0};
    std::size_t end = 0;
    bool isTaken = false;  // guarded by mutex_
  };
  struct Loop {
    Call call;
    void* context;
    std::size_t grain;
    std::vector<Share> shares;
    std::size_t openPlaces = 0;           // workers that may still join; guarded by mutex_
    std::atomic<std::size_t> helpers{0};  // workers inside; changed under mutex_

    Loop(std::size_t first, std::size_t end, std::size_t grain, std::size_t places, Call call, void* context);
    /// Takes the wanted share or, if another thread has it, a free one.
    std::size_t take(std::size_t wanted);
    /// Does what is left of a share, then of the others.
    void work(std::size_t share);
  };

  void run(std::size_t first, std::size_t end, std::size_t grain, Call call, void* context);
  void worker(std::size_t place);
  void startThreads();
  /// The task behind `before`, or the first one, leaves the queue.
  std::shared_ptr<Task> remove(Task* before) noexcept;
  bool isTimeToSpin() const noexcept { return threads_ > 1; }

  const std::size_t threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<std::size_t> offers_{0};  // loops with open places, and tasks
  std::vector<Loop*> loops_;
  std::shared_ptr<Task> firstTask_;
  Task* lastTask_ = nullptr;
  std::atomic<bool> hasStarted_{false};
  std::size_t sleepers_ = 0;
  bool isStopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace nexus::cpu_plugin
