#pragma once

// The methods that are added to SWIG's types, with their docstrings, whose first line becomes the signature.

#include "array_out.h"
#include "info.h"
#include "launches.h"
#include "properties.h"
#include "views.h"

namespace nexus::python {

template <class F>
constexpr PyCFunction method(F function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
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
     "get_property_source($self, name, /)\n--\n\nWho says what the value is: 'runtime', or 'database' for what only the database entry of "
     "the device knows."},
    {"_known_properties", knownProperties<Owner>, METH_NOARGS,
     "_known_properties($self, /)\n--\n\nNames of the properties that are known."},
    {nullptr, nullptr, 0, nullptr}};

inline PyMethodDef kernelMethods[] = {
    {"launch", method(launchKernel), METH_FASTCALL | METH_KEYWORDS,
     "launch($self, grid, block, *args, stream=None, shared_bytes=0, blocking=False)\n--\n\n"
     "Launch on a stream, by default that of the device, and return, usually before the kernel has run.\n\n"
     "grid counts the blocks of the launch and block the items of one: an int, or up to three ints (x, y, z). Wrong\n"
     "arguments are refused before anything runs. Buffers are kept alive until the kernel has completed. shared_bytes is\n"
     "launch-sized shared memory of one block. With blocking=True the call returns when the kernel has completed.\n"
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
    {nullptr, nullptr, 0, nullptr}};

/// A method written in Python, of the module nexus.arrays.
inline PyObject* callArrays(const char* function, PyObject* buffer, PyObject* arguments, PyObject* keywords) noexcept {
  return guarded([&]() -> PyObject* {
    PyRef module(checked(PyImport_ImportModule("nexus.arrays")));
    PyRef callable(checked(PyObject_GetAttrString(module.get(), function)));
    PyRef self(checked(PyTuple_Pack(1, buffer)));
    PyRef all(arguments ? checked(PySequence_Concat(self.get(), arguments)) : self.release());
    return PyObject_Call(callable.get(), all.get(), keywords);
  });
}
inline PyObject* bufferAsNumPy(PyObject* object, PyObject*) noexcept { return callArrays("as_numpy", object, nullptr, nullptr); }
inline PyObject* bufferToArray(PyObject* object, PyObject* arguments, PyObject* keywords) noexcept {
  return callArrays("to_array", object, arguments, keywords);
}

inline PyMethodDef bufferMethods[] = {
    {"reshape", method(reshapeBuffer), METH_FASTCALL,
     "reshape($self, /, *shape)\n--\n\n"
     "The same elements in another shape, one size of which may be -1. Raises InvalidArgumentError if the buffer is not contiguous."},
    {"view", viewBuffer, METH_O,
     "view($self, dtype, /)\n--\n\n"
     "The same bytes as elements of another type; the last dimension changes with the size of the elements."},
    {"copy", copyBuffer, METH_NOARGS, "copy($self, /)\n--\n\nA new, contiguous buffer of the same device with the same elements."},
    {"__copy__", copyBuffer, METH_NOARGS, "__copy__($self, /)\n--\n\nThe same as copy()."},
    {"__deepcopy__", copyBuffer, METH_O, "__deepcopy__($self, memo, /)\n--\n\nThe same as copy()."},
    {"numpy", bufferAsNumPy, METH_NOARGS,
     "numpy($self, /)\n--\n\n"
     "The buffer as a NumPy array: its own memory where the host can reach it, otherwise a copy.\n\n"
     "Work on streams is not waited for. bfloat16 and the 8-bit floats need the package ml_dtypes."},
    {"__array__", method(bufferToArray), METH_VARARGS | METH_KEYWORDS,
     "__array__($self, dtype=None, copy=None)\n--\n\nWhat numpy.asarray(buffer) asks for."},
    {"__dlpack__", method(toDLPack), METH_VARARGS | METH_KEYWORDS,
     "__dlpack__($self, /, *, stream=None, max_version=None, dl_device=None, copy=None)\n--\n\nDLPack capsule over the buffer's "
     "own memory."},
    {"__dlpack_device__", dlpackDevice, METH_NOARGS,
     "__dlpack_device__($self, /)\n--\n\nWhere a DLPack consumer finds the memory."},
    {nullptr, nullptr, 0, nullptr}};

template <class T>
inline PyMethodDef* methods = nullptr;
template <>
inline PyMethodDef* methods<Device> = propertyMethods<Device>;
template <>
inline PyMethodDef* methods<Info> = infoMethods;
template <>
inline PyMethodDef* methods<Runtime> = propertyMethods<Runtime>;
template <>
inline PyMethodDef* methods<Kernel> = kernelMethods;
template <>
inline PyMethodDef* methods<Command> = commandMethods;
template <>
inline PyMethodDef* methods<Schedule> = scheduleMethods;
template <>
inline PyMethodDef* methods<Buffer> = bufferMethods;

}  // namespace nexus::python
