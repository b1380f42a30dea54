#pragma once

// Arrays of other libraries, seen through whichever protocol they offer: the buffer protocol, DLPack or __array_interface__.

#include "dtypes.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <dlpack/dlpack.h>

namespace nexus::python {

/// An array of somebody else and what keeps its memory alive. Made and destroyed with the lock held.
class ArraySource {
 public:
  // Delegates, so that the destructor also runs when this throws.
  explicit ArraySource(PyObject* object) : ArraySource() {
    if (fromBuffer(object) || fromDLPack(object) || fromArrayInterface(object)) return;
    throw InvalidArgumentError(reason_.empty() ? "'" + typeName(object) +
                                                     "' is no array: it offers neither the buffer protocol nor "
                                                     "__dlpack__ nor __array_interface__; use numpy.asarray(...)"
                                               : reason_);
  }
  ArraySource(const ArraySource&) = delete;
  ArraySource& operator=(const ArraySource&) = delete;
  ~ArraySource() {
    if (buffer_.obj) PyBuffer_Release(&buffer_);
    if (managed_ && managed_->deleter) managed_->deleter(managed_);
    if (versioned_ && versioned_->deleter) versioned_->deleter(versioned_);
  }
  const ArrayView& view() const { return view_; }

 private:
  ArraySource() = default;

  [[noreturn]] static void throwBadDType(const std::string& name) {
    std::string names;
    for (const DTypeInfo& row : allDTypes()) names += std::string(names.empty() ? "" : ", ") + row.name;
    throw InvalidArgumentError("the array has elements of type '" + name + "', which Nexus does not know; it knows " + names);
  }

  static std::size_t checkRank(std::int64_t rank) {
    if (rank > static_cast<std::int64_t>(Shape::maxRank))
      throw InvalidArgumentError("the array has " + std::to_string(rank) + " dimensions; at most " +
                                 std::to_string(Shape::maxRank) + " are supported");
    return static_cast<std::size_t>(rank);
  }

  void setShape(std::size_t rank, const auto* sizes) {
    std::array<std::int64_t, Shape::maxRank> values{};
    for (std::size_t i = 0; i < rank; ++i) values[i] = sizes[i];
    view_.shape = Shape(std::span<const std::int64_t>(values.data(), rank));
  }

  /// `strides` count `unit` bytes; NULL means row-major order without gaps.
  void setStrides(const auto* strides, std::int64_t unit) {
    view_.strides = view_.shape;
    std::int64_t next = dtypeInfo(view_.dtype).size;
    for (std::size_t i = view_.shape.rank(); i-- > 0;) {
      view_.strides[i] = strides ? strides[i] * unit : next;
      next *= view_.shape[i];
    }
  }

  bool fromBuffer(PyObject* object) {
    if (!PyObject_CheckBuffer(object)) return false;
    if (PyObject_GetBuffer(object, &buffer_, PyBUF_RECORDS_RO) < 0) {
      // NumPy has no format for the element types of extension packages, such as bfloat16.
      buffer_.obj = nullptr;
      keepReason();
      return false;
    }
    const char* format = buffer_.format ? buffer_.format : "B";
    if ((*format == '>' || *format == '!') && buffer_.itemsize > 1)
      throw InvalidArgumentError("the array is in big-endian byte order; use array.astype(array.dtype.newbyteorder('='))");
    view_.dtype = dtypeOfFormat(*format == '>' || *format == '!' ? format + 1 : format, buffer_.itemsize);
    if (view_.dtype == DType::Unknown) throwBadDType(format);
    const std::size_t rank = checkRank(buffer_.ndim);
    view_.data = buffer_.buf;
    view_.readOnly = buffer_.readonly;
    setShape(rank, buffer_.shape);
    setStrides(buffer_.strides, 1);
    return true;
  }

  bool fromDLPack(PyObject* object) {
    PyRef deviceOf(PyObject_GetAttrString(object, "__dlpack_device__"));
    PyRef method(deviceOf ? PyObject_GetAttrString(object, "__dlpack__") : nullptr);
    if (!method) {
      PyErr_Clear();
      return false;
    }
    PyRef place(PyObject_CallNoArgs(deviceOf.get()));
    int type = 0, id = 0;
    if (!place || !PyTuple_Check(place.get()) || !PyArg_ParseTuple(place.get(), "ii", &type, &id)) {
      keepReason();
      return false;
    }
    if (type != kDLCPU && type != kDLCUDAHost && type != kDLROCMHost)
      throw InvalidArgumentError("the array lies on a device (DLPack device type " + std::to_string(type) + ", number " +
                                 std::to_string(id) + "); copy it to the host first");
    PyRef capsule = callDLPack(method.get());
    if (!capsule) {
      keepReason();
      return false;
    }
    if (PyCapsule_IsValid(capsule.get(), "dltensor_versioned")) {
      versioned_ = static_cast<DLManagedTensorVersioned*>(PyCapsule_GetPointer(capsule.get(), "dltensor_versioned"));
      PyCapsule_SetName(capsule.get(), "used_dltensor_versioned");
      if (versioned_->version.major > DLPACK_MAJOR_VERSION)
        throw InvalidArgumentError("the array speaks DLPack " + std::to_string(versioned_->version.major) + ", expected at most " +
                                   std::to_string(DLPACK_MAJOR_VERSION));
      view_.readOnly = versioned_->flags & DLPACK_FLAG_BITMASK_READ_ONLY;
      setTensor(versioned_->dl_tensor);
    } else if (PyCapsule_IsValid(capsule.get(), "dltensor")) {
      managed_ = static_cast<DLManagedTensor*>(PyCapsule_GetPointer(capsule.get(), "dltensor"));
      PyCapsule_SetName(capsule.get(), "used_dltensor");
      setTensor(managed_->dl_tensor);
    } else {
      throw InvalidArgumentError("'" + typeName(object) + "'.__dlpack__() gave no DLPack capsule");
    }
    return true;
  }

