#include "event_object.h"

#include "access.h"
#include "interruptible.h"

#include <nexus/device.h>

namespace nexus {

namespace detail {

namespace {
const EventObject& eventOf(const Handle& handle) { return Access::of<EventObject>(handle); }
}  // namespace
}  // namespace detail

using detail::Access;
using detail::eventOf;

Device Event::getDevice() const { return eventOf(*this).device().acquire<Device, Access>(); }

std::uint64_t Event::getValue() const { return eventOf(*this).timeline().value(); }

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
