#pragma once

// buffer[...], buffer[...] = values, len(buffer), iteration, reshape and view.

#include "array_place.h"
#include "values.h"

#include <optional>

namespace nexus::python {

[[noreturn]] inline void throwBeyond(std::int64_t index, std::size_t dimension, std::int64_t size) {
  throw NotFoundError("index " + std::to_string(index) + " is out of bounds for dimension " + std::to_string(dimension) +
                      " with size " + std::to_string(size));
}

/// One index, slice or Ellipsis after the other, as NumPy reads them.
class Subscript {
 public:
  Subscript(const Buffer& buffer, PyObject* key) : buffer_(buffer) {
    if (PyTuple_Check(key))
      apply(reinterpret_cast<PyTupleObject*>(key)->ob_item, static_cast<std::size_t>(PyTuple_GET_SIZE(key)));
    else
      apply(&key, 1);
  }
  const Buffer& get() const { return buffer_; }

 private:
  void apply(PyObject* const* keys, std::size_t count) {
    std::size_t ellipses = 0;
    for (std::size_t i = 0; i < count; ++i) ellipses += keys[i] == Py_Ellipsis;
    const std::size_t rank = buffer_.getShape().rank();
    if (ellipses > 1) throw InvalidArgumentError("an index has at most one '...'");
    if (count - ellipses > rank)
      throw InvalidArgumentError("the buffer has " + std::to_string(rank) + " dimensions, but " + std::to_string(count - ellipses) +
                                 " were indexed");
    std::size_t dimension = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (keys[i] == Py_Ellipsis)
        dimension += rank - (count - ellipses);
      else if (PySlice_Check(keys[i]))
        slice(dimension++, keys[i]);
      else
        select(dimension, keys[i]);
    }
  }

  void slice(std::size_t dimension, PyObject* range) {
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(range, &start, &stop, &step) < 0) throw PythonError{};
    const Py_ssize_t count = PySlice_AdjustIndices(buffer_.getShape()[dimension], &start, &stop, step);
    buffer_ = buffer_.slice(dimension, start, count, step);
  }

  void select(std::size_t dimension, PyObject* index) {
    if (!isInteger(index)) throwWrongType("index", "an int, a slice or '...', or a tuple of those", index);
    const std::int64_t position = toInt64(index, "index"), size = buffer_.getShape()[dimension];
    if (position < -size || position >= size) throwBeyond(position, dimension + dropped_, size);
    buffer_ = buffer_.select(dimension, position < 0 ? position + size : position);
    ++dropped_;
  }

  Buffer buffer_;
  std::size_t dropped_ = 0;  // dimensions that the view lacks already
};

inline PyObject* subscriptBuffer(PyObject* object, PyObject* key) noexcept {
  return guarded([&] { return toPython(Subscript(self<Buffer>(object), key).get()); });
}

/// Sets every element to a number of Python's.
inline void fill(const Buffer& buffer, PyObject* value) {
  // A whole number is welcome in a buffer of integers, whatever its type.
  if (PyFloat_Check(value)) {
    const double number = PyFloat_AS_DOUBLE(value);
    const GilRelease released;
    return buffer.fill(number);
  }
  const Argument number = toNumber(value, "value");
  const GilRelease released;
  if (number.kind() == Argument::Kind::Float)
    buffer.fill(number.asFloat());
  else
    buffer.fill(number);
}

/// A copy in pieces, so that a function of Python's can be told how far it is: progress(bytes done, bytes in all).
class Pieces {
 public:
  Pieces(const Buffer& buffer, PyObject* progress) : buffer_(buffer), progress_(progress) {
    if (!PyCallable_Check(progress)) throwWrongType("progress", "None or callable with the bytes done and in all", progress);
  }