  static PyRef callDLPack(PyObject* method) {
    PyRef arguments(checked(PyTuple_New(0)));
    PyRef keywords(checked(Py_BuildValue("{s(ii)}", "max_version", DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION)));
    PyRef capsule(PyObject_Call(method, arguments.get(), keywords.get()));
    if (capsule || !PyErr_ExceptionMatches(PyExc_TypeError)) return capsule;
    PyErr_Clear();  // a producer older than DLPack 1.0 does not know the keyword
    return PyRef(PyObject_CallNoArgs(method));
  }

  void setTensor(const DLTensor& tensor) {
    const std::uint32_t bits = std::uint32_t{tensor.dtype.bits} * tensor.dtype.lanes;
    for (const DTypeInfo& row : allDTypes())
      if (row.dlpackCode == tensor.dtype.code && row.size * 8 == bits && tensor.dtype.lanes == 1) view_.dtype = row.dtype;
    if (view_.dtype == DType::Unknown)
      throwBadDType("DLPack code " + std::to_string(tensor.dtype.code) + ", " + std::to_string(bits) + " bits");
    view_.data = static_cast<char*>(tensor.data) + tensor.byte_offset;
    setShape(checkRank(tensor.ndim), tensor.shape);
    setStrides(tensor.strides, dtypeInfo(view_.dtype).size);
  }

  bool fromArrayInterface(PyObject* object) {
    interface_ = PyRef(PyObject_GetAttrString(object, "__array_interface__"));
    if (!interface_) {
      PyErr_Clear();
      return false;
    }
    if (!PyDict_Check(interface_.get())) throw InvalidArgumentError("__array_interface__ of '" + typeName(object) + "' is no dict");
    const auto item = [&](const char* key) { return PyDict_GetItemString(interface_.get(), key); };
    PyObject *shape = item("shape"), *type = item("typestr"), *data = item("data"), *strides = item("strides");
    if (!shape || !PyTuple_Check(shape) || !type || !PyUnicode_Check(type) || !data || !PyTuple_Check(data) ||
        PyTuple_GET_SIZE(data) != 2)
      throw InvalidArgumentError("__array_interface__ of '" + typeName(object) +
                                 "' needs shape, typestr and data=(address, read_only)");
    view_.dtype = dtypeOfTypeString(object, textOf(type));
    std::array<std::int64_t, Shape::maxRank> values{};
    const std::size_t rank = checkRank(PyTuple_GET_SIZE(shape));
    const auto readInts = [&](PyObject* tuple) {
      for (std::size_t i = 0; i < rank; ++i) values[i] = toInt64(PyTuple_GET_ITEM(tuple, static_cast<Py_ssize_t>(i)), "shape");
      return values.data();
    };
    setShape(rank, readInts(shape));
    const bool isStrided = strides && PyTuple_Check(strides) && PyTuple_GET_SIZE(strides) == PyTuple_GET_SIZE(shape);
    setStrides(isStrided ? readInts(strides) : nullptr, 1);
    view_.data = PyLong_AsVoidPtr(PyTuple_GET_ITEM(data, 0));
    view_.readOnly = PyObject_IsTrue(PyTuple_GET_ITEM(data, 1)) == 1;
    if (PyErr_Occurred()) throw PythonError{};
    owner_ = PyRef(Py_NewRef(object));
    return true;
  }

  /// "<f4" and its like; for the void types of extension packages, the name of the array's dtype.
  static DType dtypeOfTypeString(PyObject* array, const std::string& text) {
    if (text.size() < 3) throwBadDType(text);
    const int size = std::atoi(text.c_str() + 2);
    if (text[0] == '>' && size > 1) throw InvalidArgumentError("the array is in big-endian byte order ('" + text + "')");
    DType dtype = DType::Unknown;
    switch (text[1]) {
      case 'b': dtype = dtypeOfFormat("?", size); break;
      case 'i': dtype = dtypeOfFormat("b", size); break;
      case 'u': dtype = dtypeOfFormat("B", size); break;
      case 'f': dtype = dtypeOfFormat("f", size); break;
      case 'c': dtype = size == 8 ? DType::Complex64 : size == 16 ? DType::Complex128 : DType::Unknown; break;
      default: break;
    }
    PyRef declared(dtype == DType::Unknown ? PyObject_GetAttrString(array, "dtype") : nullptr);
    PyErr_Clear();
    const std::string name = declared ? textAttribute(declared.get(), "name") : text;
    for (const DTypeInfo& row : allDTypes())
      if (dtype == DType::Unknown && name == row.name) dtype = row.dtype;
    if (dtype == DType::Unknown) throwBadDType(name);
    return dtype;
  }

  /// Remembers why a protocol did not work, in case none does.
  void keepReason() {
    PyObject *type, *value, *trace;
    PyErr_Fetch(&type, &value, &trace);
    if (value && reason_.empty()) reason_ = "the array cannot be read: " + quote(value);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(trace);
  }

  ArrayView view_;
  Py_buffer buffer_{};
  DLManagedTensor* managed_ = nullptr;
  DLManagedTensorVersioned* versioned_ = nullptr;
  PyRef interface_;
  PyRef owner_;
  std::string reason_;
};

}  // namespace nexus::python
