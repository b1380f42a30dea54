#include "strided.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace nexus::detail {

namespace {

struct Dimension {
  std::int64_t size, a, b;
};

/// Dimensions of two arrays, from the outermost to the innermost, without those of one element and with neighbours merged where
/// that changes nothing. Empty for a single element.
class Nest {
 public:
  Nest(const Shape& shape, const Shape& a, const Shape& b) {
    for (std::size_t i = 0; i < shape.rank(); ++i) {
      if (shape[i] == 1) continue;
      const Dimension next = {shape[i], a[i], b[i]};
      if (count_ > 0) {
        Dimension& outer = dimensions_[count_ - 1];
        if (outer.a == next.a * next.size && outer.b == next.b * next.size) {
          outer = {outer.size * next.size, next.a, next.b};
          continue;
        }
      }
      dimensions_[count_++] = next;
    }
  }
  /// Takes the innermost dimension away; one of a single element if there is none.
  Dimension popInnermost() { return count_ == 0 ? Dimension{1, 0, 0} : dimensions_[--count_]; }
  const Dimension* innermost() const { return count_ == 0 ? nullptr : &dimensions_[count_ - 1]; }

  /// Calls visit(offset in a, offset in b) for every combination of the indices that are left.
  template <class Visit>
  void forEach(Visit&& visit) const {
    std::int64_t index[Shape::maxRank] = {}, a = 0, b = 0;
    for (;;) {
      visit(a, b);
      std::size_t i = count_;
      for (;; --i) {
        if (i == 0) return;
        const Dimension& dimension = dimensions_[i - 1];
        a += dimension.a, b += dimension.b;
        if (++index[i - 1] < dimension.size) break;
        a -= dimension.size * dimension.a, b -= dimension.size * dimension.b;
        index[i - 1] = 0;
      }
    }
  }

 private:
  Dimension dimensions_[Shape::maxRank];
  std::size_t count_ = 0;
};

std::int64_t elementsOf(const Shape& shape) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) count *= size;
  return count;
}

template <std::size_t Size>
void copyLine(std::byte* destination, std::int64_t destinationStep, const std::byte* source, std::int64_t sourceStep,
              std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) std::memcpy(destination + i * destinationStep, source + i * sourceStep, Size);
}

auto lineCopier(std::uint32_t itemSize) {
  switch (itemSize) {
    case 1: return copyLine<1>;
    case 2: return copyLine<2>;
    case 4: return copyLine<4>;
    case 8: return copyLine<8>;
    default: return copyLine<16>;
  }
}

}  // namespace

Extent extentOf(const ArrayView& array) noexcept {
  if (array.elements() == 0) return {};
  Extent extent{0, dtypeInfo(array.dtype).size};
  for (std::size_t i = 0; i < array.shape.rank(); ++i) {
    const std::int64_t last = (array.shape[i] - 1) * array.strides[i];
    (last < 0 ? extent.low : extent.high) += last;
  }
  // Packed elements have strides of half bytes, and are contiguous.
  if (dtypeInfo(array.dtype).bits < 8) extent = {0, static_cast<std::int64_t>(array.bytes())};
  return extent;
}

bool overlapsItself(const ArrayView& array) noexcept {
  std::array<std::pair<std::int64_t, std::int64_t>, Shape::maxRank>
      steps;  // from element to element, and number of them; ascending
  std::size_t rank = 0;
  for (std::size_t i = 0; i < array.shape.rank(); ++i) {
    if (array.shape[i] == 0) return false;
    if (array.shape[i] == 1) continue;
    const std::pair<std::int64_t, std::int64_t> step(std::abs(array.strides[i]), array.shape[i]);
    std::size_t place = rank++;
    for (; place > 0 && step < steps[place - 1]; --place) steps[place] = steps[place - 1];
    steps[place] = step;
  }
  std::int64_t covered = dtypeInfo(array.dtype).size;
  for (std::size_t i = 0; i < rank; ++i) {
    if (steps[i].first < covered) return true;
    covered += steps[i].first * (steps[i].second - 1);
  }
  return false;
}

Shape contiguousStrides(const Shape& shape, std::uint32_t itemSize) noexcept {
  Shape strides = shape;
  std::int64_t step = itemSize;
  for (std::size_t i = shape.rank(); i-- > 0; step *= shape[i]) strides[i] = step;
  return strides;
}

void forEachRun(const Shape& shape, const Shape& aStrides, const Shape& bStrides, std::uint32_t itemSize,
                const std::function<void(std::int64_t, std::int64_t, std::uint64_t)>& visit) {
  if (elementsOf(shape) == 0) return;
  Nest nest(shape, aStrides, bStrides);
  std::uint64_t bytes = itemSize;
  if (const Dimension* inner = nest.innermost(); inner && inner->a == itemSize && inner->b == itemSize)
    bytes *= static_cast<std::uint64_t>(nest.popInnermost().size);
  nest.forEach([&](std::int64_t a, std::int64_t b) { visit(a, b, bytes); });
}

void copyElements(std::byte* destination, const Shape& destinationStrides, const std::byte* source, const Shape& sourceStrides,
                  const Shape& shape, std::uint32_t itemSize) {
  if (elementsOf(shape) == 0) return;
  Nest nest(shape, destinationStrides, sourceStrides);
  const Dimension line = nest.popInnermost();
  if (line.a == itemSize && line.b == itemSize) {
    const auto bytes = static_cast<std::size_t>(line.size) * itemSize;
    nest.forEach([&](std::int64_t to, std::int64_t from) { std::memcpy(destination + to, source + from, bytes); });
  } else {
    const auto copy = lineCopier(itemSize);
    nest.forEach([&](std::int64_t to, std::int64_t from) { copy(destination + to, line.a, source + from, line.b, line.size); });
  }
}

void gather(const ArrayView& source, std::byte* destination) {
  const std::uint32_t size = dtypeInfo(source.dtype).size;
  copyElements(destination, contiguousStrides(source.shape, size), static_cast<const std::byte*>(source.data), source.strides,
               source.shape, size);
}

void scatter(const std::byte* source, const ArrayView& destination) {
  const std::uint32_t size = dtypeInfo(destination.dtype).size;
  copyElements(static_cast<std::byte*>(destination.data), destination.strides, source, contiguousStrides(destination.shape, size),
               destination.shape, size);
}

}  // namespace nexus::detail
