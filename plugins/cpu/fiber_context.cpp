#include "fiber_context.h"

#include <cstdint>

#if defined(NEXUS_FIBER_ASSEMBLY)
// Saves the registers that a function must preserve, on the stack that is left.
asm(R"(
.text
.type nexus_fiber_switch, @function
.globl nexus_fiber_switch
.hidden nexus_fiber_switch
nexus_fiber_switch:
  push %rbp
  push %rbx
  push %r12
  push %r13
  push %r14
  push %r15
  mov %rsp, (%rdi)
  mov %rsi, %rsp
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbx
  pop %rbp
  ret
.size nexus_fiber_switch, .-nexus_fiber_switch
)");
#endif

namespace nexus::cpu_plugin {

#if defined(NEXUS_FIBER_ASAN)
thread_local FiberContext* FiberContext::left_ = nullptr;
#endif

void FiberContext::forget() noexcept {
#if defined(NEXUS_FIBER_TSAN)
  if (ownsTsanFiber_) __tsan_destroy_fiber(tsanFiber_);
  ownsTsanFiber_ = false;
#endif
}

void FiberContext::prepare(char* stack, std::size_t size, void (*entry)()) {
  forget();
#if defined(NEXUS_FIBER_ASAN)
  stackBottom_ = stack;
  stackSize_ = size;
  fakeStack_ = nullptr;
  clearMarks(stack, size);
#endif
#if defined(NEXUS_FIBER_TSAN)
  tsanFiber_ = __tsan_create_fiber(0);
  ownsTsanFiber_ = true;
#endif
#if defined(NEXUS_FIBER_ASSEMBLY)
  auto** top = reinterpret_cast<void**>((reinterpret_cast<std::uintptr_t>(stack) + size) & ~std::uintptr_t{15});
  *--top = nullptr;  // a return address for the entry, which aligns its stack as a call would
  *--top = reinterpret_cast<void*>(entry);
  constexpr int preservedRegisters = 6;
  for (int i = 0; i < preservedRegisters; ++i) *--top = nullptr;
  stackPointer_ = top;
#else
  getcontext(&context_);
  context_.uc_stack.ss_sp = stack;
  context_.uc_stack.ss_size = size;
  context_.uc_link = nullptr;
  makecontext(&context_, entry, 0);
#endif
}

void FiberContext::switchTo(FiberContext& target, [[maybe_unused]] bool isFinal) {
#if defined(NEXUS_FIBER_TSAN)
  if (!tsanFiber_) tsanFiber_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(target.tsanFiber_, 0);
#endif
#if defined(NEXUS_FIBER_ASAN)
  left_ = this;
  __sanitizer_start_switch_fiber(isFinal ? nullptr : &fakeStack_, target.stackBottom_, target.stackSize_);
#endif
#if defined(NEXUS_FIBER_ASSEMBLY)
  nexus_fiber_switch(&stackPointer_, target.stackPointer_);
#else
  swapcontext(&context_, &target.context_);
#endif
  entered();
}

void FiberContext::entered() noexcept {
#if defined(NEXUS_FIBER_ASAN)
  // Tells what the stack of the context was that has just been left; for a thread's own stack there is no other way to learn it.
  __sanitizer_finish_switch_fiber(fakeStack_, &left_->stackBottom_, &left_->stackSize_);
#endif
}

}  // namespace nexus::cpu_plugin
