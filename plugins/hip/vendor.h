// The traits of HIP: names, numbers and folders in which it differs from CUDA. vendor.cpp has the functions of plugins/gpu/vendor_functions.h.
#pragma once

#include "vendor_types.h"

#define NEXUS_GPU_SYMBOL(cuda, hip) #hip

namespace nexus::gpu_plugin {

struct Vendor {
  static constexpr const char* runtimeName = "hip";
  static constexpr const char* driverName = "HIP";
  static constexpr const char* kernelModule = "amdgpu";
  static constexpr const char* manufacturer = "amd";
  static constexpr const char* language = "hip";
  static constexpr std::int64_t dlpackType = 10;  ///< kDLROCM
  static constexpr bool takesPtx = false;
  static constexpr bool hasLoaderLog = false;  ///< moduleLoad takes options for messages
  static constexpr bool refusesQuietly =
      false;  ///< a refused call stays the last error of its thread, which PyTorch asks for behind its own launches
  static constexpr const char* forkAdvice =
      "HIP cannot be used in a forked process whose parent has used it; start the process with 'spawn'";
  static constexpr const char* driverLibraries[] = {"libamdhip64.so.7", "libamdhip64.so.6", "libamdhip64.so.5", "libamdhip64.so"};
};

/// hipDeviceAttribute_t.
enum class Attribute : int {
  hasEcc = 0,
  copyEngines = 2,
  clockRate = 5,
  cooperativeLaunch = 10,
  isIntegrated = 16,
  l2CacheSize = 19,
  computeMajor = 23,
  maxBlocksPerMultiprocessor = 25,
  maxBlockX = 26,
  maxGridX = 29,
  maxThreadsPerBlock = 56,
  maxThreadsPerMultiprocessor = 57,
  memoryBusWidth = 59,
  memoryClockRate = 60,
  computeMinor = 61,
  multiprocessors = 63,
  registersPerBlock = 71,
  registersPerMultiprocessor = 72,
  maxSharedPerBlock = 74,
  maxSharedPerBlockOptIn = 75,
  constantMemory = 83,
  warpSize = 87,
  memoryPools = 88,
  sharedPerMultiprocessor = 10002,
  clusterLaunch = -1,  ///< there is none
};

}  // namespace nexus::gpu_plugin
