#include <nexus/array_view.h>

namespace nexus {

ArrayView::ArrayView(void* data_, DType dtype_, const Shape& shape_, bool readOnly_)
    : data(data_), dtype(dtype_), shape(shape_), strides(shape_), readOnly(readOnly_) {
  std::int64_t step = dtypeInfo(dtype).size;
  for (std::size_t i = shape.rank(); i-- > 0;) {
    strides[i] = step;
    step *= shape[i];
  }
}

std::uint64_t ArrayView::elements() const noexcept {
  std::uint64_t count = 1;
  for (std::int64_t extent : shape) count *= static_cast<std::uint64_t>(extent);
  return count;
}

std::uint64_t ArrayView::bytes() const noexcept {
  const DTypeInfo& info = dtypeInfo(dtype);
  return info.bits < 8 ? elements() / 8 * info.bits + (elements() % 8 * info.bits + 7) / 8 : elements() * info.size;
}

bool ArrayView::isContiguous() const noexcept {
  if (elements() == 0) return true;
  std::int64_t step = dtypeInfo(dtype).size;
  for (std::size_t i = shape.rank(); i-- > 0;) {
    if (shape[i] != 1 && strides[i] != step) return false;
    step *= shape[i];
  }
  return true;
}

}  // namespace nexus
