#pragma once

// Arrays of other libraries as arguments of a launch: shared with a device that works in host memory, otherwise copied there before
// the launch and back after it, as the kernel declares.

#include "arguments.h"
#include "array_in.h"

#include <deque>
#include <optional>

namespace nexus::python {

/// What a launch borrows from its arrays. Made for each launch, so it costs nothing until the first array is seen.
class ArrayArguments final : public ArgumentLender {
 public:
  explicit ArrayArguments(const Kernel& kernel) : kernel_(kernel) {}

  bool isUsed() const { return lent_.has_value(); }

  bool canLend(PyObject* value) const override {
    return !PyFloat_Check(value) && !PyLong_Check(value) && isArray(value) && !isNumPyScalar(value);
  }

  Argument lend(PyObject* value, std::size_t index) override {
    const KernelArgument* declared = nullptr;
    if (kernel_.hasArguments()) {
      if (index >= kernel_.getArguments().size()) return Argument(0);  // the core refuses the call for the number of arguments
      declared = &kernel_.getArguments()[index];
      if (!declared->isBuffer && !(declared->isUntyped && declared->size == sizeof(void*))) return scalarOf(value, index);
    }
    if (!lent_) lent_.emplace();
    Lent& lent = lent_->emplace_back(value);
    lent.access = declared ? declared->access : ArgumentAccess::Unknown;
    lent.buffer = bufferFor(lent, index);
    return Argument(lent.buffer);
  }

  /// Copies what the kernel may have written back to the arrays.
  void giveBack() const {
    for (const Lent& lent : *lent_)
      if (lent.isCopied && lent.isWritten()) lent.buffer.copyTo(lent.source.view());
  }

 private:
  struct Lent {
    explicit Lent(PyObject* array) : source(array, ArraySource::Needed::ForTheCall) {}
    bool isRead() const { return access != ArgumentAccess::Write; }
    /// An array that is read-only cannot be meant to be written where the kernel does not say.
    bool isWritten() const { return access != ArgumentAccess::Read && !source.view().readOnly; }
    const ArraySource source;
    ArgumentAccess access = ArgumentAccess::Unknown;
    Buffer buffer;
    bool isCopied = false;
  };

  /// A single number in an array, for an argument that takes a number.
  static Argument scalarOf(PyObject* value, std::size_t index) {
    PyRef rank(PyObject_GetAttrString(value, "ndim"));
    PyErr_Clear();
    if (!rank || !PyLong_Check(rank.get()) || PyLong_AsLong(rank.get()) != 0) throwBadArgument(value, index);
    PyRef number(checked(PyObject_CallMethod(value, "item", nullptr)));
    return toArgument(number.get(), index);
  }

  static bool isSame(const ArrayView& a, const ArrayView& b) {
    return a.data == b.data && a.dtype == b.dtype && a.shape == b.shape && a.strides == b.strides;
  }
  static bool overlap(const ArrayView& a, const ArrayView& b) {
    const auto range = [](const ArrayView& array) {
      std::intptr_t low = reinterpret_cast<std::intptr_t>(array.data), high = low + dtypeInfo(array.dtype).size;
      for (std::size_t i = 0; i < array.shape.rank(); ++i) {
        const std::int64_t last = (array.shape[i] - 1) * array.strides[i];
        (last < 0 ? low : high) += last;
      }
      return std::pair(low, high);
    };
    const auto [aLow, aHigh] = range(a);
    const auto [bLow, bHigh] = range(b);
    return a.elements() != 0 && b.elements() != 0 && aLow < bHigh && bLow < aHigh;
  }

  Buffer bufferFor(Lent& lent, std::size_t index) {
    const ArrayView& view = lent.source.view();
    if (lent.access != ArgumentAccess::Read && lent.access != ArgumentAccess::Unknown && view.readOnly)
      throw InvalidArgumentError("argument " + std::to_string(index) + ", '" + kernel_.getArguments()[index].name +
                                 "' of kernel '" + kernel_.getName() + "', is written, but the array is read-only");
    if (lent.access != ArgumentAccess::Read && lent.access != ArgumentAccess::Unknown) lent.source.destination();
    for (std::size_t i = 0; i + 1 < lent_->size(); ++i) {
      Lent& earlier = (*lent_)[i];
      if (isSame(earlier.source.view(), view)) {
        if (earlier.isCopied) widen(earlier, lent);
        return earlier.buffer;
      }
    }
    if (view.isContiguous() && worksInHostMemory(kernel_.getDevice())) {
      try {
        return kernel_.getDevice().wrap(view);
      } catch (const UnsupportedError&) {  // not this memory; so it is copied
      }
    }
    for (std::size_t i = 0; i + 1 < lent_->size(); ++i) {
      const Lent& earlier = (*lent_)[i];
      if ((earlier.isWritten() || lent.isWritten()) && overlap(earlier.source.view(), view))
        throw InvalidArgumentError("argument " + std::to_string(index) +
                                   " overlaps another array of this launch, and one of them is written; on " +
                                   kernel_.getDevice().getId() + " each is copied by itself, so pass arrays that do not overlap");
    }
    lent.isCopied = true;
    if (lent.isRead()) return kernel_.getDevice().createBuffer(view);
    return kernel_.getDevice().createBuffer(view.shape, view.dtype);
  }

  /// The same array twice, with one copy on the device.
  static void widen(Lent& earlier, const Lent& later) {
    if (!earlier.isRead() && later.isRead()) earlier.buffer.copyFrom(earlier.source.view());
    if (earlier.access != later.access) earlier.access = ArgumentAccess::ReadWrite;
  }

  static bool worksInHostMemory(const Device& device) {
    try {
      return device.getProperty<std::int64_t>(Property::MemoryIsHostVisible) == 1;
    } catch (const NotFoundError&) {
      return false;
    }
  }

  const Kernel& kernel_;
  std::optional<std::deque<Lent>> lent_;  // Arguments refer to the buffers in it
};

}  // namespace nexus::python
