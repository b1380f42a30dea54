#pragma once

// What all handles share in Python: identity, truth, text, and no pickling.

#include "describe.h"

namespace nexus::python {

template <class T>
Py_hash_t hashHandle(PyObject* object) {
  // Objects are aligned, so the low bits say nothing.
  const auto hash = static_cast<Py_hash_t>(self<T>(object).identity() >> 4);
  return hash == -1 ? -2 : hash;
}

template <class T>
PyObject* compareHandles(PyObject* left, PyObject* right, int operation) {
  const T* other = tryCast<T>(right);
  if (!other || (operation != Py_EQ && operation != Py_NE)) return Py_NewRef(Py_NotImplemented);
  return PyBool_FromLong((self<T>(left) == *other) == (operation == Py_EQ));
}

inline int isTrue(PyObject*) { return 1; }
inline int doesRun(PyObject* object) { return self<Compatibility>(object) ? 1 : 0; }

template <class T>
PyObject* represent(PyObject* object) noexcept {
  try {
    try {
      return toPython(describe(self<T>(object)));
    } catch (const std::exception& e) {
      return toPython("<" + typeName(object).substr(sizeof("nexus.") - 1) + ": " + e.what() + ">");
    }
  } catch (...) {
    return PyErr_NoMemory();
  }
}

/// copy.copy() and copy.deepcopy() of a handle: the object that it refers to is one of a kind, as a function is.
inline PyObject* sameObject(PyObject* object, PyObject*) { return Py_NewRef(object); }

inline PyObject* refusePickling(PyObject* object, PyObject*) {
  return PyErr_Format(
      PyExc_TypeError,
      "a %s cannot be pickled or copied: it belongs to this process. Send the id of the device (device.id), and make the object "
      "again from what it was made of",
      Py_TYPE(object)->tp_name);
}

}  // namespace nexus::python
