#pragma once

#include <nexus/array_view.h>

#include <cstddef>
#include <functional>

namespace nexus::detail {

/// Which bytes an array touches, relative to its first element: from `low` up to, but not including, `high`.
struct Extent {
  std::int64_t low = 0, high = 0;
};
Extent extentOf(const ArrayView& array) noexcept;

/// Whether two elements of an array may share memory; exact for arrays that slicing and transposing make.
bool overlapsItself(const ArrayView& array) noexcept;

/// Bytes from one place to the next in every dimension, without gaps.
Shape contiguousStrides(const Shape& shape, std::uint32_t itemSize) noexcept;

/// Visits two arrays of equal shape and element size together, in row-major order, in the largest pieces that are contiguous in
/// both: calls visit(offset in a, offset in b, bytes). The arrays need not exist: only their strides count.
void forEachRun(const Shape& shape, const Shape& aStrides, const Shape& bStrides, std::uint32_t itemSize,
                const std::function<void(std::int64_t, std::int64_t, std::uint64_t)>& visit);

/// Copies elements of host memory that do not overlap; the shapes are equal.
void copyElements(std::byte* destination, const Shape& destinationStrides, const std::byte* source, const Shape& sourceStrides,
                  const Shape& shape, std::uint32_t itemSize);

/// Copies the elements of an array to contiguous host memory, in row-major order.
void gather(const ArrayView& source, std::byte* destination);
/// The other way round.
void scatter(const std::byte* source, const ArrayView& destination);

}  // namespace nexus::detail
