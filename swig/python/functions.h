#pragma once

// Functions of the module, and text and bytes as arguments of methods.

#include "dtypes.h"

#include <dlfcn.h>
#include <cstring>
#include <span>

namespace nexus::python {

template <class T>
T& toHandle(PyObject* object, const char* parameter, const char* type) {
  T* handle = tryCast<T>(object);
  if (!handle) throwWrongType(parameter, ((std::strchr("EI", *type) ? "an " : "a ") + std::string(type)).c_str(), object);
  return *handle;
}

inline std::string toText(PyObject* object, const char* parameter) {
  if (!PyUnicode_Check(object)) throwWrongType(parameter, "a str", object);
  return textOf(object);
}

/// None is the empty text.
inline std::string toOptionalText(PyObject* object, const char* parameter) {
  if (object != Py_None && !PyUnicode_Check(object)) throwWrongType(parameter, "a str or None", object);
  return object == Py_None ? "" : textOf(object);
}

/// A path of the file system, in the bytes that the system uses for it.
inline std::string toPath(PyObject* object, const char* parameter) {
  PyObject* bytes = nullptr;
  if (!PyUnicode_FSConverter(object, &bytes)) {
    const bool isWrongType = PyErr_ExceptionMatches(PyExc_TypeError);
    PyErr_Clear();
    if (isWrongType) throwWrongType(parameter, "a str, bytes or os.PathLike", object);
    throw InvalidArgumentError(std::string(parameter) + " contains a character that no path can have");
  }
  const PyRef owner(bytes);
  return std::string(PyBytes_AS_STRING(bytes), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes)));
}

inline std::vector<std::string> toPaths(PyObject* object, const char* parameter) {
  if (!PyList_Check(object) && !PyTuple_Check(object)) throwWrongType(parameter, "a list or a tuple of paths", object);
  std::vector<std::string> paths;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(object); ++i)
    paths.push_back(toPath(PySequence_Fast_GET_ITEM(object, i), parameter));
  return paths;
}

/// Bytes of a Python object, held for as long as the view lives.
class BytesView {
 public:
  BytesView() = default;
  BytesView(const BytesView&) = delete;
  BytesView& operator=(const BytesView&) = delete;
  ~BytesView() {
    if (buffer_.obj) PyBuffer_Release(&buffer_);
  }
  std::span<const std::byte> read(PyObject* object) {
    if (PyObject_GetBuffer(object, &buffer_, PyBUF_SIMPLE) < 0) {
      buffer_.obj = nullptr;
      PyErr_Clear();
      throwWrongType("source", "a str, or bytes or another contiguous bytes-like object", object);
    }
    return {static_cast<const std::byte*>(buffer_.buf), static_cast<std::size_t>(buffer_.len)};
  }

 private:
  Py_buffer buffer_{};
};

inline System getSystem() { return System::get(); }
inline Database getDatabase() { return Database::get(); }
inline PyObject* getPluginRecords() {
  System system = [] {
    const GilRelease released;
    return System::get();
  }();
  return toTuple(system.getPluginRecords());
}
inline PyObject* listProperties() { return toTuple(allProperties()); }

/// A device as one or as the name or the entry of an architecture.
inline DeviceTarget toDeviceTarget(PyObject* device) {
  if (const Device* live = tryCast<Device>(device)) return deviceTarget(*live);
  if (const Info* entry = tryCast<Info>(device)) return deviceTarget(*entry);
  if (PyUnicode_Check(device)) return deviceTarget(getDeviceInfo(textOf(device)));
  throwWrongType("device", "a Device, an Info or the name of a database entry", device);
}
inline Compatibility checkCompatibility(std::string_view target, PyObject* device) {
  return nexus::checkCompatibility(target, toDeviceTarget(device));
}
inline bool isCompatible(std::string_view target, PyObject* device) {
  return static_cast<bool>(checkCompatibility(target, device));
}

/// File of the core library, beside which plugins are looked for.
inline std::string corePath() {
  Dl_info info{};
  return dladdr(reinterpret_cast<const void*>(&allProperties), &info) && info.dli_fname ? info.dli_fname : "";
}

}  // namespace nexus::python
