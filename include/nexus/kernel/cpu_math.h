// Mathematics of portable kernels on the CPU, in forms that compilers turn into vector code. Part of nexus/kernel.h.
//
// With GCC and glibc on x86-64 the functions that libmvec has are declared as having vector forms, whose error is up to 4 ulp;
// loops use them when compiled with -O3 -fno-math-errno, as Nexus does at run time.
#ifndef NEXUS_KERNEL_CPU_MATH_H
#define NEXUS_KERNEL_CPU_MATH_H

#include <stdint.h>

#define NX_DETAIL_MATH(f) ::nexus::kernel::math::f

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__GLIBC__)
#define NX_DETAIL_VECTOR_FORM(name)                                                 \
  extern "C" __attribute__((__simd__("notinbranch"))) double name(double) noexcept; \
  extern "C" __attribute__((__simd__("notinbranch"))) float name##f(float) noexcept;
#define NX_DETAIL_VECTOR_FORM_2(name)                                                       \
  extern "C" __attribute__((__simd__("notinbranch"))) double name(double, double) noexcept; \
  extern "C" __attribute__((__simd__("notinbranch"))) float name##f(float, float) noexcept;
NX_DETAIL_VECTOR_FORM(sin)
NX_DETAIL_VECTOR_FORM(cos)
NX_DETAIL_VECTOR_FORM(exp)
NX_DETAIL_VECTOR_FORM(log)
NX_DETAIL_VECTOR_FORM_2(pow)
#if __GLIBC__ > 2 || __GLIBC_MINOR__ >= 35
NX_DETAIL_VECTOR_FORM(exp2)
NX_DETAIL_VECTOR_FORM(log2)
NX_DETAIL_VECTOR_FORM(log10)
NX_DETAIL_VECTOR_FORM(tan)
NX_DETAIL_VECTOR_FORM(asin)
NX_DETAIL_VECTOR_FORM(acos)
NX_DETAIL_VECTOR_FORM(atan)
NX_DETAIL_VECTOR_FORM(sinh)
NX_DETAIL_VECTOR_FORM(cosh)
NX_DETAIL_VECTOR_FORM(tanh)
NX_DETAIL_VECTOR_FORM_2(atan2)
#endif
#undef NX_DETAIL_VECTOR_FORM
#undef NX_DETAIL_VECTOR_FORM_2
#endif

namespace nexus::kernel::math {

#define NX_DETAIL_UNARY(name)                                   \
  inline float name(float x) { return __builtin_##name##f(x); } \
  inline double name(double x) { return __builtin_##name(x); }
#define NX_DETAIL_BINARY(name)                                              \
  inline float name(float x, float y) { return __builtin_##name##f(x, y); } \
  inline double name(double x, double y) { return __builtin_##name(x, y); }
NX_DETAIL_UNARY(sqrt)
NX_DETAIL_UNARY(exp)
NX_DETAIL_UNARY(exp2)
NX_DETAIL_UNARY(log)
NX_DETAIL_UNARY(log2)
NX_DETAIL_UNARY(log10)
NX_DETAIL_UNARY(sin)
NX_DETAIL_UNARY(cos)
NX_DETAIL_UNARY(tan)
NX_DETAIL_UNARY(asin)
NX_DETAIL_UNARY(acos)
NX_DETAIL_UNARY(atan)
NX_DETAIL_UNARY(sinh)
NX_DETAIL_UNARY(cosh)
NX_DETAIL_UNARY(tanh)
NX_DETAIL_UNARY(fabs)
NX_DETAIL_UNARY(floor)
NX_DETAIL_UNARY(ceil)
NX_DETAIL_UNARY(trunc)
NX_DETAIL_UNARY(round)
NX_DETAIL_BINARY(pow)
NX_DETAIL_BINARY(atan2)
NX_DETAIL_BINARY(fmod)
#undef NX_DETAIL_UNARY
#undef NX_DETAIL_BINARY
inline float rsqrt(float x) { return 1.0f / sqrt(x); }
inline double rsqrt(double x) { return 1.0 / sqrt(x); }
inline float fma(float x, float y, float z) { return __builtin_fmaf(x, y, z); }
inline double fma(double x, double y, double z) { return __builtin_fma(x, y, z); }

template <class NxT>
constexpr NxT min(NxT a, NxT b) {
  return b < a ? b : a;
}
template <class NxT>
constexpr NxT max(NxT a, NxT b) {
  return a < b ? b : a;
}

}  // namespace nexus::kernel::math

#endif
