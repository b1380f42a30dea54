#pragma once

#include "device.h"

#include <span>

namespace nexus::gpu_plugin {

/// Commands in the driver's own replayable form: launches, copies on the device and fills, one after another.
class Graph {
 public:
  static bool canHold(const nxs_command& command);
  Graph(Device& device, std::span<const nxs_command* const> commands);
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  ~Graph();

  /// Replaces a command in place; runs in flight keep the old one. Returns false if that takes a new graph.
  bool update(std::size_t index, const nxs_command& command);
  ExecutableHandle executable() const noexcept { return executable_; }
  /// The kernel of each command, nullptr for those that launch none.
  const std::vector<const nxs_kernel*>& kernels() const noexcept { return kernels_; }

 private:
  void release() noexcept;

  Device& device_;
  GraphHandle graph_ = nullptr;
  ExecutableHandle executable_ = nullptr;
  std::vector<std::vector<NodeHandle>> nodes_;  // of each command
  std::vector<const nxs_kernel*> kernels_;
};

}  // namespace nexus::gpu_plugin
