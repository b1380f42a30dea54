#include "event_object.h"

#include "access.h"
#include "interruptible.h"

#include <nexus/device.h>

namespace nexus {

namespace detail {

EventObject::EventObject(const DeviceObject& device, std::uint64_t initial) : device_(device) {
  device.checkProcess();
  device.check(device.table().event_create(device.native(), initial, &native_), [] { return std::string("cannot create an event"); });
}

EventObject::~EventObject() {
  if (device_.isOfThisProcess()) device_.table().event_destroy(native_);
}

void EventObject::checkUsableOn(const DeviceObject& device) const {
  if (&device != &device_)
    throw InvalidArgumentError("an event of " + device_.id() + " cannot be used in commands of " + device.id() +
                               "; create the event on that device");
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
