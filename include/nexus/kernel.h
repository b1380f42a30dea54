// Portable kernels: one text for the CPU (any C++20 compiler), CUDA, HIP, OpenCL C 1.2 and later, and Metal. See docs/kernels.md.
//
//     #include <nexus/kernel.h>        (allowed, but not needed, where Nexus compiles language "nexus" at run time)
//
//     NX_KERNEL(saxpy, (NX_IN(float) x, NX_INOUT(float) y, NX_VALUE(float) a, NX_VALUE(uint64_t) n)) {
//       const size_t i = NX_GLOBAL_ID(0);
//       if (i < n) y[i] += a * x[i];
//     }
//
// Compiled at run time:  device.createLibrary(text, {.language = "nexus"})
// Compiled beforehand:   c++ -std=c++20 -O3 -march=native -shared -fPIC -I INCLUDE_DIR saxpy.cpp -o saxpy.so
//                        (INCLUDE_DIR: python -m nexus --include-dir)
//
// Write the body in what C99 and C++ share: OpenCL C knows no `auto`, no references and no templates.
//
// Parameters, inside parentheses; (): none
//     NX_IN(T) p         buffer of T that the kernel reads
//     NX_OUT(T) p        buffer of T that the kernel writes
//     NX_INOUT(T) p      buffer of T that the kernel reads and writes
//     NX_VALUE(T) v      scalar, at most 16 bytes
// Inside a kernel, for dimension d = 0, 1, 2 (x, y, z; a literal); all are size_t:
//     NX_GLOBAL_ID(d)    index of the item in the whole launch = NX_BLOCK_ID(d) * NX_BLOCK_SIZE(d) + NX_LOCAL_ID(d)
//     NX_LOCAL_ID(d)     index of the item in its block        NX_BLOCK_SIZE(d)   items of a block
//     NX_BLOCK_ID(d)     index of the block                    NX_GRID_SIZE(d)    blocks of the launch
//     NX_SHARED(T, name, count);     array that the items of a block share; count is a constant; not initialised
//     NX_SHARED_DYNAMIC(T, name);    the launch-sized shared memory (shared_bytes of the launch), aligned to 16 bytes
//     NX_BARRIER();                  waits for all items of the block; every item must reach it
// Shared arrays are declared at the top of the kernel's body, not in inner blocks.
// Outside of kernels:
//     NX_FUNCTION int f(int v) {...}   helper function; it takes what it needs as arguments
//     NX_GLOBAL_PTR(T) NX_SHARED_PTR(T) NX_PRIVATE_PTR(T)
//                                      types of pointers into a buffer, into shared memory, to variables of the caller
//     NX_CONSTANT float w[2] = {1, 2}; table of constants
// Atomic operations on int32_t or uint32_t in a buffer or in shared memory; each gives the value from before. Relaxed order.
//     NX_ATOMIC_ADD(p, v)  _SUB  _MIN  _MAX  _AND  _OR  _XOR  _EXCHANGE       NX_ATOMIC_COMPARE_EXCHANGE(p, expected, desired)
//     NX_ATOMIC_ADD_FLOAT(p, v)      the same on float, if NX_HAS_ATOMIC_ADD_FLOAT
// Mathematics for float, and for double if NX_HAS_FLOAT64; as exact as the device's own functions, not more:
//     NX_SQRT NX_RSQRT NX_EXP NX_EXP2 NX_LOG NX_LOG2 NX_LOG10 NX_SIN NX_COS NX_TAN NX_ASIN NX_ACOS NX_ATAN NX_SINH NX_COSH
//     NX_TANH NX_FABS NX_FLOOR NX_CEIL NX_TRUNC NX_ROUND (x)     NX_POW NX_ATAN2 NX_FMOD (x, y)     NX_FMA(x, y, z)
//     NX_MIN(a, b) NX_MAX(a, b)      of two numbers of the same type, integers too; with a NaN: either
// Feature macros, 0 or 1:  NX_HAS_FLOAT64  NX_HAS_ATOMIC_ADD_FLOAT
// Exactly one of these is 1:  NX_TARGET_CPU  NX_TARGET_CUDA  NX_TARGET_HIP  NX_TARGET_OPENCL  NX_TARGET_METAL
//
// Items of one launch may run in any order, and at the same time: a kernel whose items depend on each other without a barrier has no
// defined result. On the CPU an exception that leaves a kernel makes the launch fail with its message.
//
// What a plugin reads from the compiled code to know the arguments is written in the header of each target.
#ifndef NEXUS_KERNEL_H
#define NEXUS_KERNEL_H

