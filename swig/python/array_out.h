#pragma once

// A Buffer as an array of other libraries, without a copy: the buffer protocol and DLPack.

#include "objects.h"

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

  void fill(DLTensor& tensor, void* address) {
    const DTypeInfo& dtype = dtypeInfo(buffer.getDType());
    const std::size_t rank = buffer.getShape().rank();
    const Shape steps = copy ? ArrayView(nullptr, dtype.dtype, buffer.getShape()).strides : buffer.getStrides();
    for (std::size_t i = 0; i < rank; ++i) {
      shape[i] = buffer.getShape()[i];
      strides[i] = steps[i] / dtype.size;
    }
    tensor.data = address;
    tensor.device = {kDLCPU, 0};
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

/// Buffer.__dlpack__(*, stream=None, max_version=None, dl_device=None, copy=None).
inline PyObject* toDLPack(PyObject* object, PyObject* arguments, PyObject* keywords) noexcept {
  PyObject *stream = Py_None, *maxVersion = Py_None, *device = Py_None, *copy = Py_None;
  static const char* names[] = {"stream", "max_version", "dl_device", "copy", nullptr};
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "|$OOOO:__dlpack__", const_cast<char**>(names), &stream, &maxVersion,
                                   &device, &copy))
    return nullptr;
  try {
    int type = kDLCPU, id = 0;
    if (device != Py_None && (!PyTuple_Check(device) || !PyArg_ParseTuple(device, "ii", &type, &id))) {
      PyErr_Clear();
      throwWrongType("dl_device", "None or a tuple of 2 ints", device);
    }
    auto exported = std::make_unique<ExportedTensor>();
    exported->buffer = self<Buffer>(object);
    const Buffer& buffer = exported->buffer;
    void* address = buffer.getHostPointer();
    if (!address || type != kDLCPU) {
      PyErr_SetString(PyExc_BufferError,
                      address ? "a buffer can only be exported to the host, dl_device (1, 0)" : notVisible(buffer).c_str());
      return nullptr;
    }
    const bool versioned = isVersioned(maxVersion);
    if (buffer.isReadOnly() && !versioned && copy != Py_True) {
      PyErr_SetString(PyExc_BufferError, "the buffer wraps read-only memory, which the consumer's version of DLPack cannot tell");
      return nullptr;
    }
    const bool isCopy = copy == Py_True;
    if (isCopy) {
      const std::size_t size = buffer.getByteSize();
      exported->copy.reset(std::aligned_alloc(64, (size + 63) / 64 * 64 + 64));
      if (!exported->copy) throw std::bad_alloc();
      const GilRelease released;
      buffer.copyTo(ArrayView(exported->copy.get(), buffer.getDType(), buffer.getShape()));
      address = exported->copy.get();
    }
    exported->fill(versioned ? exported->versioned.dl_tensor : exported->plain.dl_tensor, address);
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
    if (capsule) exported.release();
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
    PyErr_SetString(PyExc_BufferError, notVisible(buffer).c_str());
  } catch (...) {
    setErrorFromException();
  }
  return nullptr;
}

}  // namespace nexus::python
