#pragma once

// What devices can do, for a device as Python names it: a Device, an entry, or a name.

#include "numbers.h"
#include "properties.h"

namespace nexus::python {

inline DeviceModel toDeviceModel(PyObject* device) {
  if (const Device* live = tryCast<Device>(device)) return DeviceModel::of(*live);
  if (const Info* entry = tryCast<Info>(device)) return DeviceModel::of(*entry);
  if (PyUnicode_Check(device)) return DeviceModel::of(textOf(device));
  throwWrongType("device", "a Device, an Info or the name of a product or an architecture", device);
}

/// _occupancy(device, threads, registers, shared_bytes, scalar_registers, subgroup_size, barriers).
inline Occupancy occupancyOf(PyObject* device, std::int64_t threads, std::int64_t registers, std::int64_t shared_bytes,
                             std::int64_t scalar_registers, std::int64_t subgroup_size, std::int64_t barriers) {
  return nexus::occupancy(BlockResources{threads, registers, shared_bytes, scalar_registers, subgroup_size, barriers},
                          toDeviceModel(device));
}

inline Roofline rooflineOf(PyObject* device) { return nexus::roofline(toDeviceModel(device)); }

inline std::string compileFlagsOf(PyObject* device, const std::string& compiler, const std::string& version,
                                  const std::string& target) {
  return nexus::compileFlags(toDeviceModel(device), compiler, version, target);
}

/// A device by its entry, or by two numbers that somebody has measured.
inline Roofline toRoofline(PyObject* device, const std::string& input) {
  if (const Roofline* known = tryCast<Roofline>(device)) return *known;
  if (!PyTuple_Check(device)) return rooflineOf(device);
  if (PyTuple_GET_SIZE(device) != 2)
    throw InvalidArgumentError("a device as a tuple is (operations per second, bytes per second), not a tuple of " +
                               std::to_string(PyTuple_GET_SIZE(device)));
  const double peak = toDouble(PyTuple_GET_ITEM(device, 0), "peak"), bandwidth = toDouble(PyTuple_GET_ITEM(device, 1), "bandwidth");
  return Roofline{"(" + quote(PyTuple_GET_ITEM(device, 0)) + ", " + quote(PyTuple_GET_ITEM(device, 1)) + ")",
                  bandwidth,
                  {Peak{"Vector", input, "", peak, peak / bandwidth}}};
}

/// distribute(work, devices, intensity, dtype, multiple).
inline PyObject* distributeOver(std::int64_t work, PyObject* devices, double intensity, const std::string& dtype,
                                std::int64_t multiple) {
  PyRef list(PySequence_Fast(devices, "devices"));
  if (!list) {
    PyErr_Clear();
    throwWrongType("devices", "a list of devices", devices);
  }
  std::vector<Roofline> rooflines;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(list.get()); ++i)
    rooflines.push_back(toRoofline(PySequence_Fast_GET_ITEM(list.get(), i), dtype));
  return propertyToPython(nexus::distribute(work, rooflines, intensity, dtype, multiple));
}

inline Peak peakOf(const Roofline& roofline, const std::string& input) { return roofline.getPeak(input); }

}  // namespace nexus::python
