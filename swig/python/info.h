#pragma once

// Nodes of database entries in Python: a mapping or a sequence whose single values are Python's own. Hot, so called without
// argument tuples.

#include "numbers.h"
#include "properties.h"
#include "sequences.h"

namespace nexus::python {

inline std::string_view viewOf(PyObject* text) {
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(text, &size);
  if (!data) throw PythonError{};
  return {data, static_cast<std::size_t>(size)};
}

/// An element of an array; negative positions count from the end.
inline Info element(const Info& info, PyObject* key) {
  const std::int64_t position = toInt64(key, "index");
  const auto size = static_cast<std::int64_t>(info.getSize());
  if (info.getKind() != Info::Kind::Array || position < -size || position >= size) {
    const std::string place = info.getPointer();
    throw NotFoundError("no element " + std::to_string(position) + " at " + (place.empty() ? "/" : place) + ", which is " +
                        (info.getKind() == Info::Kind::Array ? "an array of " + std::to_string(size) : "no array"));
  }
  return info.at(static_cast<std::size_t>(position < 0 ? position + size : position));
}

/// A key that is taken as it is: in a list of keys, '/' is a character like any other.
inline Info member(const Info& info, PyObject* key) {
  if (!PyUnicode_Check(key)) {
    if (!isInteger(key)) throwWrongType("path", "a str, an int or a list of those", key);
    return element(info, key);
  }
  const std::string_view text = viewOf(key);
  if (!text.empty() && text[0] != '/') return info.at(text);
  std::string pointer = "/";
  for (const char c : text) pointer += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
  return info.at(pointer);
}

/// The node at a path: a JSON pointer, a key, an int, or a list or tuple of keys and ints.
inline Info nodeAt(const Info& info, PyObject* path) {
  if (PyUnicode_Check(path)) return info.at(viewOf(path));
  if (!PyList_Check(path) && !PyTuple_Check(path)) return member(info, path);
  Info node = info;
  // Its items cannot change: nothing of Python runs meanwhile that could.
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(path); ++i) node = member(node, PySequence_Fast_GET_ITEM(path, i));
  return node;
}

/// A single value as Python's own; objects and arrays as nodes.
inline PyObject* valueOf(const Info& info) {
  switch (info.getKind()) {
    case Info::Kind::Null: return Py_NewRef(Py_None);
    case Info::Kind::Bool: return toPython(info.getBool());
    case Info::Kind::Int: return toPython(info.getInt());
    case Info::Kind::Float: return toPython(info.getFloat());
    case Info::Kind::String: return toPython(info.getString());
    default: return toPython(info);
  }
}

/// The whole node in Python's own types.
inline PyObject* toPlainPython(const Info& info) {
  const bool isArray = info.getKind() == Info::Kind::Array;
  if (!isArray && info.getKind() != Info::Kind::Object) return valueOf(info);
  PyRef whole(checked(isArray ? PyList_New(static_cast<Py_ssize_t>(info.getSize())) : PyDict_New()));
  const std::vector<std::string> keys = isArray ? std::vector<std::string>() : info.getKeys();
  for (std::size_t i = 0; i < info.getSize(); ++i) {
    PyRef value(checked(toPlainPython(info.at(i))));
    if (isArray) {
      PyList_SET_ITEM(whole.get(), static_cast<Py_ssize_t>(i), value.release());
    } else {
      PyRef key(checked(toPython(keys[i])));
      if (PyDict_SetItem(whole.get(), key.get(), value.get()) < 0) throw PythonError{};
    }
  }
  return whole.release();
}

// Readers of leaves. A JSON pointer goes straight to the value, without a node in between.

template <class T>
T leafOf(const Info& info, std::string_view pointer);
template <>
inline bool leafOf(const Info& info, std::string_view pointer) {
  return info.getBool(pointer);
}
template <>
inline std::int64_t leafOf(const Info& info, std::string_view pointer) {
  return info.getInt(pointer);
}
template <>
inline double leafOf(const Info& info, std::string_view pointer) {
  return info.getFloat(pointer);
}
template <>
inline std::string leafOf(const Info& info, std::string_view pointer) {
  return info.getString(pointer);
}
template <>
inline std::vector<std::int64_t> leafOf(const Info& info, std::string_view pointer) {
  return info.getIntVector(pointer);
}
template <>
inline std::vector<double> leafOf(const Info& info, std::string_view pointer) {
  return info.getFloatVector(pointer);
}
template <>
inline std::vector<std::string> leafOf(const Info& info, std::string_view pointer) {
  return info.getStringVector(pointer);
}

