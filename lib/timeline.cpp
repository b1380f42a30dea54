#include "courier.h"
#include "log.h"
#include "timeline_object.h"

#include <cinttypes>
#include <cstdio>

namespace nexus::detail {

TimelineObject::TimelineObject(const DeviceObject& device, std::uint64_t initial) : device_(device) {
  device.checkProcess();
  device.check(device.table().event_create(device.native(), initial, &native_),
               [] { return std::string("cannot create an event"); });
  logDebug([&] { return device.id() + " event"; }, [&] { return "created at " + std::to_string(initial); });
}

TimelineObject::~TimelineObject() {
  if (device_.isOfThisProcess()) device_.table().event_destroy(native_);
}

std::uint64_t TimelineObject::value() const {
  device_.checkProcess();
  std::uint64_t present = 0;
  device_.check(device_.table().event_query(native_, &present), [] { return std::string("cannot read an event"); });
  return present;
}

void TimelineObject::notify(std::uint64_t value, std::unique_ptr<FollowUp> followUp) const {
  device_.checkProcess();
  device_.check(device_.table().event_notify(native_, value, followUp->hostCall()),
                [&] { return "cannot watch an event for " + std::to_string(value); });
  static_cast<void>(followUp.release());
}

void TimelineObject::signalOrFail(std::uint64_t value, nxs_status status) const noexcept {
  if (!device_.isOfThisProcess()) return;
  if (status == NXS_SUCCESS) status = device_.table().event_signal(native_, value);
  if (status == NXS_SUCCESS) return;
  char message[128];
  std::snprintf(message, sizeof message, "the command that was to raise the event to %" PRIu64 " failed or was skipped", value);
  fail(status, message);
}

void TimelineObject::abandon() const noexcept {
  if (isShared() && device_.isOfThisProcess())
    fail(NXS_LAUNCH_FAILED,
         "every handle of the event was dropped, so that nothing can raise it any more; keep the event until it is signalled");
}

void TimelineObject::fail(nxs_status status, const char* message) const noexcept {
  const auto eventFail = device_.table().event_fail;
  if (eventFail && eventFail(native_, status, message) == NXS_SUCCESS) return;
  log(NXS_LOG_WARN, device_.id().c_str(), message);
  log(NXS_LOG_WARN, device_.id().c_str(), "the plugin cannot make an event fail, so that what waits for this one goes on waiting");
}

}  // namespace nexus::detail
