#pragma once

// Arrays of other libraries as arguments of a launch: shared with a device that works in host memory, otherwise copied there before
// the launch and back after it, as the kernel declares.

#include "arguments.h"
#include "array_place.h"

#include <memory>
#include <new>
#include <vector>

namespace nexus::python {

/// What a launch borrows from its arrays. Made for each launch, so it costs nothing until the first array is seen.
class ArrayArguments final : public ArgumentLender {
 public:
  explicit ArrayArguments(const Kernel& kernel) : kernel_(kernel) {}
  ArrayArguments(const ArrayArguments&) = delete;
  ArrayArguments& operator=(const ArrayArguments&) = delete;
  ~ArrayArguments() {
    for (std::size_t i = 0; i < count_ && i < inlineCount; ++i) at(i).~Lent();
  }

  bool isUsed() const { return count_ != 0; }

  bool canLend(PyObject* value) const override {
    return isKnownTensor(value) || (!PyFloat_Check(value) && !PyLong_Check(value) && isArray(value) && !isNumPyScalar(value));
  }

  Argument lend(PyObject* value, std::size_t index) override {
    const KernelArgument* declared = nullptr;
    if (kernel_.hasArguments()) {
      if (index >= kernel_.getArguments().size()) return Argument(0);  // the core refuses the call for the number of arguments
      declared = &kernel_.getArguments()[index];
      if (!declared->isBuffer && !(declared->isUntyped && declared->size == sizeof(void*))) return scalarOf(value, index);
    }
    if (!device_) device_ = kernel_.getDevice();
    Lent& lent = add(value);
    lent.access = declared ? declared->access : ArgumentAccess::Unknown;
    lent.buffer = bufferFor(lent, index);
    return Argument(lent.buffer);
  }

  /// Copies what the kernel may have written back to the arrays.
  void giveBack() const {
    for (std::size_t i = 0; i < count_; ++i)
      if (const Lent& lent = at(i); lent.isCopied && lent.isWritten()) lent.putBack();
  }

 private:
  struct Lent {
    explicit Lent(PyObject* array) : source(array, ArraySource::Needed::ForTheCall, ArraySource::Accepted::OnDevices) {}
    bool isRead() const { return access != ArgumentAccess::Write; }
    /// An array that is read-only cannot be meant to be written where the kernel does not say.
    bool isWritten() const { return access != ArgumentAccess::Read && !source.view().readOnly; }
    void fetch() const {
      if (original)
        buffer.copyFrom(original);
      else
        buffer.copyFrom(source.view());
    }
    void putBack() const {
      if (original)
        original.copyFrom(buffer);
      else
        buffer.copyTo(source.view());
    }
    const ArraySource source;
    Buffer original;  // of an array on another device
    ArgumentAccess access = ArgumentAccess::Unknown;
    Buffer buffer;
    bool isCopied = false;
  };

  static constexpr std::size_t inlineCount = 4;

  /// Keeps its elements in place, and costs nothing while there are none.
  class More {
   public:
    Lent& operator[](std::size_t index) const { return *owned_[index]; }
    Lent& emplace_back(PyObject* value) { return *owned_.emplace_back(std::make_unique<Lent>(value)); }

   private:
    std::vector<std::unique_ptr<Lent>> owned_;
  };

  Lent& at(std::size_t index) const {
    return index < inlineCount ? *std::launder(reinterpret_cast<Lent*>(room_ + index * sizeof(Lent))) : more_[index - inlineCount];
  }
  Lent& add(PyObject* value) {
    Lent& lent = count_ < inlineCount ? *new (room_ + count_ * sizeof(Lent)) Lent(value) : more_.emplace_back(value);
    ++count_;
    return lent;
  }

  /// A single number in an array, for an argument that takes a number.
  static Argument scalarOf(PyObject* value, std::size_t index) {
    PyRef rank(PyObject_GetAttrString(value, "ndim"));
    PyErr_Clear();
    if (!rank || !PyLong_Check(rank.get()) || PyLong_AsLong(rank.get()) != 0) throwBadArgument(value, index);
    PyRef number(checked(PyObject_CallMethod(value, "item", nullptr)));
    return toArgument(number.get(), index);
  }

  static bool isKnownTensor(PyObject* value) {
    return !PyFloat_CheckExact(value) && !PyLong_CheckExact(value) && !PyBool_Check(value) && isExchangeType(Py_TYPE(value));
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
    for (std::size_t i = 0; i + 1 < count_; ++i) {
      Lent& earlier = at(i);
      if (isSame(earlier.source.view(), view)) {
        if (earlier.isCopied) widen(earlier, lent);
        return earlier.buffer;
      }
    }
    if (lent.source.isOnDevice()) {
      lent.original = share(lent.source, device_);
      if (lent.original.getDevice() == device_) return lent.original;
    } else if (view.isContiguous() && worksInHostMemory(device_)) {
      try {
        return device_.wrap(view);
      } catch (const UnsupportedError&) {  // not this memory; so it is copied
      }
    }
    for (std::size_t i = 0; i + 1 < count_; ++i) {
      const Lent& earlier = at(i);
      if ((earlier.isWritten() || lent.isWritten()) && overlap(earlier.source.view(), view))
        throw InvalidArgumentError("argument " + std::to_string(index) +
                                   " overlaps another array of this launch, and one of them is written; on " + device_.getId() +
                                   " each is copied by itself, so pass arrays that do not overlap");
    }
    lent.isCopied = true;
    if (lent.isRead() && !lent.original) return device_.createBuffer(view);
    lent.buffer = device_.createBuffer(view.shape, view.dtype);
    if (lent.isRead()) lent.fetch();
    return lent.buffer;
  }

  /// The same array twice, with one copy on the device.
  static void widen(Lent& earlier, const Lent& later) {
    if (!earlier.isRead() && later.isRead()) earlier.fetch();
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
  Device device_;
  std::size_t count_ = 0;
  // Arguments refer to the buffers in these, so that they stay where they are.
  alignas(Lent) mutable std::byte room_[inlineCount * sizeof(Lent)];
  mutable More more_;
};

}  // namespace nexus::python