inline void checkCount(const char* method, Py_ssize_t count, Py_ssize_t least, Py_ssize_t most) {
  if (count < least || count > most)
    throw InvalidArgumentError(std::string(method) + "() takes " + (least == most ? "" : std::to_string(least) + " to ") +
                               std::to_string(most) + (most == 1 ? " argument" : " arguments") + ", not " + std::to_string(count));
}

/// get_int(path='') and its like.
template <class T>
PyObject* getLeaf(PyObject* object, PyObject* const* arguments, Py_ssize_t count) noexcept {
  return guarded([&] {
    checkCount("get", count, 0, 1);
    const Info& info = self<Info>(object);
    if (count == 0) return propertyToPython(leafOf<T>(info, ""));
    if (PyUnicode_Check(arguments[0])) return propertyToPython(leafOf<T>(info, viewOf(arguments[0])));
    return propertyToPython(leafOf<T>(nodeAt(info, arguments[0]), ""));
  });
}

/// at(path).
inline PyObject* infoAt(PyObject* object, PyObject* path) noexcept {
  return guarded([&] { return toPython(nodeAt(self<Info>(object), path)); });
}

/// get(path, default=None).
inline PyObject* getOr(PyObject* object, PyObject* const* arguments, Py_ssize_t count) noexcept {
  return guarded([&]() -> PyObject* {
    checkCount("get", count, 1, 2);
    const Info& info = self<Info>(object);
    if (PyUnicode_Check(arguments[0])) {
      const std::string_view pointer = viewOf(arguments[0]);
      if (info.contains(pointer)) return valueOf(info.at(pointer));
    } else {
      try {
        return valueOf(nodeAt(info, arguments[0]));
      } catch (const NotFoundError&) {
        // the default is wanted
      }
    }
    return Py_NewRef(count == 2 ? arguments[1] : Py_None);
  });
}

inline PyObject* infoToPython(PyObject* object, PyObject*) noexcept {
  return guarded([&] { return toPlainPython(self<Info>(object)); });
}

inline PyObject* infoToDict(PyObject* object, PyObject*) noexcept {
  return guarded([&] {
    const Info& info = self<Info>(object);
    if (info.getKind() != Info::Kind::Object)
      throw InvalidArgumentError("the node at '" + info.getPointer() + "' is no object; use to_python()");
    return toPlainPython(info);
  });
}

inline PyObject* infoValues(PyObject* object, PyObject*) noexcept {
  return guarded([&] {
    const Info& info = self<Info>(object);
    PyRef list(checked(PyList_New(static_cast<Py_ssize_t>(info.getSize()))));
    for (std::size_t i = 0; i < info.getSize(); ++i)
      PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), checked(valueOf(info.at(i))));
    return list.release();
  });
}

inline PyObject* infoItems(PyObject* object, PyObject*) noexcept {
  return guarded([&] {
    const Info& info = self<Info>(object);
    const std::vector<std::string> keys = info.getKeys();
    PyRef list(checked(PyList_New(static_cast<Py_ssize_t>(keys.size()))));
    for (std::size_t i = 0; i < keys.size(); ++i) {
      PyRef key(checked(toPython(keys[i]))), value(checked(valueOf(info.at(i))));
      PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), checked(PyTuple_Pack(2, key.get(), value.get())));
    }
    return list.release();
  });
}

/// Attributes and keys, for completion.
inline PyObject* infoNames(PyObject* object, PyObject*) noexcept {
  return guarded([&] {
    PyRef names(checked(PyObject_Dir(reinterpret_cast<PyObject*>(Py_TYPE(object)))));
    const Info& info = self<Info>(object);
    if (info.getKind() == Info::Kind::Object) {
      PyRef keys(checked(propertyToPython(info.getKeys())));
      PyRef both(checked(PySequence_Concat(names.get(), keys.get())));
      return both.release();
    }
    return names.release();
  });
}

