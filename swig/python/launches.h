#pragma once

// The hot calls: Kernel.launch, kernel[grid, block](...), Command.set_arg, Command.set_args and Schedule.run. They are called
// without an argument tuple and use no heap.

#include "array_arguments.h"
#include "deferred_release.h"

#include <array>

namespace nexus::python {

inline const Stream* toStream(PyObject* object) {
  if (object == Py_None) return nullptr;
  const Stream* stream = tryCast<Stream>(object);
  if (!stream) throwWrongType("stream", "a Stream or None", object);
  return stream;
}

/// Names of the parameters of a fast call that may be given by keyword.
template <std::size_t N>
class Keywords {
 public:
  Keywords(const char* function, const char* const (&names)[N]) : function_(function) {
    for (std::size_t i = 0; i < N; ++i) names_[i] = checked(PyUnicode_InternFromString(names[i]));
  }

  /// Stores each value under the parameter that the caller named for it. Throws for a name that is unknown or was given already.
  void read(PyObject* const* values, PyObject* names, PyObject* (&parameters)[N]) const {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); ++i) {
      PyObject* name = PyTuple_GET_ITEM(names, i);
      PyObject*& parameter = parameters[find(name)];
      if (parameter) {
        PyErr_Format(PyExc_TypeError, "%s() got multiple values for argument '%U'", function_, name);
        throw PythonError{};
      }
      parameter = values[i];
    }
  }

 private:
  std::size_t find(PyObject* name) const {
    // The names in a call are interned, so that the first loop finds nearly all.
    for (std::size_t i = 0; i < N; ++i)
      if (names_[i] == name) return i;
    for (std::size_t i = 0; i < N; ++i)
      if (PyUnicode_Compare(names_[i], name) == 0) return i;
    PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", function_, name);
    throw PythonError{};
  }

  const char* function_;
  std::array<PyObject*, N> names_;
};

/// Room behind SWIG's part of an object for the function that calls it, so that a call needs no tuple of its arguments.
class DirectCall {
 public:
  /// To be called once for a type, before there are objects of it.
  static void addTo(PyTypeObject* type) {
    type->tp_vectorcall_offset = type->tp_basicsize;
    type->tp_basicsize += static_cast<Py_ssize_t>(sizeof(vectorcallfunc));
    type->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
  }
  static void set(PyObject* object, vectorcallfunc function) {
    char* const start = reinterpret_cast<char*>(object);
    *reinterpret_cast<vectorcallfunc*>(start + Py_TYPE(object)->tp_vectorcall_offset) = function;
  }
};

/// Waits for a launch that borrows arrays, so that they are as they should be when the call returns.
inline void launchWithArrays(const Kernel& kernel, const Dim3& grid, const Dim3& block, std::span<const Argument> arguments,
                             LaunchOptions options, const ArrayArguments& arrays) {
  options.blocking = true;
  const GilRelease released;
  kernel.launch(grid, block, arguments, options);
  arrays.giveBack();
}

[[gnu::noinline]] inline void launchAny(const Kernel& kernel, const Dim3& grid, const Dim3& block, PyObject* const* arguments,
                                        std::size_t count, const LaunchOptions& options) {
  ArrayArguments arrays(kernel);
  const ArgumentList list(arguments, count, &arrays);
  if (arrays.isUsed()) {
    launchWithArrays(kernel, grid, block, list.get(), options, arrays);
  } else if (options.blocking) {
    const GilRelease released;
    kernel.launch(grid, block, list.get(), options);
  } else {
    const SubmissionGil released;
    kernel.launch(grid, block, list.get(), options);
  }
}

inline void launch(const Kernel& kernel, const Dim3& grid, const Dim3& block, PyObject* const* arguments, std::size_t count,
                   const LaunchOptions& options) {
  PlainArguments plain;
  if (options.blocking || !plain.read(arguments, count)) [[unlikely]]
    return launchAny(kernel, grid, block, arguments, count, options);
  const SubmissionGil released;
  kernel.launch(grid, block, plain.get(), options);
}

/// Kernel.launch(grid, block, *args, stream=None, shared_bytes=0, blocking=False, cooperative=False, cluster=None).
inline PyObject* launchKernel(PyObject* object, PyObject* const* values, Py_ssize_t count, PyObject* names) noexcept {
  return guarded([&]() -> PyObject* {
    if (!names && count >= 2) [[likely]] {
      static const LaunchOptions usual;
      launch(self<Kernel>(object), toDim3(values[0], "grid"), toDim3(values[1], "block"), values + 2,
             static_cast<std::size_t>(count - 2), usual);
      Py_RETURN_NONE;
    }
    PyObject* given[7] = {};
    const Py_ssize_t leading = count < 2 ? count : 2;
    for (Py_ssize_t i = 0; i < leading; ++i) given[i] = values[i];
    if (names) {
      static const Keywords keywords("launch", {"grid", "block", "stream", "shared_bytes", "blocking", "cooperative", "cluster"});
      keywords.read(values + count, names, given);
    }
    if (!given[0] || !given[1]) {
      PyErr_Format(PyExc_TypeError, "launch() missing required argument '%s': expected launch(grid, block, *args)",
                   given[0] ? "block" : "grid");
      return nullptr;
    }
    LaunchOptions options;
    if (given[2])
      if (const Stream* stream = toStream(given[2])) options.stream = *stream;
    if (given[3]) options.sharedBytes = toInt64(given[3], "shared_bytes");
    if (given[4]) options.blocking = toBool(given[4], "blocking");
    if (given[5]) options.cooperative = toBool(given[5], "cooperative");
    if (given[6] && given[6] != Py_None) options.cluster = toDim3(given[6], "cluster");
    launch(self<Kernel>(object), toDim3(given[0], "grid"), toDim3(given[1], "block"), values + leading,
           static_cast<std::size_t>(count - leading), options);
    Py_RETURN_NONE;
  });
}

