#pragma once

#include "driver.h"

namespace nexus::gpu_plugin {

/// Makes a context current for as long as it lives, and leaves the thread as other libraries of the process expect it. A thread that had none keeps it,
/// which makes its next call faster.
class ContextScope {
 public:
  explicit ContextScope(ContextHandle context) {
    driver.contextGetCurrent(&previous_);
    if (previous_ == context) [[likely]] {
      previous_ = nullptr;
      return;
    }
    check(driver.contextSetCurrent(context), "cannot use the context of the device");
  }
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;
  ~ContextScope() {
    if (previous_) driver.contextSetCurrent(previous_);
  }

 private:
  ContextHandle previous_ = nullptr;
};

}  // namespace nexus::gpu_plugin
