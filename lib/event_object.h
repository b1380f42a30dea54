#pragma once

#include "device_object.h"

#include <nexus/event.h>

#include <functional>

namespace nexus::detail {

class EventObject : public Object {
 public:
  static constexpr const char* kind = "Event";

  EventObject(const DeviceObject& device, std::uint64_t initial);
  ~EventObject() override;

  const DeviceObject& device() const noexcept { return device_; }
  nxs_event* native() const noexcept { return native_; }
  /// Whether `value` is reached. Throws what failed.
  bool hasReached(std::uint64_t value) const;
  /// Has `call` called, with the status, when `value` is reached or the event has failed; on any thread, with the rules of nxs_host_call.
  void notify(std::uint64_t value, std::function<void(nxs_status)> call) const;
  /// Raises the value, or makes the event fail; for threads that have nobody to tell of a failure.
  void signalOrFail(std::uint64_t value, nxs_status status) const noexcept;

 private:
  const DeviceObject& device_;
  Ref keepsDevice_{&device_};
  nxs_event* native_ = nullptr;
};

}  // namespace nexus::detail