  /// Calls copy(part of the buffer, the same part of the array) for one piece after the other.
  template <class Copy>
  void run(const ArrayView& array, Copy&& copy) const {
    constexpr std::int64_t bytesOfPiece = 16 << 20;
    const bool isFlat = buffer_.isContiguous() && array.isContiguous() && array.bytes() == buffer_.getByteSize() &&
                        array.dtype == buffer_.getDType();
    const Buffer whole = isFlat && buffer_.getByteSize() != 0 ? buffer_.reshape({-1}).view(DType::UInt8) : buffer_;
    const ArrayView all =
        isFlat ? ArrayView(array.data, DType::UInt8, {static_cast<std::int64_t>(array.bytes())}, array.readOnly) : array;
    const Shape& shape = whole.getShape();
    const auto total = static_cast<std::int64_t>(buffer_.getByteSize());
    if (total <= bytesOfPiece || shape.rank() == 0 || !(shape == all.shape)) {
      copyPiece([&] { copy(buffer_, array); });
      return tell(total, total);
    }
    const std::int64_t row = total / shape[0], rows = std::max<std::int64_t>(bytesOfPiece / row, 1);
    for (std::int64_t first = 0; first < shape[0]; first += rows) {
      const std::int64_t count = std::min(rows, shape[0] - first);
      ArrayView part = all;
      part.data = static_cast<char*>(all.data) + first * all.strides[0];
      part.shape[0] = count;
      copyPiece([&] { copy(whole.slice(0, first, count), part); });
      tell((first + count) * row, total);
    }
  }

 private:
  template <class F>
  static void copyPiece(F&& copy) {
    const GilRelease released;
    copy();
  }
  void tell(std::int64_t done, std::int64_t total) const {
    PyRef result(checked(PyObject_CallFunction(progress_, "LL", static_cast<long long>(done), static_cast<long long>(total))));
  }

  const Buffer& buffer_;
  PyObject* progress_;
};

/// Copies, in pieces if somebody wants to be told.
template <class Copy>
void copyArray(const Buffer& buffer, const ArrayView& array, PyObject* progress, Copy&& copy) {
  if (progress != Py_None) return Pieces(buffer, progress).run(array, copy);
  const GilRelease released;
  copy(buffer, array);
}

inline void copyBuffer(const Buffer& destination, const Buffer& source, PyObject* progress) {
  if (progress != Py_None && !PyCallable_Check(progress)) throwWrongType("progress", "None or callable", progress);
  {
    const GilRelease released;
    destination.copyFrom(source);
  }
  if (progress != Py_None) PyRef(checked(PyObject_CallFunction(progress, "KK", source.getByteSize(), source.getByteSize())));
}

/// Buffer.copy_from(source, progress=None).
inline void copyFrom(const Buffer& buffer, PyObject* source, PyObject* progress = Py_None) {
  if (const Buffer* other = tryCast<Buffer>(source)) return copyBuffer(buffer, *other, progress);
  const ArraySource array(source, ArraySource::Needed::WhileThisLives, ArraySource::Accepted::OnDevices);
  if (array.isOnDevice()) return copyBuffer(buffer, share(array, buffer.getDevice()), progress);
  copyArray(buffer, array.view(), progress, [](const Buffer& to, const ArrayView& from) { to.copyFrom(from); });
}

/// Buffer.copy_to(destination, progress=None).
inline void copyTo(const Buffer& buffer, PyObject* destination, PyObject* progress = Py_None) {
  if (const Buffer* other = tryCast<Buffer>(destination)) return copyBuffer(*other, buffer, progress);
  const ArraySource array(destination, ArraySource::Needed::WhileThisLives, ArraySource::Accepted::OnDevices);
  if (array.isOnDevice()) {
    array.destination();
    return copyBuffer(share(array, buffer.getDevice()), buffer, progress);
  }
  copyArray(buffer, array.destination(), progress, [](const Buffer& from, const ArrayView& to) { from.copyTo(to); });
}

inline void checkShape(const Buffer& part, const Shape& shape) {
  if (!(part.getShape() == shape))
    throw InvalidArgumentError("values of shape " + shape.toString() + " cannot be put in a part of shape " +
                               part.getShape().toString() + "; shapes must be equal, only a single number is repeated");
}

