// Portable kernels for CUDA (NVRTC, nvcc, clang) and HIP (hipRTC, hipcc). Part of nexus/kernel.h.
//
// For a kernel NAME the module has two variables more, which a plugin reads (cuModuleGetGlobal, hipModuleGetGlobal):
// - char nx_parameters_NAME[]: the parameter list as written, "(NX_IN(float) x, NX_VALUE(int) n)", which tells names and access;
// - unsigned nx_arguments_NAME[]: the number of arguments n, then for each kind, dtype, size and access as in nxs_argument_info
//   (plugin.h), where the access is what the type tells, read or read-write; 1 + 4 * (n + 1) numbers, the last four 0.
// The names of a module's kernels are those of its symbols that begin with nx_parameters_.
#ifndef NEXUS_KERNEL_GPU_H
#define NEXUS_KERNEL_GPU_H

#include <nexus/kernel/arguments.h>

#if defined(__CUDACC_RTC__) || defined(__HIPCC_RTC__)
// As the vendors' own headers define them where there is no C library.
typedef signed char int8_t;
typedef short int16_t;
typedef int int32_t;
typedef long long int64_t;
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;
#else
#include <stddef.h>
#include <stdint.h>
#if NX_TARGET_HIP
#include <hip/hip_runtime.h>
#endif
#endif

#define NX_HAS_FLOAT64 1
#define NX_HAS_ATOMIC_ADD_FLOAT 1

#define NX_IN(T) const T*
#define NX_OUT(T) T*
#define NX_INOUT(T) T*
#define NX_VALUE(T) const T
#define NX_GLOBAL_PTR(T) T*
#define NX_SHARED_PTR(T) T*
#define NX_PRIVATE_PTR(T) T*
#define NX_FUNCTION static inline __device__
#define NX_CONSTANT static __constant__ const

#define NX_KERNEL(name, parameters)                                                                       \
  extern "C" __global__ void name parameters;                                                             \
  extern "C" {                                                                                            \
  /* Not const: the compilers would hide or drop them. */                                                 \
  __device__ __attribute__((used)) char nx_parameters_##name[] = #parameters;                             \
  __device__ __attribute__((used)) nexus::kernel::Parameters<decltype(name)>::Table nx_arguments_##name = \
      nexus::kernel::Parameters<decltype(name)>::table();                                                 \
  }                                                                                                       \
  extern "C" __global__ void name parameters

// Indexing needs 64 bits, as on the CPU: a launch may have more than 2^32 items.
#define NX_DETAIL_AXIS_0 x
#define NX_DETAIL_AXIS_1 y
#define NX_DETAIL_AXIS_2 z
#define NX_DETAIL_AXIS(variable, d) ((size_t)variable.NX_DETAIL_AXIS_##d)
#define NX_LOCAL_ID(d) NX_DETAIL_AXIS(threadIdx, d)
#define NX_BLOCK_ID(d) NX_DETAIL_AXIS(blockIdx, d)
#define NX_BLOCK_SIZE(d) NX_DETAIL_AXIS(blockDim, d)
#define NX_GRID_SIZE(d) NX_DETAIL_AXIS(gridDim, d)
#define NX_GLOBAL_ID(d) (NX_BLOCK_ID(d) * NX_BLOCK_SIZE(d) + NX_LOCAL_ID(d))

extern __shared__ __attribute__((aligned(16))) unsigned char nx_dynamic_shared[];
#define NX_SHARED(T, name, count) __shared__ T name[count]
#define NX_SHARED_DYNAMIC(T, name) T* name = reinterpret_cast<T*>(nx_dynamic_shared)
#define NX_BARRIER() __syncthreads()

#define NX_ATOMIC_ADD(p, v) atomicAdd(p, v)
#define NX_ATOMIC_SUB(p, v) atomicSub(p, v)
#define NX_ATOMIC_MIN(p, v) atomicMin(p, v)
#define NX_ATOMIC_MAX(p, v) atomicMax(p, v)
#define NX_ATOMIC_AND(p, v) atomicAnd(p, v)
#define NX_ATOMIC_OR(p, v) atomicOr(p, v)
#define NX_ATOMIC_XOR(p, v) atomicXor(p, v)
#define NX_ATOMIC_EXCHANGE(p, v) atomicExch(p, v)
#define NX_ATOMIC_COMPARE_EXCHANGE(p, expected, desired) atomicCAS(p, expected, desired)
#define NX_ATOMIC_ADD_FLOAT(p, v) atomicAdd(static_cast<float*>(p), static_cast<float>(v))

#define NX_DETAIL_MATH(f) f

#endif
