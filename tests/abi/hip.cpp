// Compiles if our declarations of HIP agree with AMD's.
#define __HIP_PLATFORM_AMD__ 1
#define __HIP_DISABLE_CPP_FUNCTIONS__ 1
#include <hip/hip_runtime_api.h>

// What old headers lack; the plugin finds it missing at run time, or declares it itself.
#if HIP_VERSION_MAJOR < 6
extern "C" {
hipError_t hipGraphUpload(hipGraphExec_t, hipStream_t);
hipError_t hipModuleLaunchCooperativeKernel(hipFunction_t, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,
                                            hipStream_t, void**);
hipError_t hipGetDevicePropertiesR0600(hipDeviceProp_t*, int);
}
// It has an overload for C++ there.
constexpr hipError_t (*poolFunction)(void**, std::size_t, hipMemPool_t, hipStream_t) = hipMallocFromPoolAsync;
hipError_t poolFunctionOfC(void**, std::size_t, hipMemPool_t, hipStream_t);
#define hipMallocFromPoolAsync poolFunctionOfC
#endif

#define THEIRS(cuda, hip) ::hip
#include "same_functions.h"

namespace nexus::gpu_plugin {

static_assert(sizeof(KernelNode) == sizeof(hipKernelNodeParams));
SAME_PLACE(KernelNode, block, hipKernelNodeParams, blockDim);
SAME_PLACE(KernelNode, function, hipKernelNodeParams, func);
SAME_PLACE(KernelNode, grid, hipKernelNodeParams, gridDim);
SAME_PLACE(KernelNode, parameters, hipKernelNodeParams, kernelParams);
static_assert(sizeof(FillNode) == sizeof(hipMemsetParams));
SAME_PLACE(FillNode, destination, hipMemsetParams, dst);
SAME_PLACE(FillNode, elementSize, hipMemsetParams, elementSize);
SAME_PLACE(FillNode, height, hipMemsetParams, height);
SAME_PLACE(FillNode, value, hipMemsetParams, value);
SAME_PLACE(FillNode, width, hipMemsetParams, width);
static_assert(sizeof(PoolDescription) >= sizeof(hipMemPoolProps) &&
              offsetof(PoolDescription, location) == offsetof(hipMemPoolProps, location));
static_assert(copyKindOnDevice == hipMemcpyDeviceToDevice);

#define SAME_NUMBER(ours, theirs) static_assert(static_cast<int>(Attribute::ours) == hipDeviceAttribute##theirs)
SAME_NUMBER(hasEcc, EccEnabled);
SAME_NUMBER(copyEngines, AsyncEngineCount);
SAME_NUMBER(clockRate, ClockRate);
SAME_NUMBER(cooperativeLaunch, CooperativeLaunch);
SAME_NUMBER(isIntegrated, Integrated);
SAME_NUMBER(l2CacheSize, L2CacheSize);
SAME_NUMBER(computeMajor, ComputeCapabilityMajor);
SAME_NUMBER(maxBlocksPerMultiprocessor, MaxBlocksPerMultiProcessor);
SAME_NUMBER(maxBlockX, MaxBlockDimX);
SAME_NUMBER(maxGridX, MaxGridDimX);
SAME_NUMBER(maxThreadsPerBlock, MaxThreadsPerBlock);
SAME_NUMBER(maxThreadsPerMultiprocessor, MaxThreadsPerMultiProcessor);
SAME_NUMBER(memoryBusWidth, MemoryBusWidth);
SAME_NUMBER(memoryClockRate, MemoryClockRate);
SAME_NUMBER(computeMinor, ComputeCapabilityMinor);
SAME_NUMBER(multiprocessors, MultiprocessorCount);
SAME_NUMBER(registersPerBlock, MaxRegistersPerBlock);
SAME_NUMBER(registersPerMultiprocessor, MaxRegistersPerMultiprocessor);
SAME_NUMBER(maxSharedPerBlock, MaxSharedMemoryPerBlock);
SAME_NUMBER(maxSharedPerBlockOptIn, SharedMemPerBlockOptin);
SAME_NUMBER(constantMemory, TotalConstantMemory);
SAME_NUMBER(warpSize, WarpSize);
static_assert(pointerDeviceOrdinal == HIP_POINTER_ATTRIBUTE_DEVICE_ORDINAL);
SAME_NUMBER(memoryPools, MemoryPoolsSupported);
SAME_NUMBER(sharedPerMultiprocessor, MaxSharedMemoryPerMultiprocessor);
static_assert(outOfMemory == hipErrorOutOfMemory && notReady == hipErrorNotReady && notFound == hipErrorNotFound);

}  // namespace nexus::gpu_plugin
