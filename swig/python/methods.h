#pragma once

// The methods that are added to SWIG's types, with their docstrings, whose first line becomes the signature.

#include "array_out.h"
#include "handles.h"
#include "info.h"
#include "launches.h"
#include "properties.h"
#include "views.h"
#include "watches.h"

namespace nexus::python {

template <class F>
constexpr PyCFunction method(F function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

/// Text as an argument of a template.
template <std::size_t N>
struct Name {
  char text[N];
  constexpr Name(const char (&name)[N]) { std::copy(name, name + N, text); }
};

/// A method written in Python: a function of a module of the package, imported when it is first called.
template <Name module, Name function>
PyObject* inPython(PyObject* object, PyObject* arguments, PyObject* keywords) noexcept {
  return guarded([&]() -> PyObject* {
    PyRef imported(checked(PyImport_ImportModule(module.text)));
    PyRef callable(checked(PyObject_GetAttrString(imported.get(), function.text)));
    PyRef self(checked(PyTuple_Pack(1, object)));
    PyRef all(checked(PySequence_Concat(self.get(), arguments)));
    return PyObject_Call(callable.get(), all.get(), keywords);
  });
}

template <Name function>
constexpr PyMethodDef showInNotebook() {
  return {"_repr_html_", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(inPython<"nexus.display", function>)),
          METH_VARARGS | METH_KEYWORDS, "_repr_html_($self)\n--\n\nA table for notebooks."};
}

template <class Owner>
inline PyMethodDef propertyMethods[] = {
    {"get_property", getAnyProperty<Owner>, METH_O,
     "get_property($self, name, /)\n--\n\nValue of a property in its own type. Raises NotFoundError for an unknown name, or if the "
     "value is not known."},
    {"get_property_str", getProperty<Owner, std::string>, METH_O,
     "get_property_str($self, name, /)\n--\n\nValue of a property that is text."},
    {"get_property_int", getProperty<Owner, std::int64_t>, METH_O,
     "get_property_int($self, name, /)\n--\n\nValue of a property that is an integer."},
    {"get_property_flt", getProperty<Owner, double>, METH_O,
     "get_property_flt($self, name, /)\n--\n\nValue of a property that is a number."},
    {"get_property_str_vec", getProperty<Owner, std::vector<std::string>>, METH_O,
     "get_property_str_vec($self, name, /)\n--\n\nValue of a property that is a list of texts."},
    {"get_property_int_vec", getProperty<Owner, std::vector<std::int64_t>>, METH_O,
     "get_property_int_vec($self, name, /)\n--\n\nValue of a property that is a list of integers."},
    {"get_property_flt_vec", getProperty<Owner, std::vector<double>>, METH_O,
     "get_property_flt_vec($self, name, /)\n--\n\nValue of a property that is a list of numbers."},
    {"get_property_source", propertySource<Owner>, METH_O,
     "get_property_source($self, name, /)\n--\n\nWho says what the value is: 'runtime', or 'database' for what only the database "
     "entry of "
     "the device knows."},
    {"get_property_from", method(getPropertyFrom<Owner>), METH_FASTCALL,
     "get_property_from($self, source, name, /)\n--\n\nWhat 'runtime' or 'database' says of a property, also where the other knows "
     "better. Raises NotFoundError if it does not know."},
    {"_known_properties", knownProperties<Owner>, METH_NOARGS,
     "_known_properties($self, /)\n--\n\nNames of the properties that are known."},
    {nullptr, nullptr, 0, nullptr}};

inline PyMethodDef kernelMethods[] = {
    {"launch", method(launchKernel), METH_FASTCALL | METH_KEYWORDS,
     "launch($self, grid, block, *args, stream=None, shared_bytes=0, blocking=False, cooperative=False, cluster=None)\n--\n\n"
     "Launch on a stream, by default that of the device, and return, usually before the kernel has run.\n\n"
     "grid counts the blocks of the launch and block the items of one: an int, or up to three ints (x, y, z). Wrong\n"
     "arguments are refused before anything runs. Buffers are kept alive until the kernel has completed. shared_bytes is\n"
     "launch-sized shared memory of one block. With blocking=True the call returns when the kernel has completed.\n"
     "With cooperative=True all blocks run at the same time; cluster gives the blocks that share their shared memory.\n"
     "kernel[grid, block](*args) does the same."},
    {nullptr, nullptr, 0, nullptr}};

inline PyMethodDef commandMethods[] = {
    {"set_arg", method(setArgument), METH_FASTCALL,
     "set_arg($self, index, value, /)\n--\n\n"
     "Set one argument of a launch to a Buffer or a number.\n\n"
     "Numbers are converted to the declared type at once; buffers are kept alive."},
    {"set_args", method(setArguments), METH_FASTCALL, "set_args($self, /, *args)\n--\n\nSet all arguments of a launch."},
    {nullptr, nullptr, 0, nullptr}};

inline PyMethodDef scheduleMethods[] = {
    {"run", method(runSchedule), METH_FASTCALL | METH_KEYWORDS,
     "run($self, stream=None, blocking=True)\n--\n\n"
     "Run all commands in order on a stream, by default that of the device.\n\n"
     "With blocking=False the call returns at once; wait with stream.synchronize() or an event."},
    {"run_async", method(inPython<"nexus.awaiting", "run">), METH_VARARGS | METH_KEYWORDS,
     "run_async($self, stream=None)\n--\n\n"
     "Run all commands and await their end in a program of asyncio; other tasks run meanwhile."},
    {nullptr, nullptr, 0, nullptr}};

inline PyMethodDef bufferMethods[] = {
    {"reshape", method(reshapeBuffer), METH_FASTCALL,
     "reshape($self, /, *shape)\n--\n\n"
     "The same elements in another shape, one size of which may be -1. Raises InvalidArgumentError if the buffer is not "
     "contiguous."},
    {"view", viewBuffer, METH_O,
     "view($self, dtype, /)\n--\n\n"
     "The same bytes as elements of another type; the last dimension changes with the size of the elements."},
    {"copy", copyBuffer, METH_NOARGS, "copy($self, /)\n--\n\nA new, contiguous buffer of the same device with the same elements."},
    {"__copy__", copyBuffer, METH_NOARGS, "__copy__($self, /)\n--\n\nThe same as copy()."},
    {"__deepcopy__", copyBuffer, METH_O, "__deepcopy__($self, memo, /)\n--\n\nThe same as copy()."},
    {"numpy", method(inPython<"nexus.arrays", "as_numpy">), METH_VARARGS | METH_KEYWORDS,
     "numpy($self)\n--\n\n"
     "The buffer as a NumPy array: its own memory where the host can reach it, otherwise a copy.\n\n"
     "Work on streams is not waited for. bfloat16, the 8-bit floats and the 4-bit types, which come as a copy, need the package\n"
     "ml_dtypes."},
    {"__array__", method(inPython<"nexus.arrays", "to_array">), METH_VARARGS | METH_KEYWORDS,
     "__array__($self, dtype=None, copy=None)\n--\n\nWhat numpy.asarray(buffer) asks for."},
    {"__dlpack__", method(toDLPack), METH_VARARGS | METH_KEYWORDS,
     "__dlpack__($self, /, *, stream=None, max_version=None, dl_device=None, copy=None)\n--\n\nDLPack capsule over the buffer's "
     "own memory."},
    {"__dlpack_device__", dlpackDevice, METH_NOARGS,
     "__dlpack_device__($self, /)\n--\n\nWhere a DLPack consumer finds the memory."},
    {nullptr, nullptr, 0, nullptr}};

/// Waits at the end of a `with` block for what was submitted in it. An exception of the block goes before one of the stream.
inline PyObject* leaveStream(PyObject* object, PyObject* const* values, Py_ssize_t count) noexcept {
  return guarded([&]() -> PyObject* {
    const Stream& stream = self<Stream>(object);
    const bool isRaised = count > 0 && values[0] != Py_None;
    try {
      const GilRelease released;
      stream.synchronize();
    } catch (const Error&) {
      if (!isRaised) throw;
    }
    Py_RETURN_FALSE;
  });
}

inline PyMethodDef streamMethods[] = {
    {"__enter__", sameObject, METH_NOARGS, "__enter__($self, /)\n--\n\nThe stream itself."},
    {"__exit__", method(leaveStream), METH_FASTCALL,
     "__exit__($self, type, value, traceback, /)\n--\n\nWaits until everything submitted to the stream has completed."},
    {"synchronize_async", method(inPython<"nexus.awaiting", "synchronize">), METH_VARARGS | METH_KEYWORDS,
     "synchronize_async($self, timeout=None)\n--\n\n"
     "The same as synchronize(), to be awaited in a program of asyncio; other tasks run meanwhile."},
    {nullptr, nullptr, 0, nullptr}};

inline PyMethodDef eventMethods[] = {
    {"wait_async", method(inPython<"nexus.awaiting", "wait">), METH_VARARGS | METH_KEYWORDS,
     "wait_async($self, value, timeout=None)\n--\n\n"
     "The same as wait(), to be awaited in a program of asyncio; other tasks run meanwhile."},
    {"_watch", watchEvent, METH_O,
     "_watch($self, value, /)\n--\n\nA file descriptor that becomes readable when the value is reached."},
    {nullptr, nullptr, 0, nullptr}};

inline PyMethodDef systemMethods[] = {showInNotebook<"system">(), {nullptr, nullptr, 0, nullptr}};
inline PyMethodDef runtimesMethods[] = {showInNotebook<"runtimes">(), {nullptr, nullptr, 0, nullptr}};
inline PyMethodDef devicesMethods[] = {showInNotebook<"devices">(), {nullptr, nullptr, 0, nullptr}};
inline PyMethodDef runtimeDisplay[] = {showInNotebook<"runtime">(), {nullptr, nullptr, 0, nullptr}};
inline PyMethodDef deviceDisplay[] = {showInNotebook<"device">(), {nullptr, nullptr, 0, nullptr}};

template <class T>
inline PyMethodDef* methods = nullptr;
template <>
inline PyMethodDef* methods<Stream> = streamMethods;
template <>
inline PyMethodDef* methods<Event> = eventMethods;
template <>
inline PyMethodDef* methods<System> = systemMethods;
template <>
inline PyMethodDef* methods<Runtimes> = runtimesMethods;
template <>
inline PyMethodDef* methods<Devices> = devicesMethods;
/// More of them, for types that share a list.
template <class T>
inline PyMethodDef* moreMethods = nullptr;
template <>
inline PyMethodDef* moreMethods<Runtime> = runtimeDisplay;
template <>
inline PyMethodDef* moreMethods<Device> = deviceDisplay;
template <>
inline PyMethodDef* methods<Device> = propertyMethods<Device>;
template <>
inline PyMethodDef* methods<Runtime> = propertyMethods<Runtime>;
template <>
inline PyMethodDef* methods<Info> = infoMethods;
template <>
inline PyMethodDef* methods<Kernel> = kernelMethods;
template <>
inline PyMethodDef* methods<Command> = commandMethods;
template <>
inline PyMethodDef* methods<Schedule> = scheduleMethods;
template <>
inline PyMethodDef* methods<Buffer> = bufferMethods;

}  // namespace nexus::python
