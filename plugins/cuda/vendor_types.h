// What CUDA declares in its own way.
#pragma once

#include "plugins/gpu/driver_types.h"

namespace nexus::gpu_plugin {

/// CUDA_KERNEL_NODE_PARAMS of CUDA 12 and later.
struct KernelNode {
  FunctionHandle function;
  unsigned grid[3], block[3], sharedBytes;
  void** parameters;
  void** extra;
  void* kernel;
  ContextHandle context;
};

/// CUDA_MEMSET_NODE_PARAMS.
struct FillNode {
  Address destination;
  std::size_t pitch;
  unsigned value, elementSize;
  std::size_t width, height;
};

/// One end of a CUDA_MEMCPY3D.
struct CopyEnd {
  std::size_t x, y, z, level;
  int memoryType;  ///< 1: host, 2: device
  void* host;
  Address device;
  void* array;
  void* reserved;
  std::size_t pitch, height;
};
struct CopyNode {
  CopyEnd source, destination;
  std::size_t width, height, depth;
};

/// CUlaunchAttribute.
struct LaunchAttribute {
  int id;
  char padding[4];
  union {
    char room[64];
    int cooperative;
    unsigned cluster[3];
  } value;
};
/// CUlaunchConfig.
struct LaunchConfiguration {
  unsigned grid[3], block[3], sharedBytes;
  StreamHandle stream;
  LaunchAttribute* attributes;
  unsigned attributeCount;
};
inline constexpr int cooperativeAttribute = 2, clusterAttribute = 4;

}  // namespace nexus::gpu_plugin
