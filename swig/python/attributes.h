#pragma once

// Read-only attributes: the C++ accessors getX() without arguments.

#include "array_out.h"
#include "dtypes.h"

#include <functional>

namespace nexus::python {

template <class>
struct AccessorOf;
template <class Owner, class Value>
struct AccessorOf<Value (Owner::*)() const> {
  using Class = Owner;
};
template <class Owner, class Value>
struct AccessorOf<Value (Owner::*)() const noexcept> {
  using Class = Owner;
};
template <class Owner, class Value>
struct AccessorOf<Value Owner::*> {
  using Class = Owner;
};

/// Reads the attribute behind a member function or a data member.
template <auto Member>
PyObject* attribute(PyObject* object, void*) noexcept {
  using Class = typename AccessorOf<decltype(Member)>::Class;
  return guarded([&] { return toPython(std::invoke(Member, self<Class>(object))); });
}

/// `properties` of Device and Runtime: a mapping made in Python.
inline PyObject* propertyMap(PyObject* object, void*) noexcept {
  return guarded([&]() -> PyObject* {
    PyRef module(checked(PyImport_ImportModule("nexus.property_map")));
    PyRef type(checked(PyObject_GetAttrString(module.get(), "PropertyMap")));
    return PyObject_CallOneArg(type.get(), object);
  });
}

/// `arguments` of a Kernel: None if the library does not tell.
inline PyObject* kernelArguments(PyObject* object, void*) noexcept {
  return guarded([&]() -> PyObject* {
    const Kernel& kernel = self<Kernel>(object);
    return kernel.hasArguments() ? toTuple(kernel.getArguments()) : Py_NewRef(Py_None);
  });
}

/// `timed` of a Schedule, the one attribute that can be set.
inline PyObject* isTimed(PyObject* object, void*) noexcept {
  return guarded([&] { return toPython(self<Schedule>(object).isTimed()); });
}
inline int setTimed(PyObject* object, PyObject* value, void*) noexcept {
  return guardedNumber([&] {
    if (!value) throw InvalidArgumentError("timed cannot be deleted; set it to False");
    self<Schedule>(object).setTimed(toBool(value, "timed"));
    return 0;
  });
}

inline PyObject* itemSize(PyObject* object, void*) noexcept {
  return guarded([&] { return toPython(dtypeInfo(self<Buffer>(object).getDType()).size); });
}
inline PyObject* dimensions(PyObject* object, void*) noexcept {
  return guarded([&] { return toPython(self<Buffer>(object).getShape().rank()); });
}
inline PyObject* elementCount(PyObject* object, void*) noexcept {
  return guarded([&] {
    std::int64_t count = 1;
    for (const std::int64_t extent : self<Buffer>(object).getShape()) count *= extent;
    return toPython(count);
  });
}

#define NEXUS_ATTRIBUTE(name, member, text) {name, attribute<&member>, nullptr, text, nullptr}
#define NEXUS_ATTRIBUTES_END {nullptr, nullptr, nullptr, nullptr, nullptr}

template <class T>
inline PyGetSetDef attributes[] = {NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<System>[] = {
    NEXUS_ATTRIBUTE("runtimes", System::getRuntimes, "The runtimes that could be opened, sorted by name."),
    NEXUS_ATTRIBUTE("plugin_records", System::getPluginRecords,
                    "What became of every candidate for a plugin, in the order they were tried."),
    NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<Runtime>[] = {
    NEXUS_ATTRIBUTE("name", Runtime::getName, "Name of the runtime, such as 'cpu'."),
    NEXUS_ATTRIBUTE("plugin_path", Runtime::getPluginPath, "The plugin's file."),
    NEXUS_ATTRIBUTE("devices", Runtime::getDevices, "The devices of the runtime, in a stable order."),
    {"properties", propertyMap, nullptr, "What the runtime knows of itself, as a mapping from name to value.", nullptr},
    NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<Device>[] = {
    NEXUS_ATTRIBUTE("runtime", Device::getRuntime, "The runtime that offers the device."),
    NEXUS_ATTRIBUTE("index", Device::getIndex, "Position in its runtime."),
    NEXUS_ATTRIBUTE("id", Device::getId, "Name by which get_device finds it, such as 'cpu:0'."),
    NEXUS_ATTRIBUTE("default_stream", Device::getDefaultStream, "The stream that is used where none is given."),
    {"properties", propertyMap, nullptr, "What the device knows of itself, as a mapping from name to value.", nullptr},
    NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<Buffer>[] = {
    NEXUS_ATTRIBUTE("device", Buffer::getDevice, "The device that the memory belongs to."),
    NEXUS_ATTRIBUTE("shape", Buffer::getShape, "Elements in each dimension."),
    NEXUS_ATTRIBUTE("strides", Buffer::getStrides, "Bytes from one element to the next in each dimension."),
    NEXUS_ATTRIBUTE("dtype", Buffer::getDType, "Type of the elements, a nexus.DType."),
    NEXUS_ATTRIBUTE("nbytes", Buffer::getByteSize, "Bytes of all elements."),
    {"itemsize", itemSize, nullptr, "Bytes of one element.", nullptr},
    {"ndim", dimensions, nullptr, "Number of dimensions.", nullptr},
    {"size", elementCount, nullptr, "Number of elements.", nullptr},
    NEXUS_ATTRIBUTE("offset", Buffer::getOffset, "Bytes from the start of the memory to the first element."),
    NEXUS_ATTRIBUTE("is_contiguous", Buffer::isContiguous, "Whether the elements lie one after the other in row-major order."),
    NEXUS_ATTRIBUTE("is_read_only", Buffer::isReadOnly,
                    "Whether this is the memory of a read-only array, which nothing may write."),
    {"__cuda_array_interface__", cudaArrayInterface, nullptr,
     "The memory of a CUDA device for libraries that ask so; waits for the device's default stream.", nullptr},
    NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<Library>[] = {
    NEXUS_ATTRIBUTE("device", Library::getDevice, "The device that the code is loaded for."),
    NEXUS_ATTRIBUTE("path", Library::getPath, "File that the library was loaded from, '' if it came from memory."),
    NEXUS_ATTRIBUTE("kernels", Library::getKernels, "The kernels that the library tells of, in the order of their names."),
    NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<KernelArgument>[] = {
    NEXUS_ATTRIBUTE("name", KernelArgument::name, "Name in the kernel's source, '' if it is not known."),
    NEXUS_ATTRIBUTE("is_buffer", KernelArgument::isBuffer, "True for a buffer, False for a scalar."),
    NEXUS_ATTRIBUTE("dtype", KernelArgument::dtype, "Type of the scalar or of the buffer's elements, None if it is not known."),
    NEXUS_ATTRIBUTE("size", KernelArgument::size, "Bytes of the scalar or of one element, 0 if it is not known."),
    NEXUS_ATTRIBUTE("access", KernelArgument::access,
                    "What the kernel does with a buffer: 'read', 'write', 'read_write' or 'unknown'."),
    NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<Kernel>[] = {
    NEXUS_ATTRIBUTE("library", Kernel::getLibrary, "The library that the kernel comes from."),
    NEXUS_ATTRIBUTE("device", Kernel::getDevice, "The device that the kernel runs on."),
    NEXUS_ATTRIBUTE("name", Kernel::getName, "Name of the function."),
    {"arguments", kernelArguments, nullptr,
     "The declared arguments, or None if the library does not tell: what is passed is then not checked.", nullptr},
    NEXUS_ATTRIBUTE("shared_bytes", Kernel::getSharedBytes, "Shared memory of one block that the kernel declares itself."),
    NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<Stream>[] = {NEXUS_ATTRIBUTE("device", Stream::getDevice, "The device that the stream belongs to."),
                                           NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<Event>[] = {
    NEXUS_ATTRIBUTE("device", Event::getDevice, "The device that the event belongs to."),
    NEXUS_ATTRIBUTE("value", Event::getValue, "The present value. Raises what failed if the command that was to raise it failed."),
    NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<Schedule>[] = {
    NEXUS_ATTRIBUTE("device", Schedule::getDevice, "The device that the schedule runs on."),
    NEXUS_ATTRIBUTE("commands", Schedule::getCommands, "The commands, in the order in which they run."),
    {"timed", isTimed, setTimed,
     "Whether later runs measure their commands; can be set. Costs a time stamp or two for each command.", nullptr},
    NEXUS_ATTRIBUTE("duration", Schedule::getDuration,
                    "Nanoseconds that all commands took in the last timed run that has completed."),
    NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<Command>[] = {
    NEXUS_ATTRIBUTE("kind", Command::getKind, "'launch', 'copy', 'fill', 'signal', 'wait' or 'call'."),
    NEXUS_ATTRIBUTE("duration", Command::getDuration,
                    "Nanoseconds that the command took in the last timed run of its schedule that has completed."),
    NEXUS_ATTRIBUTE("schedule", Command::getSchedule, "The schedule that the command is part of."),
    NEXUS_ATTRIBUTE("kernel", Command::getKernel, "Kernel of a launch command; raises InvalidArgumentError for other kinds."),
    NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<Info>[] = {
    NEXUS_ATTRIBUTE("kind", Info::getKind, "'object', 'array', 'string', 'int', 'float', 'bool' or 'null'."),
    NEXUS_ATTRIBUTE("pointer", Info::getPointer, "JSON pointer of this node in its file, such as '/Products/NVIDIA H200'."),
    NEXUS_ATTRIBUTE("entry_name", Info::getEntryName, "Name of the entry, such as 'nvidia-gpu-sm_90'."),
    NEXUS_ATTRIBUTE("path", Info::getPath, "File that the entry was read from."), NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<Database>[] = {
    NEXUS_ATTRIBUTE("folders", Database::getFolders, "The folders that are searched, in this order."),
    NEXUS_ATTRIBUTE("names", Database::getNames, "Names of all entries, sorted. Reads none of them."),
    NEXUS_ATTRIBUTE("problems", Database::getProblems, "The entries that cannot be used, with the reasons. Reads all."),
    NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<DatabaseMatch>[] = {
    NEXUS_ATTRIBUTE("entry", DatabaseMatch::entry, "Name of the entry."),
    NEXUS_ATTRIBUTE("product", DatabaseMatch::product,
                    "Key of the product below /Products, '' if the name is not that of one product."),
    NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<DatabaseProblem>[] = {
    NEXUS_ATTRIBUTE("entry", DatabaseProblem::entry, "Name of the entry."),
    NEXUS_ATTRIBUTE("reason", DatabaseProblem::reason,
                    "Why it cannot be used: the file, the JSON pointer and what is wrong there."),
    NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<Compatibility>[] = {
    NEXUS_ATTRIBUTE("fit", Compatibility::fit, "'exact', 'family', 'portable' or 'none'."),
    NEXUS_ATTRIBUTE("rank", Compatibility::rank,
                    "For choosing among several that run: the larger, the better; 0 if it does not run."),
    NEXUS_ATTRIBUTE("reason", Compatibility::reason, "In words, the rule that decided."), NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<Occupancy>[] = {
    NEXUS_ATTRIBUTE("blocks", Occupancy::blocks, "Blocks that one core holds at the same time; 0 if not even one fits."),
    NEXUS_ATTRIBUTE("subgroups", Occupancy::subgroups, "Warps or waves of these blocks."),
    NEXUS_ATTRIBUTE("max_subgroups", Occupancy::maxSubgroups, "Warps or waves that a core can hold at most."),
    NEXUS_ATTRIBUTE("fraction", Occupancy::fraction, "subgroups / max_subgroups."),
    NEXUS_ATTRIBUTE("limit", Occupancy::limit,
                    "What sets the limit: 'subgroups', 'blocks', 'registers', 'scalar registers', 'shared memory' or 'barriers'."),
    NEXUS_ATTRIBUTE("reason", Occupancy::reason, "The limit in words, with the numbers."),
    NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<Peak>[] = {
    NEXUS_ATTRIBUTE("unit", Peak::unit, "'Vector', 'VectorPacked', 'Matrix' or 'MatrixSparse', as in the database."),
    NEXUS_ATTRIBUTE("input", Peak::input, "Element type, such as 'fp32'."),
    NEXUS_ATTRIBUTE("accumulator", Peak::accumulator, "Element type of the sums of matrix units, '' for others."),
    NEXUS_ATTRIBUTE("ops_per_second", Peak::opsPerSecond, "Operations per second; a multiply-add counts as 2."),
    NEXUS_ATTRIBUTE("ridge", Peak::ridge, "Operations per byte from which on the memory is no longer the limit."),
    NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<Roofline>[] = {
    NEXUS_ATTRIBUTE("name", Roofline::name, "Name of the device or the product."),
    NEXUS_ATTRIBUTE("bandwidth", Roofline::bandwidth, "Bandwidth of the device's memory in bytes per second."),
    NEXUS_ATTRIBUTE("peaks", Roofline::peaks, "The roofs, by unit."), NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<PluginRecord>[] = {
    NEXUS_ATTRIBUTE("state", PluginRecord::state, "'available', 'no device', 'unavailable' or 'refused'."),
    NEXUS_ATTRIBUTE("path", PluginRecord::path, "The plugin's file."),
    NEXUS_ATTRIBUTE("name", PluginRecord::name, "Name of the runtime, '' if it is not known."),
    NEXUS_ATTRIBUTE("version", PluginRecord::version, "Version of the plugin, '' if it is not known."),
    NEXUS_ATTRIBUTE("reason", PluginRecord::reason, "Why the state is not 'available', otherwise ''."),
    NEXUS_ATTRIBUTES_END};

template <>
inline PyGetSetDef attributes<PropertyInfo>[] = {
    NEXUS_ATTRIBUTE("name", PropertyInfo::name, "Name of the property."),
    NEXUS_ATTRIBUTE("type", PropertyInfo::type, "'str', 'int', 'float', 'list of str', 'list of int' or 'list of float'."),
    NEXUS_ATTRIBUTE("is_live", PropertyInfo::isLive, "True if the value may change while the object lives."),
    NEXUS_ATTRIBUTE("unit", PropertyInfo::unit, "'B', 'MHz', ... or '' for names and counts."),
    NEXUS_ATTRIBUTE("meaning", PropertyInfo::meaning, "One sentence."),
    NEXUS_ATTRIBUTES_END};

#undef NEXUS_ATTRIBUTE
#undef NEXUS_ATTRIBUTES_END

}  // namespace nexus::python
