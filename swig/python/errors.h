#pragma once

#include <Python.h>

#include "call_site.h"

#include <nexus/error.h>
#include <cstring>
#include <exception>
#include <new>
#include <string>

namespace nexus::python {

/// Thrown after a call into Python has failed: the Python exception is already set.
struct PythonError {};

/// Number of statuses, success included.
inline constexpr int statusCount = 1
#define NEXUS_STATUS(name, constant, value, python_base, meaning) +1
#include <nexus/status_table.h>
#undef NEXUS_STATUS
    ;

/// The Python class of each status; nexus.Error itself at Success.
inline PyObject* errorClasses[statusCount];

/// Lends out the global interpreter lock for as long as it lives.
class GilRelease {
 public:
  GilRelease() {
    if (isValidating()) [[unlikely]]
      CallSite::note();
    state_ = PyEval_SaveThread();
  }
  ~GilRelease() { PyEval_RestoreThread(state_); }
  GilRelease(const GilRelease&) = delete;
  GilRelease& operator=(const GilRelease&) = delete;

 private:
  PyThreadState* state_ = nullptr;
};

inline void setError(Status status, const char* message, std::int64_t nativeCode) {
  const auto row = static_cast<std::size_t>(status);
  PyObject* type = row < statusCount ? errorClasses[row] : errorClasses[0];
  PyObject* text = PyUnicode_DecodeUTF8(message, static_cast<Py_ssize_t>(std::strlen(message)), "replace");
  PyObject* error = text ? PyObject_CallOneArg(type, text) : nullptr;
  Py_XDECREF(text);
  if (error && nativeCode != 0) {
    PyObject* code = PyLong_FromLongLong(nativeCode);
    if (!code || PyObject_SetAttrString(error, "native_code", code) < 0) Py_CLEAR(error);
    Py_XDECREF(code);
  }
  if (error) PyErr_SetObject(type, error);
  Py_XDECREF(error);
}

/// Turns the C++ exception in flight into the Python one. Call inside a catch block, with the lock held.
inline void setErrorFromException() noexcept {
  try {
    throw;
  } catch (const PythonError&) {
  } catch (const Interrupted&) {
    // The signal's own handler has usually raised already, in the interrupt check.
    if (!PyErr_Occurred()) PyErr_SetNone(PyExc_KeyboardInterrupt);
  } catch (const Error& e) {
    setError(e.status(), e.what(), e.nativeCode());
  } catch (const std::bad_alloc&) {
    setError(Status::OutOfMemory, "host memory ran out", 0);
  } catch (const std::exception& e) {
    setError(Status::Internal, e.what(), 0);
  } catch (...) {
    setError(Status::Internal, "an exception that is no std::exception", 0);
  }
}

/// Runs what may throw in a function that Python calls and that returns an object.
template <class F>
PyObject* guarded(F&& function) noexcept {
  try {
    return function();
  } catch (...) {
    setErrorFromException();
    return nullptr;
  }
}
/// The same for one that returns a number, -1 meaning an exception.
template <class F>
auto guardedNumber(F&& function) noexcept -> decltype(function()) {
  try {
    return function();
  } catch (...) {
    setErrorFromException();
    return -1;
  }
}

inline PyObject* newErrorClass(PyObject* module, const char* name, const char* meaning, PyObject* bases, PyObject* members) {
  PyObject* type = PyErr_NewExceptionWithDoc((std::string("nexus.") + name).c_str(), meaning, bases, members);
  Py_DECREF(bases);
  Py_DECREF(members);
  if (!type || PyModule_AddObjectRef(module, name, type) < 0) throw PythonError{};
  return type;
}

/// Adds nexus.Error and one class for every status to the module.
inline void addErrorClasses(PyObject* module) {
  // Of the built-in bases, OSError and SyntaxError build their text from fields that Nexus does not fill.
  PyObject* text = PyObject_GetAttrString(PyExc_BaseException, "__str__");
  errorClasses[0] =
      newErrorClass(module, "Error", "Base of every exception that Nexus raises.", PyTuple_Pack(1, PyExc_RuntimeError),
                    Py_BuildValue("{sNsssi}", "__str__", text, "status", "Error", "native_code", 0));
  const auto add = [&](int value, const char* status, const char* name, PyObject* builtin, const char* meaning) {
    PyObject* members = Py_BuildValue("{ss}", "status", status);
    if (builtin == PyExc_SyntaxError) {
      // Tracebacks print SyntaxError.msg, which only its own __init__ sets.
      PyObject* init = PyObject_GetAttrString(PyExc_SyntaxError, "__init__");
      PyDict_SetItemString(members, "__init__", init);
      Py_DECREF(init);
    }
    PyObject* bases = builtin == PyExc_RuntimeError ? PyTuple_Pack(1, errorClasses[0]) : PyTuple_Pack(2, errorClasses[0], builtin);
    errorClasses[value] = newErrorClass(module, name, meaning, bases, members);
  };
#define NEXUS_STATUS(name, constant, value, python_base, meaning) add(value, #name, #name "Error", PyExc_##python_base, meaning);
#include <nexus/status_table.h>
#undef NEXUS_STATUS
}

/// What blocking waits of the core call now and then: runs Python's signal handlers, which only the main thread does.
inline bool isInterrupted() {
  if (!Py_IsInitialized()) return false;
  const PyGILState_STATE state = PyGILState_Ensure();
  const bool interrupted = PyErr_CheckSignals() < 0;
  PyGILState_Release(state);
  return interrupted;
}

}  // namespace nexus::python
