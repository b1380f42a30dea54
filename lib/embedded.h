#pragma once

#include <nexus/handle.h>

namespace nexus::detail {

/// An object that lives inside its parent, which it keeps alive for as long as a handle refers to it. So a parent can own its children
/// while every child keeps its parent, without a cycle.
class Embedded : public Object {
 public:
  explicit Embedded(const Object& parent) noexcept : parent_(parent) {}

  /// The only way to the first handle; the caller holds the parent.
  template <class HandleType, class AccessType>
  HandleType acquire() const {
    if (retainFirst()) parent_.retain();
    HandleType handle = AccessType::template handle<HandleType>(*this);
    release();
    return handle;
  }

 protected:
  void unreferenced() const noexcept override { parent_.release(); }

 private:
  const Object& parent_;
};

}  // namespace nexus::detail
