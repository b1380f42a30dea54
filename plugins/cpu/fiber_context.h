#pragma once

#include <cstddef>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NEXUS_FIBER_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define NEXUS_FIBER_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define NEXUS_FIBER_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define NEXUS_FIBER_TSAN 1
#endif

#if defined(NEXUS_FIBER_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(NEXUS_FIBER_TSAN)
#include <sanitizer/tsan_interface.h>
#endif

// The switch in assembly is some ten times as fast as swapcontext, which makes a system call. Other processors use that.
#if defined(__x86_64__) && !defined(NEXUS_FIBER_UCONTEXT)
#define NEXUS_FIBER_ASSEMBLY 1
extern "C" void nexus_fiber_switch(void** saved, void* target);
#else
#include <ucontext.h>
#endif

namespace nexus::cpu_plugin {

/// A place in the execution of a thread that can be left and returned to.
class FiberContext {
 public:
  FiberContext() = default;
  FiberContext(const FiberContext&) = delete;
  FiberContext& operator=(const FiberContext&) = delete;
  ~FiberContext() { forget(); }

  /// Prepares to start `entry` on a stack. It must not return.
  void prepare(char* stack, std::size_t size, void (*entry)());
  /// Leaves this context, which must be the running one, for another. `isFinal`: it will never be returned to.
  void switchTo(FiberContext& target, bool isFinal = false);
  /// First thing to call in `entry`.
  void entered() noexcept;
  /// Memory that was a stack is going to be something else. Its fibers never returned, so a sanitizer still has their frames marked.
  static void clearMarks([[maybe_unused]] char* memory, [[maybe_unused]] std::size_t size) noexcept {
#if defined(NEXUS_FIBER_ASAN)
    __asan_unpoison_memory_region(memory, size);
#endif
  }

 private:
  void forget() noexcept;

#if defined(NEXUS_FIBER_ASSEMBLY)
  void* stackPointer_ = nullptr;
#else
  ucontext_t context_{};
#endif
#if defined(NEXUS_FIBER_ASAN)
  void* fakeStack_ = nullptr;
  const void* stackBottom_ = nullptr;
  std::size_t stackSize_ = 0;
  static thread_local FiberContext* left_;
#endif
#if defined(NEXUS_FIBER_TSAN)
  void* tsanFiber_ = nullptr;
  bool ownsTsanFiber_ = false;
#endif
};

}  // namespace nexus::cpu_plugin
