#pragma once

// Arrays of other libraries, seen through whichever protocol they offer: the buffer protocol, DLPack in its three forms,
// __cuda_array_interface__ or __array_interface__.

#include "dtypes.h"
#include "exchange_api.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace nexus::python {

/// An array of somebody else and what keeps its memory alive. Made and destroyed with the lock held.
class ArraySource {
 public:
  /// How long the memory must stay: while the caller holds the object anyway, or as long as this lives.
  enum class Needed { ForTheCall, WhileThisLives };

  /// Whether the array may lie on a device. If it does, view().data is an address there.
  enum class Accepted { OnHost, OnDevices };

  // Delegates, so that the destructor also runs when this throws.
  explicit ArraySource(PyObject* object, Needed needed = Needed::WhileThisLives, Accepted accepted = Accepted::OnHost)
      : ArraySource() {
    accepted_ = accepted;
    if (fromBuffer(object) || fromExchange(object, needed) || fromCudaInterface(object) || fromDLPack(object) ||
        fromArrayInterface(object)) {
      checkComplete();
      return;
    }
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
  /// For an array whose memory nobody here can use.
  [[noreturn]] static void throwOnDevice(int type, int id) {
    throw InvalidArgumentError("the array lies on a device, " + placeText(type, id) +
                               ", whose memory cannot be read here; copy it to the host first, as tensor.cpu() does");
  }
  const ArrayView& view() const { return view_; }
  bool isOnDevice() const { return !isOfHost(place_); }
  /// The device of the memory; its number is -1 if the array does not tell.
  const DLDevice& place() const { return place_; }
  /// What Device::wrapDeviceMemory has to wait for.
  std::uint64_t producerStream() const { return producerStream_; }
  /// Throws if what would be written is not the array itself.
  const ArrayView& destination() const {
    if (isCopy_) throw InvalidArgumentError("the array gives only a copy of its memory, which nobody would see written");
    return view_;
  }

 private:
  ArraySource() = default;

  [[noreturn]] static void throwBadDType(const std::string& name) {
    std::string names;
    for (const DTypeInfo& row : allDTypes()) names += std::string(names.empty() ? "" : ", ") + row.name;
    throw InvalidArgumentError("the array has elements of type '" + name + "', which Nexus does not know; it knows " + names);
  }
  [[noreturn]] static void throwByteOrder(const std::string& type) {
    throw InvalidArgumentError("the array is in big-endian byte order ('" + type +
                               "'); use array.astype(array.dtype.newbyteorder('='))");
  }
  /// "cuda:0 (DLPack device type 2, number 0)"
  static std::string placeText(int type, int id) {
    static constexpr const char* names[] = {"", "cpu", "cuda", "", "opencl", "", "", "vulkan", "metal", "vpi", "rocm"};
    const bool isKnown = type > 0 && type < static_cast<int>(std::size(names)) && *names[type];
    return (isKnown ? std::string(names[type]) + ":" + std::to_string(id) + " " : "") + "(DLPack device type " +
           std::to_string(type) + ", number " + std::to_string(id) + ")";
  }

  static std::size_t checkRank(std::int64_t rank) {
    if (rank < 0 || rank > static_cast<std::int64_t>(Shape::maxRank))
      throw InvalidArgumentError("the array has " + std::to_string(rank) + " dimensions; at most " +
                                 std::to_string(Shape::maxRank) + " are supported");
    return static_cast<std::size_t>(rank);
  }

  void setShape(std::size_t rank, const auto* sizes) {
    std::array<std::int64_t, Shape::maxRank> values{};
    std::int64_t bytes = dtypeInfo(view_.dtype).size;
    for (std::size_t i = 0; i < rank; ++i) {
      values[i] = sizes[i];
      if (values[i] < 0 || __builtin_mul_overflow(bytes, std::max<std::int64_t>(values[i], 1), &bytes))
        throw InvalidArgumentError("the array's size in dimension " + std::to_string(i) + " is " + std::to_string(values[i]) +
                                   ", which cannot be");
    }
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
    if ((*format == '>' || *format == '!') && buffer_.itemsize > 1) throwByteOrder(format);
    view_.dtype = dtypeOfFormat(*format == '>' || *format == '!' ? format + 1 : format, buffer_.itemsize);
    if (view_.dtype == DType::Unknown) throwBadDType(format);
    const std::size_t rank = checkRank(buffer_.ndim);
    view_.data = buffer_.buf;
    view_.readOnly = buffer_.readonly;
    setShape(rank, buffer_.shape);
    setStrides(buffer_.strides, 1);
    return true;
  }

  bool fromExchange(PyObject* object, Needed needed) {
    const ExchangeType& type = exchangeType(Py_TYPE(object));
    if (!type.api) return false;
    if (needed == Needed::ForTheCall && type.api->dltensor_from_py_object_no_sync) {
      DLTensor tensor{};
      if (type.api->dltensor_from_py_object_no_sync(object, &tensor) != 0) return failed();
      if (mayBeOnDevice(tensor)) return false;
      setTensor(tensor, 0);
    } else {
      if (type.api->managed_tensor_from_py_object_no_sync(object, &versioned_) != 0) {
        versioned_ = nullptr;
        return failed();
      }
      if (mayBeOnDevice(versioned_->dl_tensor)) {
        if (versioned_->deleter) versioned_->deleter(versioned_);
        versioned_ = nullptr;
        return false;
      }
      setTensor(versioned_->dl_tensor, versioned_->flags);
    }
    checkPlain(type, object, view_.dtype == DType::Complex64 || view_.dtype == DType::Complex128);
    return true;
  }

  /// The method __dlpack__ then orders the producer's work, which the C API does not.
  bool mayBeOnDevice(const DLTensor& tensor) const { return accepted_ == Accepted::OnDevices && !isOfHost(tensor.device); }

  /// The other protocols give the reason in better words.
  static bool failed() {
    PyErr_Clear();
    return false;
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
    checkPlace({static_cast<DLDeviceType>(type), id});
    PyRef capsule = callDLPack(method.get(), isOnDevice());
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
      setTensor(versioned_->dl_tensor, versioned_->flags);
    } else if (PyCapsule_IsValid(capsule.get(), "dltensor")) {
      managed_ = static_cast<DLManagedTensor*>(PyCapsule_GetPointer(capsule.get(), "dltensor"));
      PyCapsule_SetName(capsule.get(), "used_dltensor");
      setTensor(managed_->dl_tensor, 0);
    } else {
      throw InvalidArgumentError("'" + typeName(object) + "'.__dlpack__() gave no DLPack capsule");
    }
    return true;
  }

