#pragma once

// len(), [i], slices, iteration and `in` for Runtimes and Devices.

#include "numbers.h"

namespace nexus::python {

template <class T>
Py_ssize_t lengthOf(PyObject* object) noexcept {
  return guardedNumber([&] { return static_cast<Py_ssize_t>(self<T>(object).size()); });
}
/// Item at a Python index: negative ones count from the end.
template <class T>
auto itemAt(const T& sequence, PyObject* index) {
  const std::int64_t position = toInt64(index, "index");
  const auto size = static_cast<std::int64_t>(sequence.size());
  return sequence.get(position < 0 && position >= -size ? position + size : position);
}

template <class T>
PyObject* slice(const T& sequence, PyObject* range) {
  Py_ssize_t start, stop, step;
  if (PySlice_Unpack(range, &start, &stop, &step) < 0) return nullptr;
  const Py_ssize_t count = PySlice_AdjustIndices(static_cast<Py_ssize_t>(sequence.size()), &start, &stop, step);
  PyRef tuple(checked(PyTuple_New(count)));
  for (Py_ssize_t i = 0; i < count; ++i) PyTuple_SET_ITEM(tuple.get(), i, checked(toPython(sequence.get(start + i * step))));
  return tuple.release();
}

template <class T>
PyObject* subscript(PyObject* object, PyObject* key) noexcept {
  return guarded([&] {
    const T& sequence = self<T>(object);
    if (PySlice_Check(key)) return slice(sequence, key);
    if constexpr (std::is_same_v<T, Runtimes>) {
      if (PyUnicode_Check(key)) return toPython(sequence.get(textOf(key)));
      if (!isInteger(key)) throwWrongType("index", "an int, a slice or the name of a runtime", key);
    } else if (!isInteger(key)) {
      throwWrongType("index", "an int or a slice", key);
    }
    return toPython(itemAt(sequence, key));
  });
}

/// Runtimes and devices are listed at once; their number does not change.
template <class T>
PyObject* iterate(PyObject* object) noexcept {
  return guarded([&] {
    PyRef whole(checked(PySlice_New(Py_None, Py_None, Py_None)));
    PyRef items(checked(slice(self<T>(object), whole.get())));
    return PyObject_GetIter(items.get());
  });
}

template <class T>
int contains(PyObject* object, PyObject* value) noexcept {
  return guardedNumber([&] {
    const T& sequence = self<T>(object);
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(sequence.size()); ++i) {
      const auto item = sequence.get(i);
      if (const auto* other = tryCast<std::remove_const_t<decltype(item)>>(value); other && *other == item) return 1;
      if constexpr (std::is_same_v<T, Runtimes>) {
        if (PyUnicode_Check(value) && item.getName() == textOf(value)) return 1;
      }
    }
    return 0;
  });
}

/// Iteration over what an object has a list of.
template <class T, auto Member>
PyObject* iterateOver(PyObject* object) noexcept {
  return guarded([&] {
    PyRef items(checked(toPython(std::invoke(Member, self<T>(object)))));
    return PyObject_GetIter(items.get());
  });
}

inline PyObject* kernelOfLibrary(PyObject* object, PyObject* name) noexcept {
  return guarded([&] {
    if (!PyUnicode_Check(name)) throwWrongType("name", "a str", name);
    return toPython(self<Library>(object).getKernel(textOf(name)));
  });
}
inline int libraryContains(PyObject* object, PyObject* name) noexcept {
  return guardedNumber([&] {
    if (!PyUnicode_Check(name)) return 0;
    try {
      self<Library>(object).getKernel(textOf(name));
      return 1;
    } catch (const NotFoundError&) {
      return 0;
    }
  });
}

}  // namespace nexus::python
