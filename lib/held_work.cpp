#include "held_work.h"

namespace nexus::detail {

HeldCommands::HeldCommands(std::span<const nxs_command> commands, std::span<const Object* const> used)
    : commands_(commands.begin(), commands.end()) {
  arguments_.reserve(commands.size());
  for (nxs_command& command : commands_) {
    if (command.kind != NXS_COMMAND_LAUNCH) continue;
    nxs_launch& launch = command.as.launch;
    launch.arguments = arguments_.emplace_back(launch.arguments, launch.arguments + launch.argument_count).data();
  }
  for (const Object* object : used) used_.emplace_back(object);
}

std::vector<const Object*> HeldCommands::used() const {
  std::vector<const Object*> list;
  list.reserve(used_.size());
  for (const Ref& object : used_) list.push_back(object.get());
  return list;
}

void HeldCommands::drop(const DeviceObject& device, nxs_status status) const noexcept {
  for (const nxs_command& command : commands_) {
    if (command.kind == NXS_COMMAND_HOST_CALL) command.as.host_call.function(command.as.host_call.user, status);
    if (command.kind == NXS_COMMAND_SIGNAL && device.table().event_fail)
      device.table().event_fail(command.as.event.event, status, "the stream failed before it came to raise the event");
  }
}

}  // namespace nexus::detail
