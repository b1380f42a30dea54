// What HIP declares in its own way.
#pragma once

#include "plugins/gpu/driver_types.h"

namespace nexus::gpu_plugin {

/// hipKernelNodeParams.
struct KernelNode {
  unsigned block[3];
  void** extra;
  FunctionHandle function;
  unsigned grid[3];
  void** parameters;
  unsigned sharedBytes;
};

/// hipMemsetParams.
struct FillNode {
  Address destination;
  unsigned elementSize;
  std::size_t height, pitch;
  unsigned value;
  std::size_t width;
};

/// hipMemcpyKind.
inline constexpr int copyKindOnDevice = 3;

}  // namespace nexus::gpu_plugin
