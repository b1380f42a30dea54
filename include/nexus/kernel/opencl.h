// Portable kernels for OpenCL C 1.2 and later. Part of nexus/kernel.h.
//
// Arguments are known from clGetKernelArgInfo if the program is built with -cl-kernel-arg-info: address space, type, name, and read
// access from const. OpenCL has no shared memory without a size or an argument: if the text uses NX_SHARED_DYNAMIC,
// NX_USES_SHARED_DYNAMIC must be defined to 1 before this header. Every kernel of the program then has one more argument, the
// first, `__local uchar* nx_dynamic_shared`, which the plugin sets to the shared_bytes of the launch, at least 1, and hides.
#ifndef NEXUS_KERNEL_OPENCL_H
#define NEXUS_KERNEL_OPENCL_H

typedef char int8_t;
typedef short int16_t;
typedef int int32_t;
typedef long int64_t;
typedef uchar uint8_t;
typedef ushort uint16_t;
typedef uint uint32_t;
typedef ulong uint64_t;

#if defined(cl_khr_fp64) || defined(__opencl_c_fp64)
#if __OPENCL_C_VERSION__ < 120
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif
#define NX_HAS_FLOAT64 1
#else
#define NX_HAS_FLOAT64 0
#endif
#define NX_HAS_ATOMIC_ADD_FLOAT 1

#define NX_IN(T) __global const T*
#define NX_OUT(T) __global T*
#define NX_INOUT(T) __global T*
#define NX_VALUE(T) const T
#define NX_GLOBAL_PTR(T) __global T*
#define NX_SHARED_PTR(T) __local T*
#define NX_PRIVATE_PTR(T) __private T*
#define NX_FUNCTION static inline
#define NX_CONSTANT __constant

// Macros with a variable number of arguments are no part of OpenCL C 1.2, so that only programs that need them use them.
#if defined(NX_USES_SHARED_DYNAMIC) && NX_USES_SHARED_DYNAMIC
// C99 cannot drop a comma before an empty list; so the list is looked at: PROBE becomes two arguments only if nothing follows it.
#define NX_DETAIL_FIRST(first, ...) first
#define NX_DETAIL_SECOND(first, second, ...) second
#define NX_DETAIL_PROBE() 0, _ALONE
#define NX_DETAIL_CHOOSE(form) NX_DETAIL_CHOSEN(form)
#define NX_DETAIL_CHOSEN(form) NX_DETAIL_SHARED##form
#define NX_DETAIL_FORM(...) NX_DETAIL_FORM_OF(NX_DETAIL_PROBE __VA_ARGS__())
#define NX_DETAIL_FORM_OF(...) NX_DETAIL_SECOND(__VA_ARGS__, _AND, 0)
#define NX_DETAIL_SHARED_ALONE(...) __local uchar* nx_dynamic_shared
#define NX_DETAIL_SHARED_AND(...) __local uchar *nx_dynamic_shared, __VA_ARGS__
#define NX_DETAIL_PARAMETERS(...) NX_DETAIL_CHOOSE(NX_DETAIL_FORM(NX_DETAIL_FIRST(__VA_ARGS__, 0)))(__VA_ARGS__)
#define NX_KERNEL(name, parameters) __kernel void name(NX_DETAIL_PARAMETERS parameters)
#define NX_SHARED_DYNAMIC(T, name) __local T* name = (__local T*)nx_dynamic_shared
#else
#define NX_KERNEL(name, parameters) __kernel void name parameters
#endif
#define NX_SHARED(T, name, count) __local T name[count]
#define NX_BARRIER() barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)

#define NX_LOCAL_ID(d) (get_local_id(d))
#define NX_BLOCK_ID(d) (get_group_id(d))
#define NX_BLOCK_SIZE(d) (get_local_size(d))
#define NX_GRID_SIZE(d) (get_num_groups(d))
#define NX_GLOBAL_ID(d) (get_group_id(d) * get_local_size(d) + get_local_id(d))

#define NX_ATOMIC_ADD(p, v) atomic_add(p, v)
#define NX_ATOMIC_SUB(p, v) atomic_sub(p, v)
#define NX_ATOMIC_MIN(p, v) atomic_min(p, v)
#define NX_ATOMIC_MAX(p, v) atomic_max(p, v)
#define NX_ATOMIC_AND(p, v) atomic_and(p, v)
#define NX_ATOMIC_OR(p, v) atomic_or(p, v)
#define NX_ATOMIC_XOR(p, v) atomic_xor(p, v)
#define NX_ATOMIC_EXCHANGE(p, v) atomic_xchg(p, v)
#define NX_ATOMIC_COMPARE_EXCHANGE(p, expected, desired) atomic_cmpxchg(p, expected, desired)
#define NX_ATOMIC_ADD_FLOAT(p, v) nx_atomic_add_float(p, v)

#define NX_DETAIL_ATOMIC_ADD_FLOAT(space)                                                                   \
  static inline float __attribute__((overloadable)) nx_atomic_add_float(volatile space float* p, float v) { \
    volatile space uint* bits = (volatile space uint*)p;                                                    \
    uint known = *bits, found;                                                                              \
    while ((found = atomic_cmpxchg(bits, known, as_uint(as_float(known) + v))) != known) known = found;     \
    return as_float(known);                                                                                 \
  }
NX_DETAIL_ATOMIC_ADD_FLOAT(__global)
NX_DETAIL_ATOMIC_ADD_FLOAT(__local)

#define NX_DETAIL_MATH(f) f

#endif
