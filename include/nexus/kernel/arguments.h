// The types of a kernel's parameters as numbers, computed by any C++ compiler. Part of nexus/kernel.h.
#ifndef NEXUS_KERNEL_ARGUMENTS_H
#define NEXUS_KERNEL_ARGUMENTS_H

#if defined(__CUDACC__) || defined(__CUDACC_RTC__) || defined(__HIP__) || defined(__HIPCC__) || defined(__HIPCC_RTC__)
#define NX_DETAIL_EVERYWHERE __host__ __device__
#else
#define NX_DETAIL_EVERYWHERE
#endif

// Template parameters begin with Nx here: users define macros such as T, N and K on the command line.

namespace nexus {
namespace kernel {

// Kind, element type, bytes and access; the numbers are those of nexus/plugin.h.
struct Argument {
  unsigned kind, dtype, size, access;
};

// NXS_DTYPE_* of a scalar type; 0 for all others.
template <class NxT>
struct TypeCode {
  static constexpr unsigned value = 0;
};
#define NX_DETAIL_TYPE_CODE(NxT, code)      \
  template <>                               \
  struct TypeCode<NxT> {                    \
    static constexpr unsigned value = code; \
  };
#define NX_DETAIL_INTEGER(NxT)                                                                            \
  NX_DETAIL_TYPE_CODE(NxT, (static_cast<NxT>(-1) < static_cast<NxT>(0) ? 2 : 6) + (sizeof(NxT) == 1   ? 0 \
                                                                                   : sizeof(NxT) == 2 ? 1 \
                                                                                   : sizeof(NxT) == 4 ? 2 \
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

template <class NxT>
struct Describe {
  static_assert(__is_trivially_copyable(NxT) && sizeof(NxT) <= 16,
                "a kernel takes pointers and trivially copyable values of at most 16 bytes");
  static constexpr Argument value = {2, TypeCode<NxT>::value, sizeof(NxT), 1};
};
template <class NxT>
struct Describe<const NxT> : Describe<NxT> {};
template <class NxT>
struct Describe<NxT*> {
  static constexpr Argument value = {1, TypeCode<NxT>::value, sizeof(NxT), 3};
};
template <class NxT>
struct Describe<const NxT*> {
  static constexpr Argument value = {1, TypeCode<NxT>::value, sizeof(NxT), 1};
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
template <class NxF>
struct Parameters;
template <class... NxA>
struct Parameters<void(NxA...)> {
  struct Table {
    unsigned count;
    Argument arguments[sizeof...(NxA) + 1];
  };
  NX_DETAIL_EVERYWHERE static constexpr Table table() { return {sizeof...(NxA), {Describe<NxA>::value..., {}}}; }
};

}  // namespace kernel
}  // namespace nexus

#endif
