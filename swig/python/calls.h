#pragma once

// Methods whose arguments Python overloads: an array or a shape, a float or an int, all arguments of a launch or none.

#include "arguments.h"
#include "deferred_release.h"
#include "functions.h"
#include "views.h"

#include <array>
#include <optional>

namespace nexus::python {

/// The shape that an int or a tuple spells, or nothing if it is neither.
inline std::optional<Shape> toShape(PyObject* object) {
  std::array<std::int64_t, Shape::maxRank> sizes{};
  if (isInteger(object)) {
    sizes[0] = toInt64(object, "shape");
    return Shape(std::span<const std::int64_t>(sizes.data(), 1));
  }
  if (!PyTuple_Check(object)) return std::nullopt;
  const Py_ssize_t rank = PyTuple_GET_SIZE(object);
  if (rank > static_cast<Py_ssize_t>(sizes.size()))
    throw InvalidArgumentError("the shape has " + std::to_string(rank) + " dimensions; at most " + std::to_string(sizes.size()) +
                               " are supported");
  for (Py_ssize_t i = 0; i < rank; ++i) {
    PyObject* size = PyTuple_GET_ITEM(object, i);
    if (!isInteger(size))
      throw InvalidArgumentError("a tuple is taken for a shape, but its item " + std::to_string(i) + " is of type '" +
                                 typeName(size) + "', not int; for values, pass a list and a dtype");
    sizes[static_cast<std::size_t>(i)] = toInt64(size, "shape");
  }
  return Shape(std::span<const std::int64_t>(sizes.data(), static_cast<std::size_t>(rank)));
}

/// Throws unless a dtype that was given beside an array is the array's own.
inline void checkDType(PyObject* given, DType own) {
  if (given == Py_None) return;
  const DType wanted = toDType(given);
  if (wanted != own)
    throw InvalidArgumentError(std::string("dtype is ") + dtypeInfo(wanted).name + ", but the array has " + dtypeInfo(own).name +
                               " elements; leave dtype out, or convert with array.astype(...)");
}

/// Device.create_buffer(array_or_shape, dtype=None).
inline Buffer createBuffer(const Device& device, PyObject* arrayOrShape, PyObject* dtype) {
  if (const Buffer* other = tryCast<Buffer>(arrayOrShape)) {
    checkDType(dtype, other->getDType());
    return copyOf(*other, device);
  }
  if (const std::optional<Shape> shape = toShape(arrayOrShape))
    return device.createBuffer(*shape, dtype == Py_None ? DType::Float32 : toDType(dtype));
  if (isValues(arrayOrShape)) {
    if (dtype == Py_None)
      throw InvalidArgumentError(
          std::string("a ") + Py_TYPE(arrayOrShape)->tp_name +
          " is taken for values, whose dtype must be given, as in create_buffer(values, dtype='fp32'); a shape is an "
          "int or a tuple");
    const ValueList values(arrayOrShape, toDType(dtype));
    const GilRelease released;
    return device.createBuffer(values.view());
  }
  if (!isArray(arrayOrShape))
    throwWrongType("array_or_shape", "an array, an int, a tuple of ints, or a list of numbers", arrayOrShape);
  const ArraySource source(arrayOrShape, ArraySource::Needed::WhileThisLives, ArraySource::Accepted::OnDevices);
  checkDType(dtype, source.view().dtype);
  if (source.isOnDevice()) return copyOf(share(source, device), device);
  const GilRelease released;
  return device.createBuffer(source.view());
}

/// Device.create_host_buffer(shape, dtype=None).
inline Buffer createHostBuffer(const Device& device, PyObject* given, PyObject* dtype) {
  const std::optional<Shape> shape = toShape(given);
  if (!shape) throwWrongType("shape", "an int or a tuple of ints", given);
  return device.createHostBuffer(*shape, dtype == Py_None ? DType::Float32 : toDType(dtype));
}

/// Compiler options as a str, or a list or tuple of single options.
inline std::string toOptions(PyObject* options) {
  if (options == Py_None) return "";
  if (PyUnicode_Check(options)) return textOf(options);
  if (!PyList_Check(options) && !PyTuple_Check(options)) throwWrongType("options", "a str, or a list or a tuple of str", options);
  const PyRef module(checked(PyImport_ImportModule("shlex")));
  return textOf(PyRef(checked(PyObject_CallMethod(module.get(), "join", "(O)", options))).get());
}

/// {"TILE": 16, "NAME": "text"} with True as 1 and False as 0.
inline std::vector<std::pair<std::string, std::string>> toDefines(PyObject* defines) {
  std::vector<std::pair<std::string, std::string>> result;
  if (defines == Py_None) return result;
  if (!PyDict_Check(defines)) throwWrongType("defines", "a dict of names and values, or None", defines);
  PyObject *name = nullptr, *value = nullptr;
  for (Py_ssize_t position = 0; PyDict_Next(defines, &position, &name, &value);) {
    if (!PyUnicode_Check(name)) throwWrongType("defines", "a dict whose keys are str", name);
    if (PyBool_Check(value)) {
      result.emplace_back(textOf(name), value == Py_True ? "1" : "0");
    } else if (PyUnicode_Check(value) || isInteger(value) || PyFloat_Check(value)) {
      result.emplace_back(textOf(name), textOf(PyRef(checked(PyObject_Str(value))).get()));
    } else {
      throwWrongType("defines", "a dict whose values are str, int, float or bool", value);
    }
  }
  return result;
}

/// Device.create_library(source, language=None, options=None, defines=None, name=None).
inline Library createLibrary(const Device& device, PyObject* source, PyObject* language, PyObject* options, PyObject* defines,
                             PyObject* name) {
  CompileOptions all;
  if (language != Py_None) all.language = toText(language, "language");
  all.options = toOptions(options);
  all.defines = toDefines(defines);
  all.name = toOptionalText(name, "name");
  if (PyUnicode_Check(source)) {
    const std::string text = textOf(source);
    const GilRelease released;
    return device.createLibrary(text, all);
  }
  BytesView held;
  const std::span<const std::byte> bytes = held.read(source);
  if (language == Py_None && (options != Py_None || defines != Py_None))
    throw InvalidArgumentError("options and defines are for source text, but source is a '" + typeName(source) +
                               "', which is taken for a binary; pass a str, or give its language");
  const GilRelease released;
  if (language == Py_None) return device.createLibrary(bytes);
  return device.createLibrary(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()), all);
}

