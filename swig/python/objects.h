#pragma once

// SWIG's Python types of the public classes, and how values travel through them. Needs SWIG's run-time code before it.

#include "errors.h"

#include <nexus.h>
#include <concepts>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nexus::python {

/// A kernel with its grid and block: what kernel[grid, block] gives.
struct ConfiguredKernel {
  Kernel kernel;
  Dim3 grid;
  Dim3 block;
  LaunchOptions options;
};

/// Every class that Python sees, once.
#define NEXUS_HANDLE_CLASSES(X) \
  X(System)                     \
  X(Runtimes)                   \
  X(Runtime) X(Devices) X(Device) X(Buffer) X(Library) X(Kernel) X(Stream) X(Event) X(Schedule) X(Command) X(Info) X(Database)
#define NEXUS_RECORD_CLASSES(X) \
  X(KernelArgument)             \
  X(PluginRecord) X(PropertyInfo) X(DatabaseMatch) X(DatabaseProblem) X(Compatibility) X(Occupancy) X(Peak) X(Roofline)

template <class T>
swig_type_info* typeInfo();
#define X(T)                             \
  template <>                            \
  inline swig_type_info* typeInfo<T>() { \
    return SWIGTYPE_p_nexus__##T;        \
  }
NEXUS_HANDLE_CLASSES(X)
NEXUS_RECORD_CLASSES(X)
#undef X
template <>
inline swig_type_info* typeInfo<ConfiguredKernel>() {
  return SWIGTYPE_p_nexus__python__ConfiguredKernel;
}

/// The Python type of a class; set when the module is initialised.
template <class T>
inline PyTypeObject* pythonType = nullptr;

/// The C++ object inside a Python object of exactly that type.
template <class T>
T& self(PyObject* object) {
  return *static_cast<T*>(reinterpret_cast<SwigPyObject*>(object)->ptr);
}

/// The C++ object inside a Python object, or NULL if it is of another type. Types cannot be derived from, so that this is exact.
template <class T>
T* tryCast(PyObject* object) {
  return Py_TYPE(object) == pythonType<T> ? &self<T>(object) : nullptr;
}

inline std::string typeName(PyObject* object) { return Py_TYPE(object)->tp_name; }

/// Name of a C++ parameter as Python spells it.
inline std::string snakeCase(const char* name) {
  std::string result;
  for (; *name; ++name) {
    if (*name >= 'A' && *name <= 'Z')
      result += '_', result += static_cast<char>(*name - 'A' + 'a');
    else
      result += *name;
  }
  return result;
}

[[noreturn]] inline void throwWrongType(const char* parameter, const char* expected, PyObject* found) {
  throw InvalidArgumentError(snakeCase(parameter) + " must be " + expected + ", not '" + typeName(found) + "'");
}

/// Throws if a call into Python failed.
inline PyObject* checked(PyObject* object) {
  if (!object) throw PythonError{};
  return object;
}

/// Owning pointer to a Python object.
class PyRef {
 public:
  PyRef() = default;
  explicit PyRef(PyObject* owned) noexcept : object_(owned) {}
  PyRef(PyRef&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  PyRef& operator=(PyRef&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~PyRef() { Py_XDECREF(object_); }
  explicit operator bool() const noexcept { return object_; }
  PyObject* get() const noexcept { return object_; }
  PyObject* release() noexcept { return std::exchange(object_, nullptr); }

 private:
  PyObject* object_ = nullptr;
};

inline std::string textOf(PyObject* object) {
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(object, &size);
  if (!text) throw PythonError{};
  return std::string(text, static_cast<std::size_t>(size));
}

// toPython: the Python object for a C++ value; a new reference, or NULL with the exception set.

inline PyObject* toPython(const std::string& text) {
  return PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogateescape");
}
inline PyObject* toPython(const char* text) { return toPython(std::string(text)); }
inline PyObject* toPython(bool value) { return PyBool_FromLong(value); }
template <std::integral T>
PyObject* toPython(T value) {
  if constexpr (std::is_signed_v<T>)
    return PyLong_FromLongLong(value);
  else
    return PyLong_FromUnsignedLongLong(value);
}
inline PyObject* toPython(double value) { return PyFloat_FromDouble(value); }
inline PyObject* toPython(const Shape& shape) {
  PyObject* tuple = PyTuple_New(static_cast<Py_ssize_t>(shape.rank()));
  for (std::size_t i = 0; tuple && i < shape.rank(); ++i) {
    PyObject* item = PyLong_FromLongLong(shape[i]);
    if (!item)
      Py_CLEAR(tuple);
    else
      PyTuple_SET_ITEM(tuple, static_cast<Py_ssize_t>(i), item);
  }
  return tuple;
}
inline PyObject* toPython(CommandKind kind) {
  switch (kind) {
    case CommandKind::Launch: return toPython("launch");
    case CommandKind::Copy: return toPython("copy");
    case CommandKind::Fill: return toPython("fill");
    case CommandKind::Signal: return toPython("signal");
    case CommandKind::Wait: return toPython("wait");
    case CommandKind::Call: return toPython("call");
  }
  return toPython("unknown");
}
inline PyObject* toPython(ArgumentAccess access) {
  switch (access) {
    case ArgumentAccess::Read: return toPython("read");
    case ArgumentAccess::Write: return toPython("write");
    case ArgumentAccess::ReadWrite: return toPython("read_write");
    case ArgumentAccess::Unknown: break;
  }
  return toPython("unknown");
}
inline PyObject* toPython(PluginRecord::State state) { return toPython(pluginStateName(state)); }
inline PyObject* toPython(PropertyType type) { return toPython(propertyTypeName(type)); }
inline PyObject* toPython(Info::Kind kind) {
  switch (kind) {
    case Info::Kind::Null: return toPython("null");
    case Info::Kind::Bool: return toPython("bool");
    case Info::Kind::Int: return toPython("int");
    case Info::Kind::Float: return toPython("float");
    case Info::Kind::String: return toPython("string");
    case Info::Kind::Array: return toPython("array");
    case Info::Kind::Object: return toPython("object");
  }
  return toPython("unknown");
}
inline PyObject* toPython(Fit fit) { return toPython(fitName(fit)); }
PyObject* toPython(DType dtype);

template <class T>
inline constexpr bool isRecord = false;
#define X(T)  \
  template <> \
  inline constexpr bool isRecord<T> = true;
NEXUS_RECORD_CLASSES(X)
#undef X

template <class T>
concept Wrapped = std::is_base_of_v<Handle, T> || isRecord<T> || std::is_same_v<T, ConfiguredKernel>;

template <Wrapped T>
PyObject* toPython(const T& value) {
  return SWIG_Python_NewPointerObj(nullptr, new T(value), typeInfo<T>(), SWIG_POINTER_OWN);
}

template <class Range>
PyObject* toTuple(const Range& values) {
  PyObject* tuple = PyTuple_New(static_cast<Py_ssize_t>(values.size()));
  Py_ssize_t i = 0;
  for (const auto& value : values) {
    if (!tuple) break;
    PyObject* item = toPython(value);
    if (!item)
      Py_CLEAR(tuple);
    else
      PyTuple_SET_ITEM(tuple, i++, item);
  }
  return tuple;
}

template <class T>
PyObject* toPython(const std::vector<T>& values) {
  return toTuple(values);
}

}  // namespace nexus::python
