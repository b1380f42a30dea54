#pragma once

#include <nexus/export.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace nexus {

/// Type of the elements of a buffer or of a kernel argument. See nexus/dtype_table.h.
enum class DType : std::uint32_t {
  Unknown = 0,
#define NEXUS_DTYPE(name, code, numpy, short_name, bits, dlpack, format) name = code,
#include <nexus/dtype_table.h>
#undef NEXUS_DTYPE
};

/// One row of the table of element types.
struct DTypeInfo {
  DType dtype;
  const char* name;       ///< NumPy's name: "float32"
  const char* shortName;  ///< the field's short name: "fp32"
  std::uint32_t size;     ///< bytes of one element, 1 for the packed types of 4 bits
  std::uint32_t bits;     ///< of one element
  std::uint8_t dlpackCode;
  const char* format;  ///< of the buffer protocol; "" where it has none
};

/// All element types, in the order of the table.
NEXUS_API std::span<const DTypeInfo> allDTypes() noexcept;
/// The row of an element type; of DType::Unknown a row named "unknown" with size 1.
NEXUS_API const DTypeInfo& dtypeInfo(DType dtype) noexcept;
/// Element type by either name. Throws InvalidArgumentError that lists all.
NEXUS_API DType parseDType(std::string_view name);

/// Element type of a C++ type; Unknown if it has none.
template <class T>
constexpr DType dtypeOf() noexcept {
  if constexpr (std::is_same_v<T, bool>)
    return DType::Bool;
  else if constexpr (std::is_integral_v<T> && sizeof(T) == 1)
    return std::is_signed_v<T> ? DType::Int8 : DType::UInt8;
  else if constexpr (std::is_integral_v<T> && sizeof(T) == 2)
    return std::is_signed_v<T> ? DType::Int16 : DType::UInt16;
  else if constexpr (std::is_integral_v<T> && sizeof(T) == 4)
    return std::is_signed_v<T> ? DType::Int32 : DType::UInt32;
  else if constexpr (std::is_integral_v<T> && sizeof(T) == 8)
    return std::is_signed_v<T> ? DType::Int64 : DType::UInt64;
  else if constexpr (std::is_same_v<T, float>)
    return DType::Float32;
  else if constexpr (std::is_same_v<T, double>)
    return DType::Float64;
  else
    return DType::Unknown;
}

}  // namespace nexus
