#pragma once

// A Buffer as an array of other libraries, without a copy: the buffer protocol, DLPack and __cuda_array_interface__.

#include "array_place.h"
#include "views.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <dlpack/dlpack.h>

namespace nexus::python {

/// Why the elements of a buffer cannot be seen by the host.
inline std::string notVisible(const Buffer& buffer) {
  return "the memory of this buffer on " + buffer.getDevice().getId() + " is not visible to the host; use buffer.copy_to(array)";
}

/// Whether the elements lie one after the other in column-major order.
inline bool isFortranContiguous(const Buffer& buffer) {
  std::int64_t step = dtypeInfo(buffer.getDType()).size;
  for (std::size_t i = 0; i < buffer.getShape().rank(); ++i) {
    if (buffer.getShape()[i] != 1 && buffer.getStrides()[i] != step) return false;
    step *= buffer.getShape()[i];
  }
  return true;
}

/// bf_getbuffer of Buffer.
inline int getBuffer(PyObject* object, Py_buffer* view, int flags) noexcept {
  view->obj = nullptr;
  try {
    const Buffer& buffer = self<Buffer>(object);
    const DTypeInfo& dtype = dtypeInfo(buffer.getDType());
    void* address = buffer.getHostPointer();
    if (!address) {
      PyErr_SetString(PyExc_BufferError, notVisible(buffer).c_str());
      return -1;
    }
    const bool isFortran = (flags & PyBUF_F_CONTIGUOUS) == PyBUF_F_CONTIGUOUS;
    const bool needsRows = (flags & PyBUF_C_CONTIGUOUS) == PyBUF_C_CONTIGUOUS || (flags & PyBUF_STRIDES) != PyBUF_STRIDES;
    if ((flags & PyBUF_WRITABLE) && buffer.isReadOnly()) {
      PyErr_SetString(PyExc_BufferError, "the buffer wraps read-only memory");
      return -1;
    }
    if (needsRows ? !buffer.isContiguous()
                  : (isFortran && !isFortranContiguous(buffer)) || ((flags & PyBUF_ANY_CONTIGUOUS) == PyBUF_ANY_CONTIGUOUS &&
                                                                    !buffer.isContiguous() && !isFortranContiguous(buffer))) {
      PyErr_Format(PyExc_BufferError, "the buffer is a view with strides %s, not contiguous; use buffer.copy()",
                   buffer.getStrides().toString().c_str());
      return -1;
    }
    const bool wantsFormat = flags & PyBUF_FORMAT;
    if (wantsFormat && !*dtype.format) {
      PyErr_Format(PyExc_BufferError,
                   "the buffer protocol has no format for %s; use buffer.numpy(), or numpy.frombuffer(buffer, numpy.uint8)",
                   dtype.name);
      return -1;
    }
    // Shape and strides belong to the buffer, which the view keeps alive.
    static_assert(sizeof(Py_ssize_t) == sizeof(std::int64_t));
    const auto sizes = [](const Shape& shape) { return reinterpret_cast<Py_ssize_t*>(const_cast<std::int64_t*>(shape.begin())); };
    view->obj = Py_NewRef(object);
    view->buf = address;
    view->len = static_cast<Py_ssize_t>(buffer.getByteSize());
    view->itemsize = dtype.size;
    view->readonly = buffer.isReadOnly();
    view->ndim = static_cast<int>(buffer.getShape().rank());
    view->format = wantsFormat ? const_cast<char*>(dtype.format) : nullptr;
    view->shape = flags & PyBUF_ND ? sizes(buffer.getShape()) : nullptr;
    view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? sizes(buffer.getStrides()) : nullptr;
    view->suboffsets = nullptr;
    view->internal = nullptr;
    return 0;
  } catch (...) {
    setErrorFromException();
    return -1;
  }
}

/// What a DLPack consumer holds: the buffer, or a copy of it.
struct ExportedTensor {
  Buffer buffer;
  std::unique_ptr<void, decltype(&std::free)> copy{nullptr, &std::free};
  std::array<std::int64_t, Shape::maxRank> shape{};
  std::array<std::int64_t, Shape::maxRank> strides{};
  DLManagedTensor plain{};
  DLManagedTensorVersioned versioned{};

