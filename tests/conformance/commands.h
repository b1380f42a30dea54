#pragma once

#include <nexus/plugin.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

namespace nexus::conformance {

using Size3 = std::array<std::uint64_t, 3>;

inline std::uint64_t volume(const Size3& size) { return size[0] * size[1] * size[2]; }

inline nxs_argument bufferArgument(nxs_buffer* buffer, std::uint64_t offset = 0) {
  nxs_argument argument = {};
  argument.kind = NXS_ARGUMENT_BUFFER;
  argument.offset = offset;
  argument.value.buffer = buffer;
  return argument;
}

template <class T>
nxs_argument scalarArgument(const T& value) {
  nxs_argument argument = {};
  argument.kind = NXS_ARGUMENT_SCALAR;
  argument.size = sizeof value;
  static_assert(sizeof value <= sizeof argument.value.scalar);
  std::memcpy(argument.value.scalar, &value, sizeof value);
  return argument;
}

/// Borrows the arguments.
inline nxs_command launchCommand(nxs_kernel* kernel, const Size3& grid, const Size3& block,
                                 const std::vector<nxs_argument>& arguments, std::uint64_t sharedBytes = 0) {
  nxs_command command = {};
  command.kind = NXS_COMMAND_LAUNCH;
  nxs_launch& launch = command.as.launch;
  launch.kernel = kernel;
  launch.arguments = arguments.data();
  launch.argument_count = static_cast<std::uint32_t>(arguments.size());
  for (int d = 0; d < 3; ++d) {
    launch.grid[d] = grid[d];
    launch.block[d] = block[d];
  }
  launch.shared_bytes = sharedBytes;
  return command;
}

inline nxs_command copyCommand(const nxs_copy& copy) {
  nxs_command command = {};
  command.kind = NXS_COMMAND_COPY;
  command.as.copy = copy;
  return command;
}
inline nxs_command writeCommand(nxs_buffer* to, std::uint64_t offset, const void* from, std::uint64_t size) {
  return copyCommand({to, nullptr, nullptr, from, offset, 0, size});
}
inline nxs_command readCommand(void* to, nxs_buffer* from, std::uint64_t offset, std::uint64_t size) {
  return copyCommand({nullptr, from, to, nullptr, 0, offset, size});
}
inline nxs_command moveCommand(nxs_buffer* to, std::uint64_t toOffset, nxs_buffer* from, std::uint64_t fromOffset,
                               std::uint64_t size) {
  return copyCommand({to, from, nullptr, nullptr, toOffset, fromOffset, size});
}

template <class T>
nxs_command fillCommand(nxs_buffer* buffer, std::uint64_t offset, std::uint64_t size, const T& pattern) {
  nxs_command command = {};
  command.kind = NXS_COMMAND_FILL;
  nxs_fill& fill = command.as.fill;
  fill.buffer = buffer;
  fill.offset = offset;
  fill.size = size;
  fill.pattern_size = sizeof pattern;
  static_assert(sizeof pattern <= sizeof fill.pattern);
  std::memcpy(fill.pattern, &pattern, sizeof pattern);
  return command;
}

inline nxs_command eventCommand(std::uint32_t kind, nxs_event* event, std::uint64_t value) {
  nxs_command command = {};
  command.kind = kind;
  command.as.event = {event, value};
  return command;
}
inline nxs_command signalCommand(nxs_event* event, std::uint64_t value) { return eventCommand(NXS_COMMAND_SIGNAL, event, value); }
inline nxs_command waitCommand(nxs_event* event, std::uint64_t value) { return eventCommand(NXS_COMMAND_WAIT, event, value); }

inline nxs_command hostCallCommand(const nxs_host_call& call) {
  nxs_command command = {};
  command.kind = NXS_COMMAND_HOST_CALL;
  command.as.host_call = call;
  return command;
}

}  // namespace nexus::conformance
