#pragma once

// Python numbers to C++ ones, refusing what does not fit or is no number. All throw InvalidArgumentError that names the parameter.

#include "objects.h"

#include <cmath>
#include <limits>

namespace nexus::python {

/// Whether an object is an array or a scalar of an array library; such objects may also pretend to be integers.
inline bool isArray(PyObject* object) {
  return PyObject_CheckBuffer(object) || PyObject_HasAttrString(object, "__dlpack__") ||
         PyObject_HasAttrString(object, "__array_interface__") || PyObject_HasAttrString(object, "__cuda_array_interface__");
}

/// Whether an object is a scalar of NumPy, as np.float32(1) is. Never imports NumPy: where it is not loaded, there are none.
inline bool isNumPyScalar(PyObject* object) {
  static PyObject* generic = nullptr;
  if (!generic) {
    PyRef name(checked(PyUnicode_FromString("numpy")));
    PyRef numpy(PyImport_GetModule(name.get()));
    if (numpy) generic = PyObject_GetAttrString(numpy.get(), "generic");
    PyErr_Clear();
    if (!generic) return false;
  }
  return PyObject_TypeCheck(object, reinterpret_cast<PyTypeObject*>(generic));
}

/// Whether an object can be taken for an integer: int and its like, but neither bool, float nor an array.
inline bool isInteger(PyObject* object) {
  if (PyLong_Check(object)) return !PyBool_Check(object);
  return PyIndex_Check(object) && (isNumPyScalar(object) || !isArray(object));
}

inline std::string quote(PyObject* object) {
  PyRef text(PyObject_Str(object));
  const char* utf8 = text ? PyUnicode_AsUTF8(text.get()) : nullptr;
  PyErr_Clear();
  return utf8 ? utf8 : "that number";
}

inline std::int64_t toInt64(PyObject* object, const char* parameter) {
  PyRef index;
  if (!PyLong_CheckExact(object)) {
    if (!isInteger(object)) throwWrongType(parameter, "an int", object);
    index = PyRef(checked(PyNumber_Index(object)));
    object = index.get();
  }
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
  if (overflow) throw InvalidArgumentError(snakeCase(parameter) + " is " + quote(object) + ", which does not fit 64 bits");
  return value;
}

inline std::uint64_t toUInt64(PyObject* object, const char* parameter) {
  if (!isInteger(object)) throwWrongType(parameter, "an int", object);
  PyRef index(checked(PyNumber_Index(object)));
  const unsigned long long value = PyLong_AsUnsignedLongLong(index.get());
  if (PyErr_Occurred()) {
    PyErr_Clear();
    throw InvalidArgumentError(snakeCase(parameter) + " is " + quote(index.get()) + ", expected 0 to 2**64 - 1");
  }
  return value;
}

inline double toDouble(PyObject* object, const char* parameter) {
  if (PyFloat_Check(object)) return PyFloat_AS_DOUBLE(object);
  const bool isNumber = PyLong_Check(object) || isNumPyScalar(object) || isInteger(object);
  const double value = isNumber ? PyFloat_AsDouble(object) : 0;
  if (PyErr_Occurred())
    PyErr_Clear();
  else if (isNumber)
    return value;
  throwWrongType(parameter, "a number that fits a float", object);
}

/// Seconds of a wait; None waits for ever.
inline double toTimeout(PyObject* object) {
  if (object == Py_None) return forever;
  const double seconds = toDouble(object, "timeout");
  if (std::isnan(seconds) || seconds < 0)
    throw InvalidArgumentError("timeout is " + quote(object) + ", expected None or seconds from 0 up");
  return seconds;
}

inline bool toBool(PyObject* object, const char* parameter) {
  if (!PyBool_Check(object)) throwWrongType(parameter, "True or False", object);
  return object == Py_True;
}

inline Dim3 toDim3(PyObject* object, const char* parameter) {
  if (PyLong_CheckExact(object)) [[likely]] {
    int overflow = 0;
    const std::int64_t size = PyLong_AsLongLongAndOverflow(object, &overflow);
    return Dim3(overflow ? toInt64(object, parameter) : size);
  }
  const bool isTuple = PyTuple_Check(object);
  if (!isTuple && !PyList_Check(object)) {
    if (!isInteger(object)) throwWrongType(parameter, "an int or a tuple of 1 to 3 ints", object);
    return Dim3(toInt64(object, parameter));
  }
  const Py_ssize_t count = Py_SIZE(object);
  if (count < 1 || count > 3)
    throw InvalidArgumentError(std::string(parameter) + " has " + std::to_string(count) + " dimensions, expected 1 to 3");
  std::int64_t values[3] = {1, 1, 1};
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* item = isTuple ? PyTuple_GET_ITEM(object, i) : PyList_GET_ITEM(object, i);
    values[i] = toInt64(item, parameter);
  }
  return Dim3(values[0], values[1], values[2]);
}

}  // namespace nexus::python
