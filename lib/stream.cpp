#include "access.h"
#include "event_object.h"
#include "interruptible.h"
#include "janitor.h"
#include "stream_object.h"

#include "plugins/support/deadline.h"

#include <nexus/device.h>

namespace nexus {

namespace detail {

StreamObject::StreamObject(const DeviceObject& device, bool isPartOfDevice) : device_(device), isPartOfDevice_(isPartOfDevice) {
  device.checkProcess();
  device.check(device.table().stream_create(device.native(), &native_), [] { return std::string("cannot create a stream"); });
  if (!isPartOfDevice) device_.retain();
}

StreamObject::~StreamObject() {
  if (device_.isOfThisProcess()) device_.table().stream_destroy(native_);
}

void StreamObject::unreferenced() const noexcept {
  const DeviceObject& device = device_;
  if (!isPartOfDevice_) delete this;
  device.release();
}

Ref StreamObject::reference() const {
  if (retainFirst() && isPartOfDevice_) device_.retain();
  Ref reference(this);
  release();
  return reference;
}

bool StreamObject::hasCompleted(std::uint64_t ticket) const {
  if (ticket == 0) return true;
  device_.checkProcess();
  std::uint64_t completed = 0;
  device_.check(device_.table().stream_query(native_, &completed), [] { return std::string("cannot query a stream"); });
  return completed >= ticket;
}

void StreamObject::keep(std::uint64_t ticket, std::span<const Object* const> used) const {
  bool mustWatch = false;
  {
    std::lock_guard lock(inFlightMutex_);
    for (const Object* object : used) inFlight_.emplace_back(ticket, Ref(object));
    mustWatch = !std::exchange(isWatched_, true);
  }
  if (mustWatch) watchStream(reference());
}

void StreamObject::finishInFlight(std::uint64_t ticket, bool blocking, std::span<const Object* const> used) const {
  std::uint64_t last = lastTicket_.load(std::memory_order_relaxed);
  while (last < ticket && !lastTicket_.compare_exchange_weak(last, ticket, std::memory_order_relaxed)) {
  }
  keep(ticket, used);
  if (blocking) synchronize(NXS_FOREVER);
}

bool StreamObject::synchronize(std::uint64_t timeout) const {
  device_.checkProcess();
  const bool done = waitInterruptibly(timeout, [&](std::uint64_t slice) {
    if (isHeld()) {
      std::unique_lock lock(heldMutex_);
      if (!plugin_support::waitFor(heldChanged_, lock, slice, [this] { return !isHeld(); })) return false;
    }
    const nxs_status status = device_.table().stream_synchronize(native_, slice);
    if (status == NXS_TIMEOUT) return false;
    device_.check(status, [] { return std::string("work of a stream failed"); });
    return true;
  });
  if (done) {
    reap();
    throwHeldFailure();
  }
  return done;
}

std::deque<std::pair<std::uint64_t, Ref>> StreamObject::takeCompleted(std::uint64_t completed) const {
  std::deque<std::pair<std::uint64_t, Ref>> done;
  std::lock_guard lock(inFlightMutex_);
  while (!inFlight_.empty() && inFlight_.front().first <= completed) {
    done.push_back(std::move(inFlight_.front()));
    inFlight_.pop_front();
  }
  return done;
}

bool StreamObject::reap() const {
  if (!device_.isOfThisProcess()) return true;
  std::uint64_t completed = 0;
  if (device_.table().stream_query(native_, &completed) != NXS_SUCCESS) return false;
  // Dropped outside the lock: the last reference to a buffer calls the plugin.
  takeCompleted(completed).clear();
  std::lock_guard lock(inFlightMutex_);
  if (inFlight_.empty()) isWatched_ = false;
  return inFlight_.empty();
}

namespace {
const StreamObject& streamOf(const Handle& handle) { return Access::of<StreamObject>(handle); }

void submitEventPoint(const StreamObject& stream, std::uint32_t kind, const Event& handle, std::uint64_t value) {
  const EventObject& event = Access::of<EventObject>(handle);
  if (&event.device() != &stream.device()) {
    if (kind == NXS_COMMAND_SIGNAL) stream.signalForeign(event, value);
    else stream.waitForForeign(event, value);
    return;
  }
  nxs_command command{};
  command.kind = kind;
  command.as.event = {event.native(), value};
  const Object* used[] = {&event};
  stream.submit({&command, 1}, false, used, [&] {
    return std::string(kind == NXS_COMMAND_SIGNAL ? "cannot signal an event to " : "cannot wait for an event to reach ") + std::to_string(value);
  });
}
}  // namespace
}  // namespace detail

using detail::Access;
using detail::streamOf;

Device Stream::getDevice() const { return streamOf(*this).device().acquire<Device, Access>(); }
bool Stream::synchronize(double timeout) const { return streamOf(*this).synchronize(detail::toNanoseconds(timeout)); }
bool Stream::query() const { return streamOf(*this).isIdle(); }
void Stream::signal(const Event& event, std::uint64_t value) const {
  detail::submitEventPoint(streamOf(*this), NXS_COMMAND_SIGNAL, event, value);
}
void Stream::wait(const Event& event, std::uint64_t value) const {
  detail::submitEventPoint(streamOf(*this), NXS_COMMAND_WAIT, event, value);
}

}  // namespace nexus
