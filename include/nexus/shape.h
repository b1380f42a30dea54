#pragma once

#include <nexus/export.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace nexus {

/// Sizes or strides of an array, at most 8 dimensions, x last as in NumPy. Needs no heap.
class NEXUS_API Shape {
 public:
  static constexpr std::size_t maxRank = 8;

  Shape() = default;
  Shape(std::initializer_list<std::int64_t> values) : Shape(std::span(values.begin(), values.size())) {}
  /// Throws InvalidArgumentError for more than 8 dimensions.
  explicit Shape(std::span<const std::int64_t> values);

  std::size_t rank() const noexcept { return rank_; }
  std::int64_t operator[](std::size_t dimension) const noexcept { return values_[dimension]; }
  std::int64_t& operator[](std::size_t dimension) noexcept { return values_[dimension]; }
  const std::int64_t* begin() const noexcept { return values_.data(); }
  const std::int64_t* end() const noexcept { return values_.data() + rank_; }
  bool operator==(const Shape& other) const noexcept;
  /// "(1024, 1024)".
  std::string toString() const;

 private:
  std::array<std::int64_t, maxRank> values_{};
  std::uint8_t rank_ = 0;
};

/// Size of a grid (in blocks) or of a block (in items) in x, y and z. A single number is x. Signed, so that a negative value is refused
/// by name instead of turning into a huge one.
struct Dim3 {
  std::int64_t x = 1, y = 1, z = 1;

  constexpr Dim3() = default;
  constexpr Dim3(std::int64_t x_, std::int64_t y_ = 1, std::int64_t z_ = 1) : x(x_), y(y_), z(z_) {}
  bool operator==(const Dim3&) const = default;
};

}  // namespace nexus