#define NX_TARGET_CPU 0
#define NX_TARGET_CUDA 0
#define NX_TARGET_HIP 0
#define NX_TARGET_OPENCL 0
#define NX_TARGET_METAL 0
#if defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__)
#undef NX_TARGET_OPENCL
#define NX_TARGET_OPENCL 1
#elif defined(__METAL_VERSION__)
#undef NX_TARGET_METAL
#define NX_TARGET_METAL 1
#elif defined(__HIP__) || defined(__HIPCC__) || defined(__HIPCC_RTC__)
#undef NX_TARGET_HIP
#define NX_TARGET_HIP 1
#elif defined(__CUDACC__) || defined(__CUDACC_RTC__)
#undef NX_TARGET_CUDA
#define NX_TARGET_CUDA 1
#else
#undef NX_TARGET_CPU
#define NX_TARGET_CPU 1
#endif

#if NX_TARGET_CPU
#include <nexus/kernel/cpu.h>
#elif NX_TARGET_CUDA || NX_TARGET_HIP
#include <nexus/kernel/gpu.h>
#elif NX_TARGET_OPENCL
#include <nexus/kernel/opencl.h>
#elif NX_TARGET_METAL
#include <nexus/kernel/metal.h>
#endif

// NX_DETAIL_MATH(f) is the target's function f for float and double.
#define NX_SQRT(x) (NX_DETAIL_MATH(sqrt)(x))
#define NX_RSQRT(x) (NX_DETAIL_MATH(rsqrt)(x))
#define NX_EXP(x) (NX_DETAIL_MATH(exp)(x))
#define NX_EXP2(x) (NX_DETAIL_MATH(exp2)(x))
#define NX_LOG(x) (NX_DETAIL_MATH(log)(x))
#define NX_LOG2(x) (NX_DETAIL_MATH(log2)(x))
#define NX_LOG10(x) (NX_DETAIL_MATH(log10)(x))
#define NX_SIN(x) (NX_DETAIL_MATH(sin)(x))
#define NX_COS(x) (NX_DETAIL_MATH(cos)(x))
#define NX_TAN(x) (NX_DETAIL_MATH(tan)(x))
#define NX_ASIN(x) (NX_DETAIL_MATH(asin)(x))
#define NX_ACOS(x) (NX_DETAIL_MATH(acos)(x))
#define NX_ATAN(x) (NX_DETAIL_MATH(atan)(x))
#define NX_SINH(x) (NX_DETAIL_MATH(sinh)(x))
#define NX_COSH(x) (NX_DETAIL_MATH(cosh)(x))
#define NX_TANH(x) (NX_DETAIL_MATH(tanh)(x))
#define NX_FABS(x) (NX_DETAIL_MATH(fabs)(x))
#define NX_FLOOR(x) (NX_DETAIL_MATH(floor)(x))
#define NX_CEIL(x) (NX_DETAIL_MATH(ceil)(x))
#define NX_TRUNC(x) (NX_DETAIL_MATH(trunc)(x))
#define NX_ROUND(x) (NX_DETAIL_MATH(round)(x))
#define NX_POW(x, y) (NX_DETAIL_MATH(pow)(x, y))
#define NX_ATAN2(y, x) (NX_DETAIL_MATH(atan2)(y, x))
#define NX_FMOD(x, y) (NX_DETAIL_MATH(fmod)(x, y))
#define NX_FMA(x, y, z) (NX_DETAIL_MATH(fma)(x, y, z))
#define NX_MIN(a, b) (NX_DETAIL_MATH(min)(a, b))
#define NX_MAX(a, b) (NX_DETAIL_MATH(max)(a, b))

#endif