  void fill(DLTensor& tensor, void* address, const DLDevice& place) {
    const DTypeInfo& dtype = dtypeInfo(buffer.getDType());
    const std::size_t rank = buffer.getShape().rank();
    const Shape steps = copy ? ArrayView(nullptr, dtype.dtype, buffer.getShape()).strides : buffer.getStrides();
    for (std::size_t i = 0; i < rank; ++i) {
      shape[i] = buffer.getShape()[i];
      strides[i] = steps[i] / dtype.size;
    }
    tensor.data = address;
    tensor.device = place;
    tensor.ndim = static_cast<std::int32_t>(rank);
    tensor.dtype = {dtype.dlpackCode, static_cast<std::uint8_t>(dtype.bits), 1};
    tensor.shape = shape.data();
    tensor.strides = strides.data();
    tensor.byte_offset = 0;
  }
};

inline bool isVersioned(PyObject* maxVersion) {
  if (maxVersion == Py_None) return false;
  int major = 0, minor = 0;
  if (!PyTuple_Check(maxVersion) || !PyArg_ParseTuple(maxVersion, "ii", &major, &minor)) {
    PyErr_Clear();
    throwWrongType("max_version", "None or a tuple of 2 ints", maxVersion);
  }
  return major >= 1;
}

/// Deletes a tensor that no consumer took over.
inline void deleteUnusedCapsule(PyObject* capsule) {
  if (PyCapsule_IsValid(capsule, "dltensor")) {
    auto* tensor = static_cast<DLManagedTensor*>(PyCapsule_GetPointer(capsule, "dltensor"));
    tensor->deleter(tensor);
  } else if (PyCapsule_IsValid(capsule, "dltensor_versioned")) {
    auto* tensor = static_cast<DLManagedTensorVersioned*>(PyCapsule_GetPointer(capsule, "dltensor_versioned"));
    tensor->deleter(tensor);
  }
}

/// Waits until a consumer may use the memory of a device on any stream of its own; -1 says that it has seen to that itself.
inline void orderBefore(const Buffer& buffer, PyObject* stream) {
  if (stream != Py_None && toInt64(stream, "stream") == -1) return;
  const GilRelease released;
  buffer.getDevice().getDefaultStream().synchronize();
}

/// Buffer.__dlpack__(*, stream=None, max_version=None, dl_device=None, copy=None).
inline PyObject* toDLPack(PyObject* object, PyObject* arguments, PyObject* keywords) noexcept {
  PyObject *stream = Py_None, *maxVersion = Py_None, *device = Py_None, *copy = Py_None;
  static const char* names[] = {"stream", "max_version", "dl_device", "copy", nullptr};
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|$OOOO:__dlpack__", const_cast<char**>(names), &stream, &maxVersion,
                                   &device, &copy))
    return nullptr;
  try {
    const Buffer& own = self<Buffer>(object);
    void* address = own.getHostPointer();
    const std::optional<DLDevice> place = address ? DLDevice{kDLCPU, 0} : placeOf(own.getDevice());
    if (!place) {
      PyErr_SetString(PyExc_BufferError, notVisible(own).c_str());
      return nullptr;
    }
    int type = place->device_type, id = place->device_id;
    if (device != Py_None && (!PyTuple_Check(device) || !PyArg_ParseTuple(device, "ii", &type, &id))) {
      PyErr_Clear();
      throwWrongType("dl_device", "None or a tuple of 2 ints", device);
    }
    auto exported = std::make_unique<ExportedTensor>();
    exported->buffer = own;
    const Buffer& buffer = exported->buffer;
    const bool isOnHost = type == kDLCPU;
    const bool isMoved = isOnHost && !address;
    if (!isOnHost && (type != place->device_type || id != place->device_id)) {
      PyErr_Format(PyExc_BufferError,
                   address ? "a buffer that the host can reach can only be exported to it, dl_device (1, 0)"
                           : "the buffer can only be exported to its own device, dl_device (%d, %d), or copied to the host, (1, 0)",
                   place->device_type, place->device_id);
      return nullptr;
    }
    if (isMoved && copy == Py_False) {
      PyErr_SetString(PyExc_BufferError, notVisible(own).c_str());
      return nullptr;
    }
    const bool versioned = isVersioned(maxVersion);
    if (buffer.isReadOnly() && !versioned && copy != Py_True) {
      PyErr_SetString(PyExc_BufferError, "the buffer wraps read-only memory, which the consumer's version of DLPack cannot tell");
      return nullptr;
    }
    const bool isCopy = copy == Py_True || isMoved;
    if (isCopy && !isOnHost) {
      exported->buffer = copyOf(own, own.getDevice());
    } else if (isCopy) {
      const std::size_t size = buffer.getByteSize();
      exported->copy.reset(std::aligned_alloc(64, (size + 63) / 64 * 64 + 64));
      if (!exported->copy) throw std::bad_alloc();
      const GilRelease released;
      buffer.copyTo(ArrayView(exported->copy.get(), buffer.getDType(), buffer.getShape()));
      address = exported->copy.get();
    }
    if (!isOnHost) {
      orderBefore(buffer, stream);
      address = reinterpret_cast<void*>(buffer.getDevicePointer());
    }
    exported->fill(versioned ? exported->versioned.dl_tensor : exported->plain.dl_tensor, address,
                   {static_cast<DLDeviceType>(type), id});
    exported->plain.manager_ctx = exported.get();
    exported->plain.deleter = [](DLManagedTensor* tensor) { delete static_cast<ExportedTensor*>(tensor->manager_ctx); };
    exported->versioned.version = {DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION};
    exported->versioned.flags = isCopy ? DLPACK_FLAG_BITMASK_IS_COPIED : buffer.isReadOnly() ? DLPACK_FLAG_BITMASK_READ_ONLY : 0;
    exported->versioned.manager_ctx = exported.get();
    exported->versioned.deleter = [](DLManagedTensorVersioned* tensor) {
      delete static_cast<ExportedTensor*>(tensor->manager_ctx);
    };
    PyObject* capsule = versioned ? PyCapsule_New(&exported->versioned, "dltensor_versioned", deleteUnusedCapsule)
                                  : PyCapsule_New(&exported->plain, "dltensor", deleteUnusedCapsule);
    if (capsule) static_cast<void>(exported.release());
    return capsule;
  } catch (...) {
    setErrorFromException();
    return nullptr;
  }
}

