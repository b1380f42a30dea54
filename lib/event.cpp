#include "event_object.h"

#include "access.h"
#include "courier.h"
#include "interruptible.h"

#include <nexus/device.h>

namespace nexus {

namespace detail {

namespace {

/// Calls a function of the user's. Holds the timeline, so that it fails, and this is called, when the event is dropped.
class Notification : public FollowUp {
 public:
  Notification(const TimelineObject& timeline, std::function<void()> function)
      : timeline_(&timeline), function_(std::move(function)) {}
  void run(nxs_status) noexcept override { function_(); }

 private:
  Ref timeline_;
  std::function<void()> function_;
};

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

void Event::notify(std::uint64_t value, std::function<void()> function) const {
  const detail::TimelineObject& timeline = detail::eventOf(*this).timeline();
  timeline.notify(value, std::make_unique<detail::Notification>(timeline, std::move(function)));
}

}  // namespace nexus