/// Device.wrap(array).
inline Buffer wrap(const Device& device, PyObject* array) {
  if (tryCast<Buffer>(array))
    throw InvalidArgumentError("array is a Buffer already; slice it for a view, or copy it with create_buffer");
  auto held = hold<HeldArray>(array);
  if (held->source.isOnDevice()) {
    held->source.destination();
    const Buffer shared = share(held->source, device, [held]() mutable { held.reset(); });
    if (shared.getDevice() == device) return shared;
    throw InvalidArgumentError("the array lies on " + shared.getDevice().getId() + ", whose memory a buffer of " + device.getId() +
                               " cannot share; copy it with create_buffer");
  }
  const ArrayView& view = held->source.view().readOnly ? held->source.view() : held->source.destination();
  return device.wrap(view, [held]() mutable { held.reset(); });
}

/// Schedule.create_fill_command(buffer, value).
inline Command createFillCommand(const Schedule& schedule, const Buffer& buffer, PyObject* value) {
  const Argument number = toNumber(value, "value");
  return number.kind() == Argument::Kind::Float ? schedule.createFillCommand(buffer, number.asFloat())
                                                : schedule.createFillCommand(buffer, number);
}

/// Schedule.create_copy_from_host_command(destination, source).
inline Command createCopyFromHostCommand(const Schedule& schedule, const Buffer& destination, PyObject* source) {
  auto held = hold<HeldArray>(source);
  return schedule.createCopyFromHostCommand(destination, held->source.view(), [held]() mutable { held.reset(); });
}

/// Schedule.create_copy_to_host_command(destination, source).
inline Command createCopyToHostCommand(const Schedule& schedule, PyObject* destination, const Buffer& source) {
  auto held = hold<HeldArray>(destination);
  return schedule.createCopyToHostCommand(held->source.destination(), source, [held]() mutable { held.reset(); });
}

/// Schedule.create_call_command(function).
inline Command createCallCommand(const Schedule& schedule, PyObject* function) {
  if (!PyCallable_Check(function)) throwWrongType("function", "callable without arguments", function);
  return schedule.createCallCommand([held = hold<HeldFunction>(function)] {
    if (!Py_IsInitialized()) return;
    const PyGILState_STATE state = PyGILState_Ensure();
    PyObject* result = PyObject_CallNoArgs(held->function.get());
    if (!result) PyErr_WriteUnraisable(held->function.get());
    Py_XDECREF(result);
    PyGILState_Release(state);
  });
}

/// Schedule.create_command(kernel, args=None, grid=None, block=None, shared_bytes=0).
inline Command createCommand(const Schedule& schedule, const Kernel& kernel, PyObject* arguments, PyObject* grid, PyObject* block,
                             std::int64_t sharedBytes) {
  if (arguments == Py_None && grid == Py_None && block == Py_None) {
    if (sharedBytes != 0) throw InvalidArgumentError("shared_bytes needs args, grid and block too; or give it to command.finalize");
    return schedule.createCommand(kernel);
  }
  if (arguments == Py_None || grid == Py_None || block == Py_None)
    throw InvalidArgumentError("args, grid and block must be given together, or none of them");
  if (!PyTuple_Check(arguments) && !PyList_Check(arguments)) throwWrongType("args", "a tuple or a list", arguments);
  const ArgumentList list(PySequence_Fast_ITEMS(arguments), static_cast<std::size_t>(PySequence_Fast_GET_SIZE(arguments)));
  return schedule.createCommand(kernel, list.get(), toDim3(grid, "grid"), toDim3(block, "block"), sharedBytes);
}

/// Runtimes.get(index or name).
inline Runtime getRuntime(const Runtimes& runtimes, PyObject* key) {
  if (PyUnicode_Check(key)) return runtimes.get(textOf(key));
  if (!isInteger(key)) throwWrongType("key", "an int or the name of a runtime", key);
  return runtimes.get(toInt64(key, "index"));
}

}  // namespace nexus::python
