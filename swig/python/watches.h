#pragma once

// Events as file descriptors, for event loops: nothing of Python's runs on the thread that raises an event.

#include "numbers.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <mutex>

namespace nexus::python {

/// A descriptor that becomes readable once.
class Watch {
 public:
  Watch() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) throw OutOfMemoryError("cannot wait for an event: no file descriptor is left");
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() { close(); }

  int descriptor() const { return descriptor_; }
  /// From any thread.
  void raise() {
    const std::lock_guard lock(mutex_);
    if (descriptor_ >= 0) eventfd_write(descriptor_, 1);
  }
  void close() {
    const std::lock_guard lock(mutex_);
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  std::mutex mutex_;
  int descriptor_;
};

/// Those that Python waits for, by descriptor. Needs the lock of the interpreter.
inline std::map<int, std::shared_ptr<Watch>>& watches() {
  static auto& open = *new std::map<int, std::shared_ptr<Watch>>;
  return open;
}

/// Event._watch(value).
inline PyObject* watchEvent(PyObject* object, PyObject* value) noexcept {
  return guarded([&] {
    const auto watch = std::make_shared<Watch>();
    self<Event>(object).notify(toUInt64(value, "value"), [watch] { watch->raise(); });
    watches()[watch->descriptor()] = watch;
    return toPython(watch->descriptor());
  });
}

/// Closes a descriptor of Event._watch.
inline void endWatch(std::int64_t descriptor) {
  const auto found = watches().find(static_cast<int>(descriptor));
  if (found == watches().end()) return;
  found->second->close();
  watches().erase(found);
}

}  // namespace nexus::python
