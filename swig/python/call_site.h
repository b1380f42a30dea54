#pragma once

// Where a Python program is at, for the messages of the validation layer.

#include <Python.h>
#include <frameobject.h>  // Python 3.10 declares PyFrame_GetBack there

#include <nexus/validation.h>
#include <string>

namespace nexus::python {

class CallSite {
 public:
  /// For setCreationSite: "train.py:17" of the innermost caller outside the package, or "".
  static std::string describe() { return PyGILState_Check() ? find() : noted_; }
  /// Before the interpreter lock is given up: without it there is no looking at frames.
  static void note() { noted_ = find(); }

 private:
  static std::string find() {
    PyFrameObject* frame = PyEval_GetFrame();
    Py_XINCREF(reinterpret_cast<PyObject*>(frame));
    std::string site;
    while (frame && site.empty()) {
      PyCodeObject* code = PyFrame_GetCode(frame);
      const char* file = PyUnicode_AsUTF8(code->co_filename);
      if (!file)
        PyErr_Clear();
      else if (!isOfPackage(file))
        site = std::string(file) + ":" + std::to_string(PyFrame_GetLineNumber(frame));
      Py_DECREF(code);
      PyFrameObject* caller = PyFrame_GetBack(frame);
      Py_DECREF(frame);
      frame = caller;
    }
    Py_XDECREF(reinterpret_cast<PyObject*>(frame));
    return site;
  }

  static bool isOfPackage(const std::string& file) {
    static const std::string folder = packageFolder();
    return !folder.empty() && file.compare(0, folder.size(), folder) == 0;
  }

  /// "/.../nexus/".
  static std::string packageFolder() {
    PyObject* package = PyImport_ImportModule("nexus");
    PyObject* file = package ? PyObject_GetAttrString(package, "__file__") : nullptr;
    const char* text = file ? PyUnicode_AsUTF8(file) : nullptr;
    if (!text) PyErr_Clear();
    const std::string path = text ? text : "";
    Py_XDECREF(file);
    Py_XDECREF(package);
    return path.substr(0, path.rfind('/') + 1);
  }

  static inline thread_local std::string noted_;
};

}  // namespace nexus::python
