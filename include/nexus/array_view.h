#pragma once

#include <nexus/dtype.h>
#include <nexus/shape.h>

#include <cstddef>
#include <span>
#include <vector>

namespace nexus {

/// Host memory of somebody else, seen as an array: what createBuffer, copyFrom and copyTo take. Owns nothing.
struct NEXUS_API ArrayView {
  void* data = nullptr;
  DType dtype = DType::Unknown;
  Shape shape;
  Shape strides;  ///< bytes, may be 0 or negative; half bytes for the packed types of 4 bits
  bool readOnly = false;

  ArrayView() = default;
  /// A contiguous array.
  ArrayView(void* data, DType dtype, const Shape& shape, bool readOnly = false);
  /// A one-dimensional array over contiguous memory.
  template <class T>
  ArrayView(std::span<T> values)
      : ArrayView(const_cast<std::remove_const_t<T>*>(values.data()), dtypeOf<std::remove_const_t<T>>(),
                  Shape{static_cast<std::int64_t>(values.size())}, std::is_const_v<T>) {}
  template <class T>
  ArrayView(std::vector<T>& values) : ArrayView(std::span<T>(values)) {}
  template <class T>
  ArrayView(const std::vector<T>& values) : ArrayView(std::span<const T>(values)) {}

  std::uint64_t elements() const noexcept;
  /// Bytes of all elements, not counting gaps.
  std::uint64_t bytes() const noexcept;
  /// Whether the elements lie one after the other in row-major order.
  bool isContiguous() const noexcept;
};

}  // namespace nexus
