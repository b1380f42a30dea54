// The types of a kernel's parameters as numbers, computed by any C++ compiler. Part of nexus/kernel.h.
#ifndef NEXUS_KERNEL_ARGUMENTS_H
#define NEXUS_KERNEL_ARGUMENTS_H

#if defined(__CUDACC__) || defined(__CUDACC_RTC__) || defined(__HIP__) || defined(__HIPCC__) || defined(__HIPCC_RTC__)
#define NX_DETAIL_EVERYWHERE __host__ __device__
#else
#define NX_DETAIL_EVERYWHERE
#endif

namespace nexus {
namespace kernel {

// Kind, element type, bytes and access; the numbers are those of nexus/plugin.h.
struct Argument {
  unsigned kind, dtype, size, access;
};

// NXS_DTYPE_* of a scalar type; 0 for all others.
template <class T>
struct TypeCode {
  static constexpr unsigned value = 0;
};
#define NX_DETAIL_TYPE_CODE(T, code)        \
  template <>                               \
  struct TypeCode<T> {                      \
    static constexpr unsigned value = code; \
  };
#define NX_DETAIL_INTEGER(T)                                                                      \
  NX_DETAIL_TYPE_CODE(T, (static_cast<T>(-1) < static_cast<T>(0) ? 2 : 6) + (sizeof(T) == 1   ? 0 \
                                                                             : sizeof(T) == 2 ? 1 \
                                                                             : sizeof(T) == 4 ? 2 \
                                                                                              : 3))
NX_DETAIL_TYPE_CODE(bool, 1)
NX_DETAIL_INTEGER(char)
NX_DETAIL_INTEGER(signed char)
NX_DETAIL_INTEGER(unsigned char)
NX_DETAIL_INTEGER(short)
NX_DETAIL_INTEGER(unsigned short)
NX_DETAIL_INTEGER(int)
NX_DETAIL_INTEGER(unsigned)
NX_DETAIL_INTEGER(long)
NX_DETAIL_INTEGER(unsigned long)
NX_DETAIL_INTEGER(long long)
NX_DETAIL_INTEGER(unsigned long long)
NX_DETAIL_TYPE_CODE(float, 11)
NX_DETAIL_TYPE_CODE(double, 12)
#undef NX_DETAIL_INTEGER
#undef NX_DETAIL_TYPE_CODE

template <class T>
struct Describe {
  static_assert(__is_trivially_copyable(T) && sizeof(T) <= 16,
                "a kernel takes pointers and trivially copyable values of at most 16 bytes");
  static constexpr Argument value = {2, TypeCode<T>::value, sizeof(T), 1};
};
template <class T>
struct Describe<const T> : Describe<T> {};
template <class T>
struct Describe<T*> {
  static constexpr Argument value = {1, TypeCode<T>::value, sizeof(T), 3};
};
template <class T>
struct Describe<const T*> {
  static constexpr Argument value = {1, TypeCode<T>::value, sizeof(T), 1};
};
template <>
struct Describe<void*> {
  static constexpr Argument value = {1, 0, 0, 3};
};
template <>
struct Describe<const void*> {
  static constexpr Argument value = {1, 0, 0, 1};
};

// Of a function type: how many parameters, and one row for each.
template <class F>
struct Parameters;
template <class... A>
struct Parameters<void(A...)> {
  struct Table {
    unsigned count;
    Argument arguments[sizeof...(A) + 1];
  };
  NX_DETAIL_EVERYWHERE static constexpr Table table() { return {sizeof...(A), {Describe<A>::value..., {}}}; }
};

}  // namespace kernel
}  // namespace nexus

#endif