/// Buffer.__dlpack_device__().
inline PyObject* dlpackDevice(PyObject* object, PyObject*) noexcept {
  try {
    const Buffer& buffer = self<Buffer>(object);
    if (buffer.getHostPointer()) return Py_BuildValue("(ii)", kDLCPU, 0);
    if (const std::optional<DLDevice> place = placeOf(buffer.getDevice()))
      return Py_BuildValue("(ii)", static_cast<int>(place->device_type), place->device_id);
    PyErr_SetString(PyExc_BufferError, notVisible(buffer).c_str());
  } catch (...) {
    setErrorFromException();
  }
  return nullptr;
}

/// NumPy's code of an element type, "<f4"; "" where it has none.
inline std::string typeString(const DTypeInfo& dtype) {
  if (dtype.bits < 8 || !*dtype.format) return "";
  static constexpr const char* kinds = "iuf??cb";
  return std::string(dtype.size == 1 ? "|" : "<") + kinds[dtype.dlpackCode] + std::to_string(dtype.size);
}

/// Buffer.__cuda_array_interface__, version 3. Only the buffers of CUDA devices have it.
inline PyObject* cudaArrayInterface(PyObject* object, void*) noexcept {
  return guarded([&]() -> PyObject* {
    const Buffer& buffer = self<Buffer>(object);
    const bool isOfCuda =
        !buffer.getHostPointer() && placeOf(buffer.getDevice()).value_or(DLDevice{kDLCPU, 0}).device_type == kDLCUDA;
    if (!isOfCuda) {
      PyErr_Format(PyExc_AttributeError, "__cuda_array_interface__ is for memory of CUDA devices, which this buffer on %s is not",
                   buffer.getDevice().getId().c_str());
      return nullptr;
    }
    const DTypeInfo& dtype = dtypeInfo(buffer.getDType());
    const std::string type = typeString(dtype);
    if (type.empty()) {
      PyErr_Format(PyExc_AttributeError, "__cuda_array_interface__ has no name for %s; use from_dlpack", dtype.name);
      return nullptr;
    }
    orderBefore(buffer, Py_None);
    PyRef shape(checked(toPython(buffer.getShape())));
    PyRef strides(buffer.isContiguous() ? Py_NewRef(Py_None) : checked(toPython(buffer.getStrides())));
    return Py_BuildValue("{sOsss(KO)sOsOsi}", "shape", shape.get(), "typestr", type.c_str(), "data",
                         static_cast<unsigned long long>(buffer.getDevicePointer()), buffer.isReadOnly() ? Py_True : Py_False,
                         "strides", strides.get(), "stream", Py_None, "version", 3);
  });
}

}  // namespace nexus::python
