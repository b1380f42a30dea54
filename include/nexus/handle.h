#pragma once

#include <nexus/export.h>

#include <atomic>
#include <cstdint>
#include <utility>

namespace nexus {

namespace detail {

/// Base of everything that handles refer to: one intrusive, thread-safe reference count.
class NEXUS_API Object {
 public:
  Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  void retain() const noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const noexcept {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) unreferenced();
  }

 protected:
  virtual ~Object();
  /// Called when the last reference is gone; deletes the object unless it is a part of another one.
  virtual void unreferenced() const noexcept;
  /// Whether there is more than one reference.
  bool isShared() const noexcept { return references_.load(std::memory_order_acquire) > 1; }
  /// Takes a reference; returns whether it is the first.
  bool retainFirst() const noexcept { return references_.fetch_add(1, std::memory_order_relaxed) == 0; }

 private:
  mutable std::atomic<std::uint32_t> references_{0};
};

/// Owning pointer to an Object of any type. Holds the complete base, so that public headers need no implementation types.
class Ref {
 public:
  Ref() = default;
  explicit Ref(const Object* object) noexcept : object_(object) {
    if (object_) object_->retain();
  }
  Ref(const Ref& other) noexcept : Ref(other.object_) {}
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_) object_->release();
  }
  const Object* get() const noexcept { return object_; }

 private:
  const Object* object_ = nullptr;
};

struct Access;

}  // namespace detail

/// Base of the public classes: a small value that shares ownership of one object. Copying a handle copies no object. A child keeps its
/// parent alive, so handles may be dropped in any order and from any thread. Different handles may be used from different threads at once.
/// A default-constructed handle is empty; using it throws InvalidArgumentError.
class Handle {
 public:
  Handle() = default;
  explicit operator bool() const noexcept { return object_.get() != nullptr; }
  /// Two handles are equal if they refer to the same object.
  bool operator==(const Handle& other) const noexcept { return object_.get() == other.object_.get(); }
  /// Equal for equal handles; for hash tables.
  std::uintptr_t identity() const noexcept { return reinterpret_cast<std::uintptr_t>(object_.get()); }

 protected:
  explicit Handle(const detail::Object* object) noexcept : object_(object) {}

 private:
  friend struct detail::Access;
  detail::Ref object_;
};

}  // namespace nexus