/// buffer[key] = value.
inline int assignToBuffer(PyObject* object, PyObject* key, PyObject* value) noexcept {
  return guardedNumber([&] {
    if (!value) throw InvalidArgumentError("elements of a buffer cannot be deleted");
    const Subscript part(self<Buffer>(object), key);
    if (const Buffer* other = tryCast<Buffer>(value)) {
      checkShape(part.get(), other->getShape());
      copyFrom(part.get(), value);
    } else if (PyList_Check(value)) {
      const ValueList values(value, part.get().getDType());
      checkShape(part.get(), values.view().shape);
      const GilRelease released;
      part.get().copyFrom(values.view());
    } else if (isArray(value) && !isNumPyScalar(value)) {
      const ArraySource array(value, ArraySource::Needed::WhileThisLives, ArraySource::Accepted::OnDevices);
      checkShape(part.get(), array.view().shape);
      const Buffer shared = array.isOnDevice() ? share(array, part.get().getDevice()) : Buffer();
      const GilRelease released;
      if (shared) return part.get().copyFrom(shared), 0;
      part.get().copyFrom(array.view());
    } else {
      fill(part.get(), value);
    }
    return 0;
  });
}

inline Py_ssize_t lengthOfBuffer(PyObject* object) noexcept {
  return guardedNumber([&]() -> Py_ssize_t {
    const Shape& shape = self<Buffer>(object).getShape();
    if (shape.rank() != 0) return shape[0];
    PyErr_SetString(PyExc_TypeError, "len() of a buffer without dimensions");
    return -1;
  });
}

/// For iteration, which ends with an IndexError.
inline PyObject* rowOfBuffer(PyObject* object, Py_ssize_t index) noexcept {
  return guarded([&]() -> PyObject* {
    const Buffer& buffer = self<Buffer>(object);
    if (buffer.getShape().rank() != 0 && index >= 0 && index < buffer.getShape()[0]) return toPython(buffer.select(0, index));
    PyErr_SetNone(PyExc_IndexError);
    return nullptr;
  });
}
inline PyObject* iterateBuffer(PyObject* object) noexcept {
  return guarded([&]() -> PyObject* {
    if (self<Buffer>(object).getShape().rank() != 0) return PySeqIter_New(object);
    PyErr_SetString(PyExc_TypeError, "iteration over a buffer without dimensions");
    return nullptr;
  });
}

/// Buffer.reshape(*shape), also with a single tuple.
inline PyObject* reshapeBuffer(PyObject* object, PyObject* const* values, Py_ssize_t count) noexcept {
  return guarded([&] {
    if (count == 1 && (PyTuple_Check(values[0]) || PyList_Check(values[0]))) {
      PyObject* sizes = values[0];
      values = PySequence_Fast_ITEMS(sizes);
      count = PySequence_Fast_GET_SIZE(sizes);
    }
    std::array<std::int64_t, Shape::maxRank> sizes{};
    if (count > static_cast<Py_ssize_t>(sizes.size()))
      throw InvalidArgumentError("the shape has " + std::to_string(count) + " dimensions; at most " + std::to_string(sizes.size()) +
                                 " are supported");
    for (Py_ssize_t i = 0; i < count; ++i) sizes[static_cast<std::size_t>(i)] = toInt64(values[i], "shape");
    return toPython(
        self<Buffer>(object).reshape(Shape(std::span<const std::int64_t>(sizes.data(), static_cast<std::size_t>(count)))));
  });
}

/// Buffer.view(dtype).
inline PyObject* viewBuffer(PyObject* object, PyObject* dtype) noexcept {
  return guarded([&] { return toPython(self<Buffer>(object).view(toDType(dtype))); });
}

/// A new buffer on `device` with the elements of another one, contiguous.
inline Buffer copyOf(const Buffer& source, const Device& device) {
  const GilRelease released;
  Buffer copy = device.createBuffer(source.getShape(), source.getDType());
  copy.copyFrom(source);
  return copy;
}

/// Buffer.copy(), and what copy.copy() and copy.deepcopy() call.
inline PyObject* copyBuffer(PyObject* object, PyObject*) noexcept {
  return guarded([&] {
    const Buffer& buffer = self<Buffer>(object);
    return toPython(copyOf(buffer, buffer.getDevice()));
  });
}

}  // namespace nexus::python
