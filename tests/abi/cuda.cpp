// Compiles if our declarations of the CUDA driver agree with NVIDIA's.
#include <cuda.h>

#define THEIRS(cuda, hip) ::cuda
#include "same_functions.h"

namespace nexus::gpu_plugin {

static_assert(sizeof(KernelNode) == sizeof(CUDA_KERNEL_NODE_PARAMS_v2));
SAME_PLACE(KernelNode, function, CUDA_KERNEL_NODE_PARAMS_v2, func);
SAME_PLACE(KernelNode, sharedBytes, CUDA_KERNEL_NODE_PARAMS_v2, sharedMemBytes);
SAME_PLACE(KernelNode, parameters, CUDA_KERNEL_NODE_PARAMS_v2, kernelParams);
SAME_PLACE(KernelNode, context, CUDA_KERNEL_NODE_PARAMS_v2, ctx);
static_assert(sizeof(FillNode) == sizeof(CUDA_MEMSET_NODE_PARAMS));
SAME_PLACE(FillNode, destination, CUDA_MEMSET_NODE_PARAMS, dst);
SAME_PLACE(FillNode, elementSize, CUDA_MEMSET_NODE_PARAMS, elementSize);
SAME_PLACE(FillNode, width, CUDA_MEMSET_NODE_PARAMS, width);
SAME_PLACE(FillNode, height, CUDA_MEMSET_NODE_PARAMS, height);
static_assert(sizeof(CopyNode) == sizeof(CUDA_MEMCPY3D));
SAME_PLACE(CopyNode, width, CUDA_MEMCPY3D, WidthInBytes);
static_assert(offsetof(CopyNode, source.memoryType) == offsetof(CUDA_MEMCPY3D, srcMemoryType));
static_assert(offsetof(CopyNode, source.device) == offsetof(CUDA_MEMCPY3D, srcDevice));
static_assert(offsetof(CopyNode, destination.memoryType) == offsetof(CUDA_MEMCPY3D, dstMemoryType));
static_assert(offsetof(CopyNode, destination.device) == offsetof(CUDA_MEMCPY3D, dstDevice));
static_assert(sizeof(PoolDescription) >= sizeof(CUmemPoolProps) &&
              offsetof(PoolDescription, location) == offsetof(CUmemPoolProps, location));
static_assert(sizeof(LaunchAttribute) == sizeof(CUlaunchAttribute) &&
              offsetof(LaunchAttribute, value) == offsetof(CUlaunchAttribute, value));
static_assert(sizeof(LaunchConfiguration) == sizeof(CUlaunchConfig));
SAME_PLACE(LaunchConfiguration, attributes, CUlaunchConfig, attrs);
static_assert(cooperativeAttribute == CU_LAUNCH_ATTRIBUTE_COOPERATIVE && clusterAttribute == CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION);

#define SAME_NUMBER(ours, theirs) static_assert(static_cast<int>(Attribute::ours) == CU_DEVICE_ATTRIBUTE_##theirs)
SAME_NUMBER(maxThreadsPerBlock, MAX_THREADS_PER_BLOCK);
SAME_NUMBER(maxBlockX, MAX_BLOCK_DIM_X);
SAME_NUMBER(maxGridX, MAX_GRID_DIM_X);
SAME_NUMBER(maxSharedPerBlock, MAX_SHARED_MEMORY_PER_BLOCK);
SAME_NUMBER(constantMemory, TOTAL_CONSTANT_MEMORY);
SAME_NUMBER(warpSize, WARP_SIZE);
SAME_NUMBER(registersPerBlock, MAX_REGISTERS_PER_BLOCK);
SAME_NUMBER(clockRate, CLOCK_RATE);
SAME_NUMBER(multiprocessors, MULTIPROCESSOR_COUNT);
SAME_NUMBER(isIntegrated, INTEGRATED);
SAME_NUMBER(hasEcc, ECC_ENABLED);
SAME_NUMBER(memoryClockRate, MEMORY_CLOCK_RATE);
SAME_NUMBER(memoryBusWidth, GLOBAL_MEMORY_BUS_WIDTH);
SAME_NUMBER(l2CacheSize, L2_CACHE_SIZE);
SAME_NUMBER(maxThreadsPerMultiprocessor, MAX_THREADS_PER_MULTIPROCESSOR);
SAME_NUMBER(copyEngines, ASYNC_ENGINE_COUNT);
SAME_NUMBER(computeMajor, COMPUTE_CAPABILITY_MAJOR);
SAME_NUMBER(computeMinor, COMPUTE_CAPABILITY_MINOR);
SAME_NUMBER(sharedPerMultiprocessor, MAX_SHARED_MEMORY_PER_MULTIPROCESSOR);
SAME_NUMBER(registersPerMultiprocessor, MAX_REGISTERS_PER_MULTIPROCESSOR);
SAME_NUMBER(cooperativeLaunch, COOPERATIVE_LAUNCH);
SAME_NUMBER(maxSharedPerBlockOptIn, MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
SAME_NUMBER(maxBlocksPerMultiprocessor, MAX_BLOCKS_PER_MULTIPROCESSOR);
static_assert(pointerDeviceOrdinal == CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL);
SAME_NUMBER(memoryPools, MEMORY_POOLS_SUPPORTED);
SAME_NUMBER(clusterLaunch, CLUSTER_LAUNCH);
static_assert(poolReleaseThreshold == CU_MEMPOOL_ATTR_RELEASE_THRESHOLD);
static_assert(outOfMemory == CUDA_ERROR_OUT_OF_MEMORY && notReady == CUDA_ERROR_NOT_READY && notFound == CUDA_ERROR_NOT_FOUND);

}  // namespace nexus::gpu_plugin
