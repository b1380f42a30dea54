#include "courier.h"

#include "per_process.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace nexus::detail {

/// The thread and its queue, which is chained through the follow-ups so that adding one needs no memory.
struct Courier {
  std::mutex mutex;
  std::condition_variable wake;
  FollowUp *first = nullptr, *last = nullptr;
  bool isRunning = false;

  void start() {
    std::lock_guard lock(mutex);
    if (isRunning) return;
    std::thread([this] { work(); }).detach();
    isRunning = true;
  }

  void add(FollowUp& added) noexcept {
    std::lock_guard lock(mutex);
    (last ? last->next_ : first) = &added;
    last = &added;
    wake.notify_one();
  }

  void work() noexcept {
    for (;;) {
      std::unique_lock lock(mutex);
      wake.wait(lock, [this] { return first != nullptr; });
      const std::unique_ptr<FollowUp> taken(first);
      first = taken->next_;
      if (!first) last = nullptr;
      lock.unlock();
      taken->run(taken->status_);
    }
  }
};

FollowUp::FollowUp() { perProcess<Courier>().start(); }

void FollowUp::calledBack(void* user, nxs_status status) {
  FollowUp& self = *static_cast<FollowUp*>(user);
  self.status_ = status;
  perProcess<Courier>().add(self);
}

}  // namespace nexus::detail
