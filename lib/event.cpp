#include "event_object.h"

#include "access.h"
#include "interruptible.h"
#include "log.h"

#include <nexus/device.h>

#include <memory>

namespace nexus {

namespace detail {

EventObject::EventObject(const DeviceObject& device, std::uint64_t initial) : device_(device) {
  device.checkProcess();
  device.check(device.table().event_create(device.native(), initial, &native_), [] { return std::string("cannot create an event"); });
}

EventObject::~EventObject() {
  if (device_.isOfThisProcess()) device_.table().event_destroy(native_);
}

bool EventObject::hasReached(std::uint64_t value) const {
  device_.checkProcess();
  std::uint64_t present = 0;
  device_.check(device_.table().event_query(native_, &present), [] { return std::string("cannot read an event"); });
  return present >= value;
}

void EventObject::notify(std::uint64_t value, std::function<void(nxs_status)> call) const {
  device_.checkProcess();
  auto held = std::make_unique<std::function<void(nxs_status)>>(std::move(call));
  const nxs_host_call hostCall = {[](void* user, nxs_status status) {
                                    const std::unique_ptr<std::function<void(nxs_status)>> taken(
                                        static_cast<std::function<void(nxs_status)>*>(user));
                                    (*taken)(status);
                                  },
                                  held.get()};
  device_.check(device_.table().event_notify(native_, value, hostCall), [&] { return "cannot watch an event for " + std::to_string(value); });
  held.release();
}

void EventObject::signalOrFail(std::uint64_t value, nxs_status status) const noexcept {
  if (!device_.isOfThisProcess()) return;
  const nxs_plugin_table& table = device_.table();
  if (status == NXS_SUCCESS) status = table.event_signal(native_, value);
  if (status == NXS_SUCCESS) return;
  const std::string message = "the command that was to raise the event to " + std::to_string(value) + " failed or was skipped";
  if (!table.event_fail || table.event_fail(native_, status, message.c_str()) != NXS_SUCCESS)
    log(NXS_LOG_WARN, device_.id().c_str(), message.c_str());
}

namespace {
const EventObject& eventOf(const Handle& handle) { return Access::of<EventObject>(handle); }
}  // namespace
}  // namespace detail

using detail::Access;
using detail::eventOf;

Device Event::getDevice() const { return eventOf(*this).device().acquire<Device, Access>(); }

std::uint64_t Event::getValue() const {
  const detail::EventObject& event = eventOf(*this);
  event.device().checkProcess();
  std::uint64_t value = 0;
  event.device().check(event.device().table().event_query(event.native(), &value), [] { return std::string("cannot read an event"); });
  return value;
}

void Event::signal(std::uint64_t value) const {
  const detail::EventObject& event = eventOf(*this);
  event.device().checkProcess();
  event.device().check(event.device().table().event_signal(event.native(), value),
                       [&] { return "cannot signal an event to " + std::to_string(value); });
}

bool Event::wait(std::uint64_t value, double timeout) const {
  const detail::EventObject& event = eventOf(*this);
  event.device().checkProcess();
  return detail::waitInterruptibly(detail::toNanoseconds(timeout), [&](std::uint64_t slice) {
    const nxs_status status = event.device().table().event_wait(event.native(), value, slice);
    if (status == NXS_TIMEOUT) return false;
    event.device().check(status, [&] { return "waiting for an event to reach " + std::to_string(value) + " failed"; });
    return true;
  });
}

}  // namespace nexus
