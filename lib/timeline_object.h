#pragma once

#include "device_object.h"

namespace nexus::detail {

class FollowUp;

/// The value of an event, in its plugin. What only waits for the event holds this and not the EventObject.
class TimelineObject : public Object {
 public:
  TimelineObject(const DeviceObject& device, std::uint64_t initial);
  ~TimelineObject() override;

  const DeviceObject& device() const noexcept { return device_; }
  nxs_event* native() const noexcept { return native_; }
  /// Throws what failed.
  std::uint64_t value() const;
  bool hasReached(std::uint64_t value) const { return this->value() >= value; }
  /// Has `followUp` run, with the status, when `value` is reached or the event has failed.
  void notify(std::uint64_t value, std::unique_ptr<FollowUp> followUp) const;
  /// Raises the value, or makes the event fail; for threads that have nobody to tell of a failure.
  void signalOrFail(std::uint64_t value, nxs_status status) const noexcept;
  /// Nothing can raise the value any more: what still waits for it fails.
  void abandon() const noexcept;

 private:
  void fail(nxs_status status, const char* message) const noexcept;

  const DeviceObject& device_;
  Ref keepsDevice_{&device_};
  nxs_event* native_ = nullptr;
};

}  // namespace nexus::detail
