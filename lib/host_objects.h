#pragma once

#include <nexus/handle.h>

#include <functional>

namespace nexus::detail {

/// Host memory of somebody else, which is told when nothing uses it any more.
class HostMemoryObject : public Object {
 public:
  /// As MemoryObject::onRelease.
  void onRelease(std::function<void()> release) noexcept { release_ = std::move(release); }
  ~HostMemoryObject() override {
    if (release_) release_();
  }

 private:
  std::function<void()> release_;
};

/// A function of the host that a stream calls.
class HostFunctionObject : public Object {
 public:
  explicit HostFunctionObject(std::function<void()> function) : function_(std::move(function)) {}
  /// For nxs_host_call; `object` is a HostFunctionObject. Not called after a failure.
  static void call(void* object, std::int32_t status) noexcept;

 private:
  std::function<void()> function_;
};

}  // namespace nexus::detail
