// The traits of CUDA: names, numbers and folders in which it differs from HIP. vendor.cpp has the functions of plugins/gpu/vendor_functions.h.
#pragma once

#include "vendor_types.h"

#define NEXUS_GPU_SYMBOL(cuda, hip) #cuda

namespace nexus::gpu_plugin {

struct Vendor {
  static constexpr const char* runtimeName = "cuda";
  static constexpr const char* driverName = "CUDA";
  static constexpr const char* kernelModule = "nvidia";
  static constexpr const char* manufacturer = "nvidia";
  static constexpr const char* language = "cuda";
  static constexpr std::int64_t dlpackType = 2;  ///< kDLCUDA
  static constexpr bool takesPtx = true;
  static constexpr bool hasLoaderLog = true;    ///< moduleLoad takes options for messages
  static constexpr bool refusesQuietly = true;  ///< a refused call leaves nothing behind for the rest of the process to find
  static constexpr const char* forkAdvice =
      "CUDA cannot be used in a forked process whose parent has used it; start the process with 'spawn'";
  static constexpr const char* driverLibraries[] = {"libcuda.so.1", "libcuda.so"};
};

/// CUdevice_attribute.
enum class Attribute : int {
  maxThreadsPerBlock = 1,
  maxBlockX = 2,
  maxGridX = 5,
  maxSharedPerBlock = 8,
  constantMemory = 9,
  warpSize = 10,
  registersPerBlock = 12,
  clockRate = 13,
  multiprocessors = 16,
  isIntegrated = 18,
  hasEcc = 32,
  memoryClockRate = 36,
  memoryBusWidth = 37,
  l2CacheSize = 38,
  maxThreadsPerMultiprocessor = 39,
  copyEngines = 40,
  computeMajor = 75,
  computeMinor = 76,
  sharedPerMultiprocessor = 81,
  registersPerMultiprocessor = 82,
  cooperativeLaunch = 95,
  maxSharedPerBlockOptIn = 97,
  maxBlocksPerMultiprocessor = 106,
  memoryPools = 115,
  clusterLaunch = 120,
};

}  // namespace nexus::gpu_plugin
