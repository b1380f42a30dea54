#pragma once

#include <nexus/plugin.h>

#include <vector>

namespace nexus::plugin_support {

/// A command with a copy of what it borrowed from the caller.
class HeldCommand {
 public:
  explicit HeldCommand(const nxs_command& command) : command_(command) {
    if (command.kind != NXS_COMMAND_LAUNCH) return;
    arguments_.assign(command.as.launch.arguments, command.as.launch.arguments + command.as.launch.argument_count);
    command_.as.launch.arguments = arguments_.data();
  }
  // Moving a vector leaves its elements where they are.
  HeldCommand(HeldCommand&&) = default;
  HeldCommand& operator=(HeldCommand&&) = default;
  HeldCommand(const HeldCommand&) = delete;
  HeldCommand& operator=(const HeldCommand&) = delete;

  const nxs_command& command() const noexcept { return command_; }

 private:
  nxs_command command_;
  std::vector<nxs_argument> arguments_;
};

}  // namespace nexus::plugin_support
