#pragma once

#include "timeline_object.h"

#include <nexus/event.h>

namespace nexus::detail {

/// An event, as its handles and the commands that signal it hold it. When the last of them is gone nothing can raise the event any
/// more, and what still waits for it fails.
class EventObject : public Object {
 public:
  static constexpr const char* kind = "Event";

  EventObject(const DeviceObject& device, std::uint64_t initial) : timeline_(new TimelineObject(device, initial)) {}
  ~EventObject() override { timeline().abandon(); }

  const TimelineObject& timeline() const noexcept { return static_cast<const TimelineObject&>(*timeline_.get()); }
  const DeviceObject& device() const noexcept { return timeline().device(); }
  nxs_event* native() const noexcept { return timeline().native(); }

 private:
  Ref timeline_;
};

}  // namespace nexus::detail
