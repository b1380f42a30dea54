// Views: buffers that share the memory of another one.
#include "buffer_object.h"
#include "strided.h"

#include <nexus/error.h>

namespace nexus {

namespace detail {

namespace {

void checkDimension(const BufferObject& buffer, std::size_t dimension) {
  if (dimension >= buffer.layout().shape.rank())
    throw InvalidArgumentError(buffer.describe() + " has no dimension " + std::to_string(dimension) + "; it has " +
                               std::to_string(buffer.layout().shape.rank()));
}

[[noreturn]] void throwBeyond(const BufferObject& buffer, std::size_t dimension, std::int64_t index) {
  throw InvalidArgumentError("index " + std::to_string(index) + " is beyond dimension " + std::to_string(dimension) + " of " +
                             buffer.describe() + ", which has " + std::to_string(buffer.layout().shape[dimension]));
}

/// A buffer over the same memory, `offset` strides' units from the first element of the other one.
Buffer makeView(const BufferObject& buffer, std::int64_t offset, const ArrayView& layout) {
  if (dtypeInfo(layout.dtype).bits < 8) {
    const bool isAtTheEnd =
        offset + static_cast<std::int64_t>(layout.elements()) == static_cast<std::int64_t>(buffer.layout().elements());
    if (!layout.isContiguous() || offset % 2 != 0 || (layout.elements() % 2 != 0 && !isAtTheEnd))
      throw InvalidArgumentError("cannot make this view of " + buffer.describe() +
                                 ": elements of 4 bits are packed, so it must be contiguous, and begin and end at a whole byte");
    offset /= 2;
  }
  return Access::handle<Buffer>(*new BufferObject(buffer.memory(), buffer.offset() + static_cast<std::uint64_t>(offset), layout));
}

/// The same shape and strides with one dimension less.
ArrayView without(const ArrayView& layout, std::size_t dimension) {
  std::array<std::int64_t, Shape::maxRank> sizes{}, strides{};
  std::size_t rank = 0;
  for (std::size_t i = 0; i < layout.shape.rank(); ++i) {
    if (i == dimension) continue;
    sizes[rank] = layout.shape[i];
    strides[rank++] = layout.strides[i];
  }
  ArrayView result = layout;
  result.shape = Shape(std::span<const std::int64_t>(sizes.data(), rank));
  result.strides = Shape(std::span<const std::int64_t>(strides.data(), rank));
  return result;
}

/// The shape with its -1 replaced by what is left over.
Shape completed(const BufferObject& buffer, const Shape& shape) {
  const auto elements = static_cast<std::int64_t>(buffer.layout().elements());
  const std::string what = "cannot reshape " + buffer.describe() + " to " + shape.toString() + ": ";
  Shape result = shape;
  std::int64_t product = 1, open = -1;
  for (std::size_t i = 0; i < shape.rank(); ++i) {
    if (shape[i] == -1 && open < 0)
      open = static_cast<std::int64_t>(i);
    else if (shape[i] < 0)
      throw InvalidArgumentError(what + "sizes are not negative, and only one may be -1");
    else if (__builtin_mul_overflow(product, shape[i], &product))
      throw InvalidArgumentError(what + "it has too many elements");
  }
  if (open >= 0) {
    if (product == 0 || elements % product != 0)
      throw InvalidArgumentError(what + std::to_string(elements) + " elements cannot be divided so");
    result[static_cast<std::size_t>(open)] = elements / product;
    product = elements;
  }
  if (product != elements)
    throw InvalidArgumentError(what + "it has " + std::to_string(elements) + " elements, not " + std::to_string(product));
  return result;
}

}  // namespace
}  // namespace detail

using detail::bufferOf;

Buffer Buffer::slice(std::size_t dimension, std::int64_t start, std::int64_t count, std::int64_t step) const {
  const detail::BufferObject& buffer = bufferOf(*this);
  detail::checkDimension(buffer, dimension);
  const std::int64_t size = buffer.layout().shape[dimension];
  if (count < 0) throw InvalidArgumentError("cannot take " + std::to_string(count) + " indices of " + buffer.describe());
  ArrayView layout = buffer.layout();
  layout.shape[dimension] = count;
  std::int64_t offset = 0;
  if (count > 0) {
    std::int64_t last = 0;
    if (start < 0 || start >= size) detail::throwBeyond(buffer, dimension, start);
    if (__builtin_mul_overflow(count - 1, step, &last) || __builtin_add_overflow(last, start, &last))
      last = step < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
    if (last < 0 || last >= size) detail::throwBeyond(buffer, dimension, last);
    if (step == 0 && count > 1) throw InvalidArgumentError("the step of a slice of " + buffer.describe() + " is 0");
    offset = start * layout.strides[dimension];
    if (count > 1) layout.strides[dimension] *= step;
  }
  return detail::makeView(buffer, offset, layout);
}

Buffer Buffer::select(std::size_t dimension, std::int64_t index) const {
  const detail::BufferObject& buffer = bufferOf(*this);
  detail::checkDimension(buffer, dimension);
  if (index < 0 || index >= buffer.layout().shape[dimension]) detail::throwBeyond(buffer, dimension, index);
  return detail::makeView(buffer, index * buffer.layout().strides[dimension], detail::without(buffer.layout(), dimension));
}

Buffer Buffer::reshape(const Shape& shape) const {
  const detail::BufferObject& buffer = bufferOf(*this);
  buffer.checkContiguous("reshape");
  return detail::makeView(buffer, 0, ArrayView(nullptr, buffer.dtype(), detail::completed(buffer, shape)));
}

Buffer Buffer::view(DType dtype) const {
  const detail::BufferObject& buffer = bufferOf(*this);
  const std::string what = "cannot view " + buffer.describe() + " as " + dtypeInfo(dtype).name + ": ";
  if (dtype == DType::Unknown) throw InvalidArgumentError(what + "no element type is given");
  const std::int64_t from = dtypeInfo(buffer.dtype()).bits, to = dtypeInfo(dtype).bits;
  ArrayView layout = buffer.layout();
  layout.dtype = dtype;
  if (from == to) return detail::makeView(buffer, 0, layout);
  const std::size_t rank = layout.shape.rank();
  if (rank == 0)
    throw InvalidArgumentError(what + "a single element has no dimension that could change its size; reshape to (1,) first");
  const std::int64_t bits = layout.shape[rank - 1] * from;
  if (layout.shape[rank - 1] > 1 && layout.strides[rank - 1] != dtypeInfo(buffer.dtype()).size)
    throw InvalidArgumentError(what + "its last dimension is not contiguous");
  // The last byte of a single row of packed elements may be half full.
  const bool isHalfFull = from < 8 && rank == 1 && to == 8;
  if (bits % to != 0 && !isHalfFull)
    throw InvalidArgumentError(what + "a row of " + std::to_string(bits / 8) + " bytes does not divide into elements of " +
                               std::to_string(to / 8) + " bytes");
  layout.shape[rank - 1] = (bits + (isHalfFull ? 7 : 0)) / to;
  if (from < 8 || to < 8) {
    buffer.checkContiguous("view");
    layout = ArrayView(nullptr, dtype, layout.shape);
  } else {
    layout.strides[rank - 1] = to / 8;
  }
  return detail::makeView(buffer, 0, layout);
}

}  // namespace nexus
