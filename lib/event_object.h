#pragma once

#include "device_object.h"

#include <nexus/event.h>

namespace nexus::detail {

class EventObject : public Object {
 public:
  static constexpr const char* kind = "Event";

  EventObject(const DeviceObject& device, std::uint64_t initial);
  ~EventObject() override;

  const DeviceObject& device() const noexcept { return device_; }
  nxs_event* native() const noexcept { return native_; }
  /// Throws InvalidArgumentError if commands of `device` cannot use this event.
  void checkUsableOn(const DeviceObject& device) const;

 private:
  const DeviceObject& device_;
  Ref keepsDevice_{&device_};
  nxs_event* native_ = nullptr;
};

}  // namespace nexus::detail
