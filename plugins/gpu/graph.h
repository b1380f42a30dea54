#pragma once

#include "device.h"

#include <array>
#include <span>

namespace nexus::gpu_plugin {

/// So many kernels can be named if one of them breaks the device.
inline constexpr std::size_t rememberedKernels = 8;

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
  /// The kernels that it launches last, each once, the last one at the end.
  std::span<const nxs_kernel* const> lastKernels() const noexcept { return std::span(lastKernels_).last(lastKernelCount_); }

 private:
  void release() noexcept;
  void listLastKernels() noexcept;

  Device& device_;
  GraphHandle graph_ = nullptr;
  ExecutableHandle executable_ = nullptr;
  std::vector<std::vector<NodeHandle>> nodes_;  // of each command
  std::vector<const nxs_kernel*> kernels_;      // of each command, nullptr for those that launch none
  std::array<const nxs_kernel*, rememberedKernels> lastKernels_{};
  std::size_t lastKernelCount_ = 0;
};

}  // namespace nexus::gpu_plugin
