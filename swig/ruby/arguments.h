#pragma once

// Arguments of kernels from Ruby values. Uses SWIG's types, so include it in the wrapper only.

#include "errors.h"

#include <nexus/library.h>

#include <new>
#include <span>
#include <type_traits>

namespace nexus::ruby {

[[noreturn]] inline void raiseBadArgument(VALUE value, long index) {
  raising([&] {
    throw InvalidArgumentError("argument " + std::to_string(index) + " is of type " + rb_obj_classname(value) +
                               (RB_TYPE_P(value, T_ARRAY) ? "; make a Buffer with create_buffer"
                                                          : "; expected a Buffer, an Integer, a Float, true or false"));
  });
  __builtin_unreachable();
}

inline Argument toArgument(VALUE value, long index) {
  if (value == Qtrue || value == Qfalse) return Argument::typed(DType::Bool, std::int64_t{value == Qtrue});
  if (RB_FLOAT_TYPE_P(value)) return Argument::typed(DType::Float64, NUM2DBL(value));
  if (RB_TYPE_P(value, T_BIGNUM) && RBIGNUM_POSITIVE_P(value)) return Argument::typed(DType::UInt64, std::uint64_t{NUM2ULL(value)});
  if (RB_INTEGER_TYPE_P(value)) return Argument::typed(DType::Int64, std::int64_t{NUM2LL(value)});
  void* buffer = nullptr;
  if (value == Qnil || !SWIG_IsOK(SWIG_ConvertPtr(value, &buffer, SWIGTYPE_p_nexus__Buffer, 0))) raiseBadArgument(value, index);
  return *static_cast<const Buffer*>(buffer);
}

/// The elements of an Array, in memory that the garbage collector frees together with `keeper`.
inline std::span<const Argument> toArguments(VALUE array, VALUE& keeper) {
  static_assert(std::is_trivially_destructible_v<Argument>);
  Check_Type(array, T_ARRAY);
  const long count = RARRAY_LEN(array);
  auto* list = static_cast<Argument*>(rb_alloc_tmp_buffer(&keeper, count * static_cast<long>(sizeof(Argument))));
  for (long i = 0; i < count; ++i) new (list + i) Argument(toArgument(rb_ary_entry(array, i), i));
  return {list, static_cast<std::size_t>(count)};
}

}  // namespace nexus::ruby
