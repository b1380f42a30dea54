#pragma once

// Methods whose arguments Python overloads: an array or a shape, a float or an int, all arguments of a launch or none.

#include "arguments.h"
#include "deferred_release.h"

#include <array>
#include <optional>

namespace nexus::python {

/// The shape that an object spells, or nothing if it is no int, tuple or list.
inline std::optional<Shape> toShape(PyObject* object) {
  std::array<std::int64_t, Shape::maxRank> sizes{};
  if (isInteger(object)) {
    sizes[0] = toInt64(object, "shape");
    return Shape(std::span<const std::int64_t>(sizes.data(), 1));
  }
  if (!PyTuple_Check(object) && !PyList_Check(object)) return std::nullopt;
  const Py_ssize_t rank = PySequence_Fast_GET_SIZE(object);
  if (rank > static_cast<Py_ssize_t>(sizes.size()))
    throw InvalidArgumentError("the shape has " + std::to_string(rank) + " dimensions; at most " + std::to_string(sizes.size()) +
                               " are supported");
  for (Py_ssize_t i = 0; i < rank; ++i) {
    PyObject* size = PySequence_Fast_GET_ITEM(object, i);
    if (!isInteger(size))
      throw InvalidArgumentError("a " + typeName(object) + " is taken for a shape, but its item " + std::to_string(i) +
                                 " is of type '" + typeName(size) + "', not int; for values, pass numpy.asarray(values)");
    sizes[static_cast<std::size_t>(i)] = toInt64(size, "shape");
  }
  return Shape(std::span<const std::int64_t>(sizes.data(), static_cast<std::size_t>(rank)));
}

/// Device.create_buffer(array_or_shape, dtype=None).
inline Buffer createBuffer(const Device& device, PyObject* arrayOrShape, PyObject* dtype) {
  if (const std::optional<Shape> shape = toShape(arrayOrShape))
    return device.createBuffer(*shape, dtype == Py_None ? DType::Float32 : toDType(dtype));
  if (!isArray(arrayOrShape)) throwWrongType("array_or_shape", "an array, an int or a tuple of ints", arrayOrShape);
  const ArraySource source(arrayOrShape);
  if (dtype != Py_None) {
    const DType wanted = toDType(dtype);
    if (wanted != source.view().dtype)
      throw InvalidArgumentError(std::string("dtype is ") + dtypeInfo(wanted).name + ", but the array has " +
                                 dtypeInfo(source.view().dtype).name +
                                 " elements; leave dtype out, or convert with array.astype(...)");
  }
  const GilRelease released;
  return device.createBuffer(source.view());
}

/// Device.wrap(array).
inline Buffer wrap(const Device& device, PyObject* array) {
  auto held = hold<HeldArray>(array);
  const ArrayView& view = held->source.view();
  // Its memory could be written through the Buffer, by numpy() for one.
  if (view.readOnly) throw InvalidArgumentError("cannot wrap a read-only array; copy it with create_buffer(array)");
  return device.wrap(view, [held]() mutable { held.reset(); });
}

/// Buffer.fill(value).
inline void fill(const Buffer& buffer, PyObject* value) {
  if (PyBool_Check(value)) return buffer.fillInt(value == Py_True);
  if (!isInteger(value)) {
    const double number = toDouble(value, "value");
    const GilRelease released;
    return buffer.fill(number);
  }
  PyRef integer(checked(PyNumber_Index(value)));
  int overflow = 0;
  PyLong_AsLongLongAndOverflow(integer.get(), &overflow);
  if (overflow <= 0) {
    const std::int64_t number = toInt64(value, "value");
    const GilRelease released;
    return buffer.fillInt(number);
  }
  const std::uint64_t large = toUInt64(value, "value");
  const double number = static_cast<double>(large);
  if (number >= 0x1p64 || static_cast<std::uint64_t>(number) != large)
    throw InvalidArgumentError("value is " + quote(value) +
                               "; integers from 2**63 up must be exact as a float, or be copied in with copy_from");
  const GilRelease released;
  buffer.fill(number);
}

/// Schedule.create_fill_command(buffer, value).
inline Command createFillCommand(const Schedule& schedule, const Buffer& buffer, PyObject* value) {
  const double number = toDouble(value, "value");
  if (isInteger(value)) {
    PyRef back(checked(PyLong_FromDouble(number)));
    if (PyObject_RichCompareBool(back.get(), value, Py_EQ) != 1)
      throw InvalidArgumentError("value is " + quote(value) + "; integers above 2**53 must be exact as a float here");
  }
  return schedule.createFillCommand(buffer, number);
}

/// Schedule.create_copy_from_host_command(destination, source).
inline Command createCopyFromHostCommand(const Schedule& schedule, const Buffer& destination, PyObject* source) {
  auto held = hold<HeldArray>(source);
  return schedule.createCopyFromHostCommand(destination, held->source.view(), [held]() mutable { held.reset(); });
}

/// Schedule.create_copy_to_host_command(destination, source).
inline Command createCopyToHostCommand(const Schedule& schedule, PyObject* destination, const Buffer& source) {
  auto held = hold<HeldArray>(destination);
  return schedule.createCopyToHostCommand(held->source.view(), source, [held]() mutable { held.reset(); });
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

/// The node at a pointer, or the node itself if that is empty.
inline Info descend(const Info& info, const std::string& pointer) { return pointer.empty() ? info : info.at(pointer); }

/// Info.to_python(): the whole node as dict, list, str, int, float, bool or None.
inline PyObject* toPlainPython(const Info& info) {
  switch (info.getKind()) {
    case Info::Kind::Null: return Py_NewRef(Py_None);
    case Info::Kind::Bool: return toPython(info.getBool());
    case Info::Kind::Int: return toPython(info.getInt());
    case Info::Kind::Float: return toPython(info.getFloat());
    case Info::Kind::String: return toPython(info.getString());
    default: break;
  }
  PyRef json(checked(PyImport_ImportModule("json")));
  return PyObject_CallMethod(json.get(), "loads", "N", checked(toPython(info.toJson())));
}

/// Info.get(key, default=None).
inline PyObject* getOr(const Info& info, const std::string& key, PyObject* otherwise) {
  return info.contains(key) ? toPython(info.at(key)) : Py_NewRef(otherwise);
}

}  // namespace nexus::python