  PyRef callDLPack(PyObject* method, bool isOnDevice) {
    PyRef arguments(checked(PyTuple_New(0)));
    PyRef keywords(checked(Py_BuildValue("{s(ii)}", "max_version", DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION)));
    if (isOnDevice) {
      // The producer puts its work in front of the driver's default stream, which is then waited for. The array API names that
      // stream so.
      PyRef stream(checked(PyLong_FromLong(place_.device_type == kDLROCM ? 0 : 1)));
      if (PyDict_SetItemString(keywords.get(), "stream", stream.get()) < 0) throw PythonError{};
      producerStream_ = defaultStream;
    }
    PyRef capsule(PyObject_Call(method, arguments.get(), keywords.get()));
    if (capsule || !PyErr_ExceptionMatches(PyExc_TypeError)) return capsule;
    PyErr_Clear();  // a producer older than DLPack 1.0 does not know the keyword
    if (PyDict_DelItemString(keywords.get(), "max_version") < 0) throw PythonError{};
    return PyRef(PyObject_Call(method, arguments.get(), keywords.get()));
  }

  static bool isOfHost(const DLDevice& place) {
    return place.device_type == kDLCPU || place.device_type == kDLCUDAHost || place.device_type == kDLROCMHost;
  }

  void checkPlace(const DLDevice& place) {
    const bool isGpu = place.device_type == kDLCUDA || place.device_type == kDLCUDAManaged || place.device_type == kDLROCM;
    if (!isOfHost(place) && (accepted_ == Accepted::OnHost || !isGpu)) throwOnDevice(place.device_type, place.device_id);
    place_ = place;
    if (place.device_type == kDLCUDAManaged) place_.device_type = kDLCUDA;
  }

