#include "access.h"
#include "event_object.h"
#include "interruptible.h"
#include "janitor.h"
#include "known_streams.h"
#include "log.h"
#include "stream_object.h"

#include "plugins/support/deadline.h"

#include <nexus/device.h>

#include <array>
#include <chrono>
#include <limits>
#include <thread>

namespace nexus {

namespace detail {

StreamObject::StreamObject(const DeviceObject& device)
    : StreamObject(device, device.id() + " stream " + std::to_string(device.countStream()), false) {
  device_.retain();
}

StreamObject::StreamObject(const DeviceObject& device, const char* partName)
    : StreamObject(device, device.id() + " " + partName, true) {}

StreamObject::StreamObject(const DeviceObject& device, std::string name, bool isPartOfDevice)
    : device_(device), isPartOfDevice_(isPartOfDevice), name_(std::move(name)) {
  device.checkProcess();
  device.check(device.table().stream_create(device.native(), &native_), [] { return std::string("cannot create a stream"); });
  try {
    addKnownStream(*this);
  } catch (...) {
    device.table().stream_destroy(native_);
    throw;
  }
  logDebug([&] { return name_; }, [] { return "created"; });
}

StreamObject::~StreamObject() {
  if (!device_.isOfThisProcess()) return;
  removeKnownStream(native_);
  device_.table().stream_destroy(native_);
  logDebug([&] { return name_; }, [] { return "destroyed"; });
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

std::uint64_t StreamObject::completedTicket() const noexcept {
  std::uint64_t completed = 0;
  const nxs_status status = device_.table().stream_query(native_, &completed);
  // Nothing runs on a device that is lost.
  if (status == NXS_DEVICE_LOST) return std::numeric_limits<std::uint64_t>::max();
  return status == NXS_SUCCESS ? completed : 0;
}

bool StreamObject::isLost() const noexcept {
  return device_.isOfThisProcess() && completedTicket() == std::numeric_limits<std::uint64_t>::max();
}

bool StreamObject::isOver(std::uint64_t ticket) const noexcept { return !device_.isOfThisProcess() || completedTicket() >= ticket; }

bool StreamObject::awaitOver(std::uint64_t ticket, std::uint64_t timeout) const noexcept {
  const auto start = std::chrono::steady_clock::now();
  while (!isOver(ticket)) {
    if (static_cast<std::uint64_t>((std::chrono::steady_clock::now() - start) / std::chrono::nanoseconds(1)) >= timeout)
      return false;
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  return true;
}

void StreamObject::keepMore(std::uint64_t ticket, std::span<const Object* const> used) const noexcept {
  constexpr std::uint64_t whileMemoryIsOut = 1'000'000'000;
  std::size_t kept = 0;
  bool mustWatch = false;
  {
    std::lock_guard lock(inFlightMutex_);
    raiseLastTicket(ticket);
    try {
      for (; kept < used.size(); ++kept) inFlight_.add(ticket, used[kept]);
    } catch (const std::bad_alloc&) {
    }
    inFlight_.makeRoom();
    mustWatch = !std::exchange(isWatched_, true);
  }
  if (mustWatch) watchStream(reference());
  // Better never to give something back than while it is in use.
  if (kept < used.size() && !awaitOver(ticket, whileMemoryIsOut)) {
    for (const Object* object : used.subspan(kept)) object->retain();
    std::lock_guard lock(inFlightMutex_);
    hasLostTrack_ = true;
  }
}

bool StreamObject::synchronize(std::uint64_t timeout) const {
  device_.checkProcess();
  std::uint64_t completed = 0;
  const bool done = waitInterruptibly(timeout, [&](std::uint64_t slice) {
    if (isHeld()) {
      std::unique_lock lock(heldMutex_);
      if (!plugin_support::waitFor(heldChanged_, lock, slice, [this] { return !isHeld() || hasHeldFailed_; })) return false;
    }
    completed = lastTicket();  // if the wait is not in vain
    const nxs_status status = device_.table().stream_synchronize(native_, slice);
    if (status == NXS_TIMEOUT) return false;
    try {
      device_.check(status, [] { return std::string("work of a stream failed"); });
    } catch (...) {
      reap();
      throw;
    }
    return true;
  });
  if (done) {
    reapUpTo(completed);
    if (hasHeldFailed_) [[unlikely]]
      throwHeldFailure();
  }
  return done;
}

void StreamObject::reap() const noexcept {
  if (device_.isOfThisProcess()) reapUpTo(completedTicket());
}

void StreamObject::reapUpTo(std::uint64_t completed) const noexcept {
  for (bool isMore = true; isMore;) {
    std::array<Ref, 8> done;  // dropped outside the lock: the last reference to a buffer calls the plugin
    std::lock_guard lock(inFlightMutex_);
    for (Ref& object : done) {
      isMore = !inFlight_.isEmpty() && inFlight_.firstTicket() <= completed;
      if (!isMore) break;
      object = inFlight_.takeFirst();
    }
  }
}

bool StreamObject::mayBeBusy() const noexcept {
  std::lock_guard lock(inFlightMutex_);
  return isWatched_ || hasLostTrack_;
}

bool StreamObject::endWatch() const noexcept {
  if (!device_.isOfThisProcess()) return true;
  reap();
  std::lock_guard lock(inFlightMutex_);
  isWatched_ = !inFlight_.isEmpty();
  return !isWatched_;
}

namespace {
const StreamObject& streamOf(const Handle& handle) { return Access::of<StreamObject>(handle); }

void submitEventPoint(const StreamObject& stream, std::uint32_t kind, const Event& handle, std::uint64_t value) {
  const EventObject& event = Access::of<EventObject>(handle);
  if (&event.device() != &stream.device()) {
    if (kind == NXS_COMMAND_SIGNAL)
      stream.signalForeign(event, value);
    else
      stream.waitForForeign(event.timeline(), value);
    return;
  }
  nxs_command command{};
  command.kind = kind;
  command.as.event = {event.native(), value};
  const Object* used[] = {kind == NXS_COMMAND_SIGNAL ? static_cast<const Object*>(&event) : &event.timeline()};
  stream.submit({&command, 1}, false, used, [&] {
    return std::string(kind == NXS_COMMAND_SIGNAL ? "cannot signal an event to " : "cannot wait for an event to reach ") +
           std::to_string(value);
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
