#pragma once

#include "driver.h"

namespace nexus::gpu_plugin {

/// The context that was current when this thread last looked. Others may have made another one current since.
inline constinit thread_local ContextHandle lastCurrent = nullptr;

/// Makes a context current for as long as it lives, and leaves the thread as other libraries of the process expect it. A thread that had none keeps it,
/// which makes its next call faster.
class ContextScope {
 public:
  explicit ContextScope(ContextHandle context) {
    driver.contextGetCurrent(&previous_);
    if (previous_ == context) [[likely]]
      previous_ = nullptr;
    else
      check(driver.contextSetCurrent(context), "cannot use the context of the device");
    lastCurrent = previous_ ? previous_ : context;
  }
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;
  ~ContextScope() {
    if (previous_) driver.contextSetCurrent(previous_);
  }

 private:
  ContextHandle previous_ = nullptr;
};

template <class Call>
[[gnu::noinline]] Result inContext(ContextHandle context, const Call& call) {
  const ContextScope scope(context);
  return call();
}

/// For a call that names a stream and belongs to the stream's context in everything else too. Wherever it is made it reaches no other context: a driver of
/// CUDA before 13 refuses it if another one is current, later ones accept it. So a thread that has seen the context current does not ask again, which costs
/// as much as all else around a launch, but calls at once, and looks closer if it is refused.
template <class Call>
[[gnu::always_inline]] inline Result withContext(ContextHandle context, const Call& call) {
  if (Vendor::refusesQuietly && lastCurrent == context) [[likely]] {
    const Result result = call();
    if (result == success) [[likely]]
      return result;
    driver.contextGetCurrent(&lastCurrent);
    if (lastCurrent == context) return result;
  }
  return inContext(context, call);
}

}  // namespace nexus::gpu_plugin
