#pragma once

// Element types: nexus.DType (python/nexus/dtypes.py) and whatever else names one.

#include "numbers.h"

#include <string_view>

namespace nexus::python {

/// The rows of the table of element types, from which nexus.dtypes makes its objects.
inline PyObject* dtypeTable() {
  PyRef list(checked(PyList_New(0)));
  for (const DTypeInfo& row : allDTypes()) {
    PyRef item(checked(Py_BuildValue("(IssIIs)", static_cast<unsigned>(row.dtype), row.name, row.shortName,
                                     static_cast<unsigned>(row.size), static_cast<unsigned>(row.bits), row.format)));
    if (PyList_Append(list.get(), item.get()) < 0) throw PythonError{};
  }
  return list.release();
}

/// nexus.DType objects are made by Python when one is first seen, and kept.
inline PyObject* toPython(DType dtype) {
  static PyObject* byCode = nullptr;
  if (!byCode) {
    PyRef module(PyImport_ImportModule("nexus.dtypes"));
    byCode = module ? PyObject_GetAttrString(module.get(), "by_code") : nullptr;
    if (!byCode) return nullptr;
  }
  PyRef code(PyLong_FromUnsignedLong(static_cast<unsigned long>(dtype)));
  PyObject* object = code ? PyDict_GetItemWithError(byCode, code.get()) : nullptr;
  if (!object && PyErr_Occurred()) return nullptr;
  return Py_NewRef(object ? object : Py_None);
}

/// Element type for a format of the buffer protocol, Unknown if it has none. Standard and native sizes differ, so the item's size
/// decides.
inline DType dtypeOfFormat(const char* format, Py_ssize_t itemSize) {
  if (*format == '@' || *format == '=' || *format == '<') ++format;
  std::string_view code(format);
  if (code == "Zf") return DType::Complex64;
  if (code == "Zd") return DType::Complex128;
  if (code.size() != 1) return DType::Unknown;
  const auto bySize = [itemSize](DType one, DType two, DType four, DType eight) {
    return itemSize == 1 ? one : itemSize == 2 ? two : itemSize == 4 ? four : itemSize == 8 ? eight : DType::Unknown;
  };
  switch (code[0]) {
    case '?': return DType::Bool;
    case 'b':
    case 'h':
    case 'i':
    case 'l':
    case 'q':
    case 'n': return bySize(DType::Int8, DType::Int16, DType::Int32, DType::Int64);
    case 'B':
    case 'c':
    case 'H':
    case 'I':
    case 'L':
    case 'Q':
    case 'N': return bySize(DType::UInt8, DType::UInt16, DType::UInt32, DType::UInt64);
    case 'e':
    case 'f':
    case 'd': return bySize(DType::Unknown, DType::Float16, DType::Float32, DType::Float64);
    default: return DType::Unknown;
  }
}

/// Text of an attribute, "" if there is none or if it is no text.
inline std::string textAttribute(PyObject* object, const char* name) {
  PyRef value(PyObject_GetAttrString(object, name));
  if (value && PyUnicode_Check(value.get())) return textOf(value.get());
  PyErr_Clear();
  return "";
}

/// Name of the element type that an object stands for: text, nexus.DType, numpy.dtype, numpy.float32, torch.float32, int, float,
/// bool.
inline std::string dtypeNameOf(PyObject* object) {
  if (PyUnicode_Check(object)) return textOf(object);
  if (object == reinterpret_cast<PyObject*>(&PyBool_Type)) return "bool";
  if (object == reinterpret_cast<PyObject*>(&PyLong_Type)) return "int64";
  if (object == reinterpret_cast<PyObject*>(&PyFloat_Type)) return "float64";
  if (PyType_Check(object)) {
    const std::string name = textAttribute(object, "__name__");
    return name == "bool_" ? "bool" : name;  // NumPy 1
  }
  if (const std::string name = textAttribute(object, "name"); !name.empty()) {
    const std::string order = textAttribute(object, "byteorder");
    if (order == ">" || order == "!")
      throw InvalidArgumentError("dtype is " + name + " in big-endian byte order; only this machine's own order is supported");
    return name;
  }
  constexpr std::string_view torch = "torch.";
  const std::string text = quote(object);
  return text.starts_with(torch) ? text.substr(torch.size()) : "";
}

inline DType toDType(PyObject* object) {
  const std::string name = dtypeNameOf(object);
  if (name.empty()) throwWrongType("dtype", "a name such as 'float16', a nexus.DType or a numpy.dtype", object);
  return parseDType(name);
}

}  // namespace nexus::python