/// kernel[grid, block](*args).
inline PyObject* callConfigured(PyObject* object, PyObject* const* values, std::size_t count, PyObject* names) noexcept {
  return guarded([&]() -> PyObject* {
    if (names && PyTuple_GET_SIZE(names) != 0) {
      PyErr_SetString(PyExc_TypeError, "kernel[grid, block](...) takes no keyword arguments");
      return nullptr;
    }
    const ConfiguredKernel& configured = self<ConfiguredKernel>(object);
    launch(configured.kernel, configured.grid, configured.block, values, static_cast<std::size_t>(PyVectorcall_NARGS(count)),
           configured.options);
    Py_RETURN_NONE;
  });
}

/// kernel[grid, block], kernel[grid, block, stream] and kernel[grid, block, stream, shared_bytes].
inline PyObject* configureKernel(PyObject* object, PyObject* key) noexcept {
  return guarded([&]() -> PyObject* {
    const Py_ssize_t count = PyTuple_Check(key) ? PyTuple_GET_SIZE(key) : 1;
    if (count < 2 || count > 4) {
      PyErr_SetString(PyExc_TypeError,
                      "expected kernel[grid, block], kernel[grid, block, stream] or kernel[grid, block, stream, shared_bytes]");
      return nullptr;
    }
    LaunchOptions options;
    if (count > 2)
      if (const Stream* stream = toStream(PyTuple_GET_ITEM(key, 2))) options.stream = *stream;
    if (count > 3) options.sharedBytes = toInt64(PyTuple_GET_ITEM(key, 3), "shared_bytes");
    PyObject* const configured = toPython(ConfiguredKernel{self<Kernel>(object), toDim3(PyTuple_GET_ITEM(key, 0), "grid"),
                                                           toDim3(PyTuple_GET_ITEM(key, 1), "block"), options});
    if (configured) DirectCall::set(configured, callConfigured);
    return configured;
  });
}

/// Command.set_arg(index, value).
inline PyObject* setArgument(PyObject* object, PyObject* const* values, Py_ssize_t count) noexcept {
  return guarded([&]() -> PyObject* {
    if (count != 2) {
      PyErr_Format(PyExc_TypeError, "set_arg() takes exactly 2 arguments (index, value), %zd given", count);
      return nullptr;
    }
    const std::int64_t index = toInt64(values[0], "index");
    self<Command>(object).setArg(index, toArgument(values[1], static_cast<std::size_t>(index)));
    Py_RETURN_NONE;
  });
}

/// Command.set_args(*args).
inline PyObject* setArguments(PyObject* object, PyObject* const* values, Py_ssize_t count) noexcept {
  return guarded([&]() -> PyObject* {
    self<Command>(object).setArgs(ArgumentList(values, static_cast<std::size_t>(count)).get());
    Py_RETURN_NONE;
  });
}

/// Schedule.run(stream=None, blocking=True).
inline PyObject* runSchedule(PyObject* object, PyObject* const* values, Py_ssize_t count, PyObject* names) noexcept {
  return guarded([&]() -> PyObject* {
    if (count > 2) {
      PyErr_Format(PyExc_TypeError, "run() takes at most 2 arguments (stream, blocking), %zd given", count);
      return nullptr;
    }
    PyObject* given[2] = {count > 0 ? values[0] : nullptr, count > 1 ? values[1] : nullptr};
    if (names) {
      static const Keywords keywords("run", {"stream", "blocking"});
      keywords.read(values + count, names, given);
    }
    const Schedule& schedule = self<Schedule>(object);
    const Stream* stream = given[0] ? toStream(given[0]) : nullptr;
    const bool blocking = !given[1] || toBool(given[1], "blocking");
    if (!blocking) {
      const SubmissionGil released;
      if (stream)
        schedule.run(*stream, false);
      else
        schedule.run(Stream(), false);
    } else {
      const GilRelease released;
      if (stream)
        schedule.run(*stream);
      else
        schedule.run();
    }
    Py_RETURN_NONE;
  });
}

}  // namespace nexus::python
