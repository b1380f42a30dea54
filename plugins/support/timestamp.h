#pragma once

#include "plugins/support/plugin_error.h"

#include <chrono>
#include <cstdint>

namespace nexus::plugin_support {

/// The clock of nxs_timestamp.
inline std::uint64_t monotonicNanoseconds() noexcept {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1));
}

/// Where a NXS_COMMAND_TIMESTAMP writes. Throws PluginError if that is nowhere.
inline std::uint64_t* timestampTarget(const nxs_command& command) {
  if (!command.as.timestamp.nanoseconds)
    throw PluginError(NXS_INVALID_ARGUMENT, "a timestamp has nowhere to go: its pointer is NULL");
  return command.as.timestamp.nanoseconds;
}

}  // namespace nexus::plugin_support
