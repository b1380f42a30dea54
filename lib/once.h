#pragma once

#include <atomic>
#include <mutex>
#include <utility>

namespace nexus::detail {

/// std::call_once that costs one load when it is done: the standard one writes thread-local variables at every call.
class Once {
 public:
  template <class Function>
  void call(Function&& function) {
    if (isDone_.load(std::memory_order_acquire)) [[likely]]
      return;
    std::call_once(flag_, [&] {
      std::forward<Function>(function)();
      isDone_.store(true, std::memory_order_release);
    });
  }

 private:
  std::once_flag flag_;
  std::atomic<bool> isDone_{false};
};

}  // namespace nexus::detail
