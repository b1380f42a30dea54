// What the CUDA driver API and the HIP module API have in common, declared anew: no vendor header is needed to build, and
// tests/abi proves that these declarations agree with the vendors' own.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nexus::gpu_plugin {

using Result = int;
using Ordinal = int;
/// CUdeviceptr and hipDeviceptr_t: both travel in one 64-bit integer register.
using Address = std::uintptr_t;

using ContextHandle = struct OpaqueContext*;
using StreamHandle = struct OpaqueStream*;
using EventHandle = struct OpaqueEvent*;
using ModuleHandle = struct OpaqueModule*;
using FunctionHandle = struct OpaqueFunction*;
using GraphHandle = struct OpaqueGraph*;
using NodeHandle = struct OpaqueNode*;
using ExecutableHandle = struct OpaqueExecutable*;
using PoolHandle = struct OpaquePool*;
using ProgramHandle = struct OpaqueProgram*;

struct Uuid {
  unsigned char bytes[16];
};

/// CUmemPoolProps, hipMemPoolProps.
struct PoolDescription {
  int allocationType;  ///< 1: pinned to its place
  int handleTypes;
  struct {
    int type;  ///< 1: a device
    int id;
  } location;
  void* securityAttributes;
  unsigned char reserved[64];
};

// Numbers that both vendors share.
inline constexpr Result success = 0, invalidValue = 1, outOfMemory = 2, notInitialized = 3, noDevice = 100, invalidImage = 200,
                        noBinaryForGpu = 209, peerAlreadyEnabled = 704, hostMemoryAlreadyRegistered = 712, notFound = 500,
                        notReady = 600, notSupported = 801;
inline constexpr unsigned streamNonBlocking = 1, eventWithoutTiming = 2, hostMemoryPortable = 1, hostMemoryMapped = 2;
inline constexpr int poolReleaseThreshold = 4, pointerDeviceOrdinal = 9;

}  // namespace nexus::gpu_plugin
