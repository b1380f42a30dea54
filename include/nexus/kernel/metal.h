// Portable kernels for the Metal shading language. Part of nexus/kernel.h.
//
// Buffers and scalars have the buffer indices 0, 1, 2 ... in the order of the parameters, which reflection tells with their types
// and access; scalars are passed with setBytes. The launch-sized shared memory is threadgroup memory 0.
#ifndef NEXUS_KERNEL_METAL_H
#define NEXUS_KERNEL_METAL_H

#include <metal_stdlib>

#define NX_HAS_FLOAT64 0
#define NX_HAS_ATOMIC_ADD_FLOAT 1

#define NX_IN(T) device const T*
#define NX_OUT(T) device T*
#define NX_INOUT(T) device T*
#define NX_VALUE(T) constant T&
#define NX_GLOBAL_PTR(T) device T*
#define NX_SHARED_PTR(T) threadgroup T*
#define NX_PRIVATE_PTR(T) thread T*
#define NX_FUNCTION static inline
#define NX_CONSTANT constant

#define NX_DETAIL_PARAMETERS(...) , ##__VA_ARGS__
#define NX_KERNEL(name, parameters)                                                                                          \
  kernel void name(uint3 nx_local_id [[thread_position_in_threadgroup]], uint3 nx_block_id [[threadgroup_position_in_grid]], \
                   uint3 nx_block_size [[threads_per_threadgroup]], uint3 nx_grid_size [[threadgroups_per_grid]],            \
                   threadgroup uchar* nx_dynamic_shared [[threadgroup(0)]] NX_DETAIL_PARAMETERS parameters)

#define NX_LOCAL_ID(d) (size_t(nx_local_id[d]))
#define NX_BLOCK_ID(d) (size_t(nx_block_id[d]))
#define NX_BLOCK_SIZE(d) (size_t(nx_block_size[d]))
#define NX_GRID_SIZE(d) (size_t(nx_grid_size[d]))
#define NX_GLOBAL_ID(d) (NX_BLOCK_ID(d) * NX_BLOCK_SIZE(d) + NX_LOCAL_ID(d))

#define NX_SHARED(T, name, count) threadgroup T name[count]
#define NX_SHARED_DYNAMIC(T, name) threadgroup T* name = reinterpret_cast<threadgroup T*>(nx_dynamic_shared)
#define NX_BARRIER() metal::threadgroup_barrier(metal::mem_flags::mem_threadgroup | metal::mem_flags::mem_device)

#define NX_DETAIL_ATOMIC(space, T, Atomic, name, operation)                           \
  static inline T nx_atomic_##name(space T* p, T v) {                                 \
    return metal::operation((space metal::Atomic*)p, v, metal::memory_order_relaxed); \
  }
#define NX_DETAIL_ATOMICS(space, T, Atomic)                                                                                     \
  NX_DETAIL_ATOMIC(space, T, Atomic, add, atomic_fetch_add_explicit)                                                            \
  NX_DETAIL_ATOMIC(space, T, Atomic, sub, atomic_fetch_sub_explicit)                                                            \
  NX_DETAIL_ATOMIC(space, T, Atomic, min, atomic_fetch_min_explicit)                                                            \
  NX_DETAIL_ATOMIC(space, T, Atomic, max, atomic_fetch_max_explicit)                                                            \
  NX_DETAIL_ATOMIC(space, T, Atomic, and, atomic_fetch_and_explicit)                                                            \
  NX_DETAIL_ATOMIC(space, T, Atomic, or, atomic_fetch_or_explicit)                                                              \
  NX_DETAIL_ATOMIC(space, T, Atomic, xor, atomic_fetch_xor_explicit)                                                            \
  NX_DETAIL_ATOMIC(space, T, Atomic, exchange, atomic_exchange_explicit)                                                        \
  static inline T nx_atomic_compare_exchange(space T* p, T expected, T desired) {                                               \
    T found = expected;                                                                                                         \
    /* The weak form may fail without a reason. */                                                                              \
    while (!metal::atomic_compare_exchange_weak_explicit((space metal::Atomic*)p, &found, desired, metal::memory_order_relaxed, \
                                                         metal::memory_order_relaxed) &&                                        \
           found == expected) {                                                                                                 \
    }                                                                                                                           \
    return found;                                                                                                               \
  }
NX_DETAIL_ATOMICS(device, int, atomic_int)
NX_DETAIL_ATOMICS(device, uint, atomic_uint)
NX_DETAIL_ATOMICS(threadgroup, int, atomic_int)
NX_DETAIL_ATOMICS(threadgroup, uint, atomic_uint)
#define NX_DETAIL_ATOMIC_ADD_FLOAT(space)                                                                             \
  static inline float nx_atomic_add_float(space float* p, float v) {                                                  \
    space metal::atomic_uint* bits = (space metal::atomic_uint*)p;                                                    \
    uint known = metal::atomic_load_explicit(bits, metal::memory_order_relaxed);                                      \
    while (!metal::atomic_compare_exchange_weak_explicit(bits, &known, as_type<uint>(as_type<float>(known) + v),      \
                                                         metal::memory_order_relaxed, metal::memory_order_relaxed)) { \
    }                                                                                                                 \
    return as_type<float>(known);                                                                                     \
  }
NX_DETAIL_ATOMIC_ADD_FLOAT(device)
NX_DETAIL_ATOMIC_ADD_FLOAT(threadgroup)

#define NX_ATOMIC_ADD(p, v) nx_atomic_add(p, v)
#define NX_ATOMIC_SUB(p, v) nx_atomic_sub(p, v)
#define NX_ATOMIC_MIN(p, v) nx_atomic_min(p, v)
#define NX_ATOMIC_MAX(p, v) nx_atomic_max(p, v)
#define NX_ATOMIC_AND(p, v) nx_atomic_and(p, v)
#define NX_ATOMIC_OR(p, v) nx_atomic_or(p, v)
#define NX_ATOMIC_XOR(p, v) nx_atomic_xor(p, v)
#define NX_ATOMIC_EXCHANGE(p, v) nx_atomic_exchange(p, v)
#define NX_ATOMIC_COMPARE_EXCHANGE(p, expected, desired) nx_atomic_compare_exchange(p, expected, desired)
#define NX_ATOMIC_ADD_FLOAT(p, v) nx_atomic_add_float(p, v)

#define NX_DETAIL_MATH(f) metal::f

#endif
