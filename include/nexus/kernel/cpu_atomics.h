// Atomic operations of portable kernels on the CPU. Part of nexus/kernel.h.
#ifndef NEXUS_KERNEL_CPU_ATOMICS_H
#define NEXUS_KERNEL_CPU_ATOMICS_H

#define NX_HAS_ATOMIC_ADD_FLOAT 1

#define NX_ATOMIC_ADD(p, v) (::nexus::kernel::atomicAdd(p, v))
#define NX_ATOMIC_SUB(p, v) (::nexus::kernel::atomicSub(p, v))
#define NX_ATOMIC_MIN(p, v) (::nexus::kernel::atomicMin(p, v))
#define NX_ATOMIC_MAX(p, v) (::nexus::kernel::atomicMax(p, v))
#define NX_ATOMIC_AND(p, v) (::nexus::kernel::atomicAnd(p, v))
#define NX_ATOMIC_OR(p, v) (::nexus::kernel::atomicOr(p, v))
#define NX_ATOMIC_XOR(p, v) (::nexus::kernel::atomicXor(p, v))
#define NX_ATOMIC_EXCHANGE(p, v) (::nexus::kernel::atomicExchange(p, v))
#define NX_ATOMIC_COMPARE_EXCHANGE(p, expected, desired) (::nexus::kernel::atomicCompareExchange(p, expected, desired))
#define NX_ATOMIC_ADD_FLOAT(p, v) (::nexus::kernel::atomicAddFloat(p, v))

namespace nexus::kernel {

// The type of the operand follows from the pointer alone, so that a literal fits any.
template <class NxT>
struct AtomicOperand {
  static_assert(sizeof(NxT) == 4 && TypeCode<NxT>::value >= 2 && TypeCode<NxT>::value <= 9,
                "atomic operations take a pointer to int32_t or uint32_t");
  using Type = NxT;
};
template <class NxT>
using AtomicOperandOf = typename AtomicOperand<NxT>::Type;

#define NX_DETAIL_FETCH(name, builtin)              \
  template <class NxT>                              \
  inline NxT name(NxT* p, AtomicOperandOf<NxT> v) { \
    return builtin(p, v, __ATOMIC_RELAXED);         \
  }
NX_DETAIL_FETCH(atomicAdd, __atomic_fetch_add)
NX_DETAIL_FETCH(atomicSub, __atomic_fetch_sub)
NX_DETAIL_FETCH(atomicAnd, __atomic_fetch_and)
NX_DETAIL_FETCH(atomicOr, __atomic_fetch_or)
NX_DETAIL_FETCH(atomicXor, __atomic_fetch_xor)
NX_DETAIL_FETCH(atomicExchange, __atomic_exchange_n)
#undef NX_DETAIL_FETCH

template <class NxT>
inline NxT atomicCompareExchange(NxT* p, AtomicOperandOf<NxT> expected, AtomicOperandOf<NxT> desired) {
  __atomic_compare_exchange_n(p, &expected, desired, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  return expected;
}
template <class NxT>
inline NxT atomicMin(NxT* p, AtomicOperandOf<NxT> v) {
  NxT known = __atomic_load_n(p, __ATOMIC_RELAXED);
  while (v < known && !__atomic_compare_exchange_n(p, &known, v, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
  return known;
}
template <class NxT>
inline NxT atomicMax(NxT* p, AtomicOperandOf<NxT> v) {
  NxT known = __atomic_load_n(p, __ATOMIC_RELAXED);
  while (known < v && !__atomic_compare_exchange_n(p, &known, v, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
  return known;
}
inline float atomicAddFloat(float* p, float v) {
  float known, sum;
  __atomic_load(p, &known, __ATOMIC_RELAXED);
  do sum = known + v;
  while (!__atomic_compare_exchange(p, &known, &sum, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  return known;
}

}  // namespace nexus::kernel

#endif
