#pragma once

// Objects of Python's that C++ holds, and lets go on threads that do not hold the interpreter lock.

#include "array_in.h"

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace nexus::python {

/// Something of Python's. Destroyed with the lock held.
class Held {
 public:
  Held() = default;
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  virtual ~Held() = default;
};

/// The memory of an array.
struct HeldArray : Held {
  explicit HeldArray(PyObject* array) : source(array, ArraySource::Needed::WhileThisLives, ArraySource::Accepted::OnDevices) {}
  const ArraySource source;
};

/// A function that a stream calls.
struct HeldFunction : Held {
  explicit HeldFunction(PyObject* callable) : function(Py_NewRef(callable)) { ++alive; }
  ~HeldFunction() override { --alive; }
  const PyRef function;
  static inline std::size_t alive = 0;  // guarded by the interpreter lock
};

/// A submission may wait for room in a queue, on any plugin. If a function of Python's may be in some queue, that could be a wait for this
/// very thread, so the interpreter lock is lent out. Otherwise nothing that streams run needs the lock, and giving it up only costs time.
class SubmissionGil {
 public:
  SubmissionGil() {
    if (HeldFunction::alive != 0) [[unlikely]]
      released_.emplace();
  }

 private:
  std::optional<GilRelease> released_;
};

/// The core may let go on any thread, also on one that must not wait for the lock. What cannot be dropped at once is dropped by the
/// main thread at its next chance.
class DeferredRelease {
 public:
  static void release(Held* held) {
    std::unique_ptr<Held> owned(held);
    if (!Py_IsInitialized()) {
      static_cast<void>(owned.release());  // the interpreter is gone, and its memory with it
    } else if (!PyGILState_Check()) {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(owned));
      if (!isScheduled_) isScheduled_ = Py_AddPendingCall(drain, nullptr) == 0;
    }
  }

  /// Drops what waits. Needs the lock of the interpreter.
  static int drain(void*) {
    std::vector<std::unique_ptr<Held>> dropped;
    const std::lock_guard lock(mutex_);
    dropped.swap(waiting_);
    isScheduled_ = false;
    return 0;
  }

 private:
  static inline std::mutex mutex_;
  static inline std::vector<std::unique_ptr<Held>> waiting_;
  static inline bool isScheduled_ = false;
};

/// Makes a T that the core shares.
template <class T>
std::shared_ptr<T> hold(PyObject* object) {
  DeferredRelease::drain(nullptr);
  return std::shared_ptr<T>(new T(object), [](T* held) { DeferredRelease::release(held); });
}

}  // namespace nexus::python