/// info.Key. Most names of members begin with a capital letter, those of the class's own attributes do not and go first otherwise.
inline PyObject* infoAttribute(PyObject* object, PyObject* name) noexcept {
  return guarded([&]() -> PyObject* {
    const std::string_view key = viewOf(name);
    const Info& info = self<Info>(object);
    const bool isMember = !key.empty() && info.getKind() == Info::Kind::Object && info.contains(key);
    if (isMember && key[0] >= 'A' && key[0] <= 'Z') return valueOf(info.at(key));
    PyObject* own = PyObject_GenericGetAttr(object, name);
    if (own || !isMember || !PyErr_ExceptionMatches(PyExc_AttributeError)) return own;
    PyErr_Clear();
    return valueOf(info.at(key));
  });
}

template <>
inline Py_ssize_t lengthOf<Info>(PyObject* object) noexcept {
  return guardedNumber([&] { return static_cast<Py_ssize_t>(self<Info>(object).getSize()); });
}

template <>
inline PyObject* subscript<Info>(PyObject* object, PyObject* key) noexcept {
  return guarded([&] { return valueOf(nodeAt(self<Info>(object), key)); });
}

/// Keys of an object, values of an array.
template <>
inline PyObject* iterate<Info>(PyObject* object) noexcept {
  return guarded([&] {
    const Info& info = self<Info>(object);
    if (info.getKind() != Info::Kind::Array && info.getKind() != Info::Kind::Object)
      throw InvalidArgumentError(info.getPointer() + " is a single value; read it with to_python()");
    PyRef items(checked(info.getKind() == Info::Kind::Object ? propertyToPython(info.getKeys()) : infoValues(object, nullptr)));
    return PyObject_GetIter(items.get());
  });
}

/// Whether an object has a key or a JSON pointer leads somewhere, or an array has a value.
template <>
inline int contains<Info>(PyObject* object, PyObject* key) noexcept {
  return guardedNumber([&] {
    const Info& info = self<Info>(object);
    if (PyUnicode_Check(key) && info.contains(viewOf(key))) return 1;
    if (info.getKind() != Info::Kind::Array) return 0;
    PyRef values(checked(infoValues(object, nullptr)));
    return PySequence_Contains(values.get(), key);
  });
}

inline PyMethodDef infoMethods[] = {
    {"at", infoAt, METH_O,
     "at($self, path, /)\n--\n\nThe node at a path, also if it is a single value. A path is a JSON pointer such as "
     "'/ExecutionLimits/MaxThreadsPerBlock', a key,\nan int, or a list of keys and ints. Raises NotFoundError with the keys that "
     "exist."},
    {"get", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(getOr)), METH_FASTCALL,
     "get($self, path, default=None, /)\n--\n\nThe value at a path, or the default if nothing is there."},
#define NEXUS_LEAF(name, type, what)                                                                \
  {name, reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(getLeaf<type>)), METH_FASTCALL, \
   name "($self, path='', /)\n--\n\n" what " at a path, by default of this node. Raises InvalidArgumentError for another kind."}
    NEXUS_LEAF("get_bool", bool, "True or False"),
    NEXUS_LEAF("get_int", std::int64_t, "The integer"),
    NEXUS_LEAF("get_flt", double, "The number"),
    NEXUS_LEAF("get_str", std::string, "The text"),
    NEXUS_LEAF("get_int_vec", std::vector<std::int64_t>, "The list of integers"),
    NEXUS_LEAF("get_flt_vec", std::vector<double>, "The list of numbers"),
    NEXUS_LEAF("get_str_vec", std::vector<std::string>, "The list of texts"),
#undef NEXUS_LEAF
    {"values", infoValues, METH_NOARGS, "values($self, /)\n--\n\nThe values of all members or elements, in file order."},
    {"items", infoItems, METH_NOARGS, "items($self, /)\n--\n\nPairs of key and value, in file order."},
    {"to_python", infoToPython, METH_NOARGS,
     "to_python($self, /)\n--\n\nThe whole node as dict, list, str, int, float, bool or None."},
    {"to_dict", infoToDict, METH_NOARGS,
     "to_dict($self, /)\n--\n\nThe whole node as a dict. Raises InvalidArgumentError if it is no object."},
    {"__dir__", infoNames, METH_NOARGS, "__dir__($self, /)\n--\n\nAttributes, and the keys of an object."},
    {nullptr, nullptr, 0, nullptr}};

}  // namespace nexus::python
