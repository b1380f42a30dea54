#include "moments.h"

#include "device_object.h"
#include "trace_file.h"

namespace nexus::detail {

Moments::Moments(const DeviceObject& device, std::size_t count) : hasTimestamps_(device.limits().hasTimestamps), times_(count) {}

nxs_command Moments::stamp(std::size_t index) noexcept {
  nxs_command command{};
  if (hasTimestamps_) {
    command.kind = NXS_COMMAND_TIMESTAMP;
    command.as.timestamp.nanoseconds = &times_[index];
  } else {
    command.kind = NXS_COMMAND_HOST_CALL;
    command.as.host_call = {note, &times_[index]};
  }
  return command;
}

bool Moments::isStamp(const nxs_command& command) noexcept {
  return command.kind == NXS_COMMAND_TIMESTAMP || (command.kind == NXS_COMMAND_HOST_CALL && command.as.host_call.function == note);
}

void Moments::note(void* time, nxs_status status) {
  if (status == NXS_SUCCESS) *static_cast<std::uint64_t*>(time) = traceClock();
}

}  // namespace nexus::detail