  void setTensor(const DLTensor& tensor, std::uint64_t flags) {
    checkPlace(tensor.device);
    const DLDataType& type = tensor.dtype;
    // Packed elements come in pairs, or one by one.
    const bool isPair = type.bits == 4 && type.lanes == 2;
    for (const DTypeInfo& row : allDTypes())
      if (row.dlpackCode == type.code && row.bits == type.bits && (type.lanes == 1 || isPair)) view_.dtype = row.dtype;
    if (view_.dtype == DType::Unknown || flags & DLPACK_FLAG_BITMASK_IS_SUBBYTE_TYPE_PADDED)
      throwBadDType("DLPack code " + std::to_string(type.code) + ", " + std::to_string(type.lanes) + " x " +
                    std::to_string(type.bits) + " bits" + (flags & DLPACK_FLAG_BITMASK_IS_SUBBYTE_TYPE_PADDED ? ", padded" : ""));
    view_.readOnly = flags & DLPACK_FLAG_BITMASK_READ_ONLY;
    isCopy_ = flags & DLPACK_FLAG_BITMASK_IS_COPIED;
    view_.data = static_cast<char*>(tensor.data) + tensor.byte_offset;
    const std::size_t rank = checkRank(tensor.ndim);
    setShape(rank, tensor.shape);
    setStrides(tensor.strides, dtypeInfo(view_.dtype).size);
    if (isPair) widenPairs(rank);
  }

  /// A tensor of pairs of 4-bit elements as one of the elements themselves.
  void widenPairs(std::size_t rank) {
    if (rank == 0) throw InvalidArgumentError("the array is a single pair of 4-bit elements; reshape it to one dimension");
    view_.shape[rank - 1] *= 2;
    for (std::size_t i = 0; i + 1 < rank; ++i) view_.strides[i] *= 2;
    if (!view_.isContiguous()) throw InvalidArgumentError("elements of 4 bits are packed, so the array must be contiguous");
  }

  bool fromCudaInterface(PyObject* object) {
    if (!PyObject_HasAttrString(object, "__cuda_array_interface__")) return false;
    // Libraries that also speak DLPack tell through it which of several devices it is.
    if (PyObject_HasAttrString(object, "__dlpack__")) return false;
    if (accepted_ == Accepted::OnHost) throwOnDevice(kDLCUDA, 0);
    place_ = {kDLCUDA, -1};
    return fromInterface(object, "__cuda_array_interface__");
  }

  bool fromArrayInterface(PyObject* object) { return fromInterface(object, "__array_interface__"); }

  bool fromInterface(PyObject* object, const char* attribute) {
    interface_ = PyRef(PyObject_GetAttrString(object, attribute));
    if (!interface_) {
      PyErr_Clear();
      return false;
    }
    const std::string owner = std::string(attribute) + " of '" + typeName(object) + "'";
    if (!PyDict_Check(interface_.get())) throw InvalidArgumentError(owner + " is no dict");
    const auto item = [&](const char* key) {
      PyObject* value = PyDict_GetItemString(interface_.get(), key);
      return value == Py_None ? nullptr : value;
    };
    PyObject *shape = item("shape"), *type = item("typestr"), *data = item("data"), *strides = item("strides");
    if (!shape || !PyTuple_Check(shape) || !type || !PyUnicode_Check(type) || !data || !PyTuple_Check(data) ||
        PyTuple_GET_SIZE(data) != 2 || !PyLong_Check(PyTuple_GET_ITEM(data, 0)))
      throw InvalidArgumentError(owner + " needs shape, typestr and data=(address, read_only)");
    if (item("mask")) throw InvalidArgumentError(owner + " has a mask, which Nexus does not take; fill the masked elements first");
    if (PyObject* stream = item("stream"); stream && isOnDevice()) {
      if (!PyLong_Check(stream) || PyLong_AsUnsignedLongLong(stream) == 0 || PyErr_Occurred()) {
        PyErr_Clear();
        throw InvalidArgumentError(owner + " has a stream that is neither None nor a positive int");
      }
      producerStream_ = PyLong_AsUnsignedLongLong(stream);
    }
    if (strides && (!PyTuple_Check(strides) || PyTuple_GET_SIZE(strides) != PyTuple_GET_SIZE(shape)))
      throw InvalidArgumentError(owner + " has strides that do not match its shape");
    view_.dtype = dtypeOfTypeString(object, textOf(type));
    if (dtypeInfo(view_.dtype).bits < 8) return packed(object);
    std::array<std::int64_t, Shape::maxRank> values{};
    const std::size_t rank = checkRank(PyTuple_GET_SIZE(shape));
    const auto readInts = [&](PyObject* tuple) {
      for (std::size_t i = 0; i < rank; ++i) values[i] = toInt64(PyTuple_GET_ITEM(tuple, static_cast<Py_ssize_t>(i)), "shape");
      return values.data();
    };
    setShape(rank, readInts(shape));
    setStrides(strides ? readInts(strides) : nullptr, 1);
    view_.data = PyLong_AsVoidPtr(PyTuple_GET_ITEM(data, 0));
    view_.readOnly = PyObject_IsTrue(PyTuple_GET_ITEM(data, 1)) == 1;
    if (PyErr_Occurred()) throw PythonError{};
    owner_ = PyRef(Py_NewRef(object));
    return true;
  }

