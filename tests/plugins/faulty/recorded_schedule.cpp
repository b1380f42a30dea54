#include "recorded_schedule.h"

#include "target.h"

namespace faulty_plugin {

RecordedSchedule::RecordedSchedule(nxs_device* device, nxs_schedule* native, std::span<const nxs_command> commands)
    : device_(device), native_(native), commands_(commands.size()), arguments_(commands.size()) {
  for (std::size_t i = 0; i < commands.size(); ++i) record(i, commands[i]);
}

RecordedSchedule::~RecordedSchedule() {
  for (nxs_schedule* schedule : sabotaged_) target().schedule_destroy(schedule);
  target().schedule_destroy(native_);
}

void RecordedSchedule::record(std::size_t index, const nxs_command& command) {
  commands_[index] = command;
  if (command.kind != NXS_COMMAND_LAUNCH) return;
  nxs_launch& launch = commands_[index].as.launch;
  arguments_[index].assign(launch.arguments, launch.arguments + launch.argument_count);
  launch.arguments = arguments_[index].data();
}

void RecordedSchedule::update(std::uint32_t index, const nxs_command& command) {
  std::lock_guard lock(mutex_);
  record(index, command);
}

nxs_status RecordedSchedule::run(nxs_stream* stream, std::uint32_t flags, std::uint64_t* ticket, CommandFaults& faults,
                                 Injector& injector) {
  nxs_schedule* chosen = native_;
  {
    std::lock_guard lock(mutex_);
    const std::vector<nxs_command> changed = faults.sabotage(device_, commands_, injector);
    if (!changed.empty()) {
      if (const nxs_status status =
              target().schedule_create(device_, changed.data(), static_cast<std::uint32_t>(changed.size()), &chosen);
          status != NXS_SUCCESS)
        return status;
      sabotaged_.push_back(chosen);
    }
  }
  return target().schedule_run(chosen, stream, flags, ticket);
}

}  // namespace faulty_plugin
