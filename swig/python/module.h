#pragma once

// Completes the types that SWIG made: hot methods, attributes, and nothing that does not belong to the API.

#include "attributes.h"
#include "handles.h"
#include "methods.h"

namespace nexus::python {

inline PyMethodDef reduceMethod[] = {{"__reduce__", refusePickling, METH_NOARGS, "__reduce__($self, /)\n--\n\nRaises TypeError."},
                                     {nullptr, nullptr, 0, nullptr}};

/// For what has no contents that a copy could be told from the original by.
inline PyMethodDef copyMethods[] = {{"__copy__", sameObject, METH_NOARGS, "__copy__($self, /)\n--\n\nThe object itself."},
                                    {"__deepcopy__", sameObject, METH_O, "__deepcopy__($self, memo, /)\n--\n\nThe object itself."},
                                    {nullptr, nullptr, 0, nullptr}};
template <class T>
constexpr bool isOneOfAKind = !std::is_same_v<T, Buffer> && !std::is_same_v<T, Schedule> && !std::is_same_v<T, Command>;

inline void addMethods(PyTypeObject* type, PyMethodDef* definitions) {
  for (PyMethodDef* d = definitions; d && d->ml_name; ++d) {
    PyRef descriptor(checked(PyDescr_NewMethod(type, d)));
    if (PyDict_SetItemString(type->tp_dict, d->ml_name, descriptor.get()) < 0) throw PythonError{};
  }
}

inline void addAttributes(PyTypeObject* type, PyGetSetDef* definitions) {
  for (PyGetSetDef* d = definitions; d->name; ++d) {
    PyRef descriptor(checked(PyDescr_NewGetSet(type, d)));
    if (PyDict_SetItemString(type->tp_dict, d->name, descriptor.get()) < 0) throw PythonError{};
  }
}

inline void hide(PyTypeObject* type, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (PyDict_DelItemString(type->tp_dict, name) < 0) PyErr_Clear();
}

/// SWIG starts a docstring of several lines with an empty one, which keeps Python from finding the signature.
inline void trimDocstring(PyMethodDef* method) {
  if (method->ml_doc && *method->ml_doc == '\n') ++method->ml_doc;
}

template <class T>
void completeType() {
  PyTypeObject* type = reinterpret_cast<SwigPyClientData*>(typeInfo<T>()->clientdata)->pytype;
  pythonType<T> = type;
  for (PyMethodDef* d = type->tp_methods; d && d->ml_name; ++d) trimDocstring(d);
  addMethods(type, methods<T>);
  addMethods(type, moreMethods<T>);
  addMethods(type, reduceMethod);
  if (isOneOfAKind<T>) addMethods(type, copyMethods);
  addAttributes(type, attributes<T>);
  hide(type, {"this", "thisown", "__dict__", "__init__"});
  type->tp_weaklistoffset = offsetof(SwigPyObject, weakreflist);
  type->tp_dictoffset = 0;               // an attribute that does not exist cannot be set
  type->tp_as_number->nb_int = nullptr;  // SWIG's gives an address
  // SWIG's metaclass serves static data members, of which there are none, and leaves classes open to changes.
  Py_SET_TYPE(reinterpret_cast<PyObject*>(type), &PyType_Type);
  type->tp_flags |= Py_TPFLAGS_IMMUTABLETYPE;
  PyType_Modified(type);
}

/// SWIG's base of all classes, as help() shows it.
inline void nameBase(PyTypeObject* base) {
  const auto set = [base](const char* attribute, const char* text) {
    PyRef value(checked(PyUnicode_FromString(text)));
    if (PyObject_SetAttrString(reinterpret_cast<PyObject*>(base), attribute, value.get()) < 0) throw PythonError{};
  };
  set("__name__", "Object");
  set("__qualname__", "Object");
  set("__module__", "nexus");
  set("__doc__", "Base of the classes of Nexus.");
}

/// Last step of the module's initialisation.
inline void completeModule(PyObject* module) {
  PyTypeObject* base = SwigPyObject_Type();
  for (const char* name : {"SwigPyIterator", "__all__"})
    if (PyDict_DelItemString(PyModule_GetDict(module), name) < 0) PyErr_Clear();
  hide(base, {"append", "next", "own", "disown", "acquire", "__int__"});
  base->tp_as_number->nb_int = nullptr;
  nameBase(base);
#define X(T) completeType<T>();
  NEXUS_HANDLE_CLASSES(X)
  NEXUS_RECORD_CLASSES(X)
#undef X
  completeType<ConfiguredKernel>();
  DirectCall::addTo(pythonType<ConfiguredKernel>);
  PyType_Modified(base);

  // Functions belong to the package, not to the extension module inside it.
  PyRef package(checked(PyUnicode_FromString("nexus")));
  PyObject *name, *value;
  for (Py_ssize_t i = 0; PyDict_Next(PyModule_GetDict(module), &i, &name, &value);) {
    if (!PyCFunction_Check(value)) continue;
    trimDocstring(reinterpret_cast<PyCFunctionObject*>(value)->m_ml);
    if (PyObject_SetAttrString(value, "__module__", package.get()) < 0) throw PythonError{};
  }
  if (PyModule_AddStringConstant(module, "version", NEXUS_VERSION) < 0) throw PythonError{};
  setInterruptCheck(isInterrupted);
  setCreationSite(CallSite::describe);
}

}  // namespace nexus::python