  /// A NumPy array of 4-bit elements, which NumPy keeps in a byte each.
  bool packed(PyObject* object) {
    PyRef module(checked(PyImport_ImportModule("nexus.arrays")));
    owner_ = PyRef(checked(PyObject_CallMethod(module.get(), "pack", "O", object)));
    const ArraySource bytes(owner_.get(), Needed::ForTheCall);
    PyRef shape(checked(PyObject_GetAttrString(object, "shape")));
    std::array<std::int64_t, Shape::maxRank> sizes{};
    const std::size_t rank = checkRank(PyTuple_GET_SIZE(shape.get()));
    for (std::size_t i = 0; i < rank; ++i) sizes[i] = toInt64(PyTuple_GET_ITEM(shape.get(), static_cast<Py_ssize_t>(i)), "shape");
    setShape(rank, sizes.data());
    setStrides(static_cast<const std::int64_t*>(nullptr), 1);
    view_.data = bytes.view().data;
    isCopy_ = true;
    return true;
  }

  /// "<f4" and its like; for the void types of extension packages, the name of the array's dtype.
  static DType dtypeOfTypeString(PyObject* array, const std::string& text) {
    if (text.size() < 3) throwBadDType(text);
    const int size = std::atoi(text.c_str() + 2);
    if (text[0] == '>' && size > 1) throwByteOrder(text);
    DType dtype = DType::Unknown;
    switch (text[1]) {
      case 'b': dtype = dtypeOfFormat("?", size); break;
      case 'i': dtype = dtypeOfFormat("b", size); break;
      case 'u': dtype = dtypeOfFormat("B", size); break;
      case 'f': dtype = dtypeOfFormat("f", size); break;
      case 'c': dtype = size == 8 ? DType::Complex64 : size == 16 ? DType::Complex128 : DType::Unknown; break;
      default: break;
    }
    if (dtype == DType::Bool && size != 1) dtype = DType::Unknown;
    PyRef declared(dtype == DType::Unknown ? PyObject_GetAttrString(array, "dtype") : nullptr);
    PyErr_Clear();
    const std::string name = declared ? textAttribute(declared.get(), "name") : text;
    for (const DTypeInfo& row : allDTypes())
      if (dtype == DType::Unknown && name == row.name && (row.bits < 8 ? 1 : static_cast<int>(row.size)) == size) dtype = row.dtype;
    if (dtype == DType::Unknown) throwBadDType(name);
    return dtype;
  }

  void checkComplete() const {
    if (!view_.data && view_.elements() != 0)
      throw InvalidArgumentError("the array has no memory that could be read: its address is 0");
  }

  /// Remembers why a protocol did not work, in case none does.
  void keepReason() {
    PyObject *type, *value, *trace;
    PyErr_Fetch(&type, &value, &trace);
    if (value && reason_.empty()) {
      const std::string text = quote(value);
      reason_ = (isOnDevice() ? "the array, which lies on a device, " + placeText(place_.device_type, place_.device_id) + ","
                              : "the array") +
                " cannot be read: " + text.substr(0, text.find('\n'));  // PyTorch appends its stack
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(trace);
  }

  /// Of nxs_buffer_desc::producer_stream.
  static constexpr std::uint64_t defaultStream = 1;

  ArrayView view_;
  Accepted accepted_ = Accepted::OnHost;
  DLDevice place_{kDLCPU, 0};
  std::uint64_t producerStream_ = 0;
  bool isCopy_ = false;
  Py_buffer buffer_{};
  DLManagedTensor* managed_ = nullptr;
  DLManagedTensorVersioned* versioned_ = nullptr;
  PyRef interface_;
  PyRef owner_;
  std::string reason_;
};

}  // namespace nexus::python
