#pragma once

// Properties of Device and Runtime: get_property(name) and its typed forms. Hot, so called without an argument tuple.

#include "objects.h"

#include <variant>

namespace nexus::python {

PyObject* propertyToPython(const auto& value) { return toPython(value); }
template <class T>
PyObject* propertyToPython(const std::vector<T>& values) {
  PyRef list(checked(PyList_New(static_cast<Py_ssize_t>(values.size()))));
  for (std::size_t i = 0; i < values.size(); ++i)
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), checked(toPython(values[i])));
  return list.release();
}

inline Property propertyOf(PyObject* name) {
  Py_ssize_t size = 0;
  const char* text = PyUnicode_Check(name) ? PyUnicode_AsUTF8AndSize(name, &size) : nullptr;
  if (text) return findProperty({text, static_cast<std::size_t>(size)}).id;
  if (PyErr_Occurred()) throw PythonError{};
  throwWrongType("name", "a str such as 'Name'", name);
}

/// get_property_str(name) and its like.
template <class Owner, class T>
PyObject* getProperty(PyObject* object, PyObject* name) noexcept {
  return guarded([&] { return propertyToPython(self<Owner>(object).template getProperty<T>(propertyOf(name))); });
}

/// get_property(name).
template <class Owner>
PyObject* getAnyProperty(PyObject* object, PyObject* name) noexcept {
  return guarded([&] {
    const PropertyValue value = self<Owner>(object).getPropertyValue(propertyOf(name));
    return std::visit([](const auto& held) { return propertyToPython(held); }, value);
  });
}

/// get_property_source(name).
template <class Owner>
PyObject* propertySource(PyObject* object, PyObject* name) noexcept {
  return guarded([&] {
    const Owner& owner = self<Owner>(object);
    const Property property = propertyOf(name);
    if constexpr (std::is_same_v<Owner, Device>) return toPython(propertySourceName(owner.getPropertySource(property)));
    owner.getPropertyValue(property);
    return toPython(propertySourceName(PropertySource::Runtime));
  });
}

/// get_property_from(source, name).
template <class Owner>
PyObject* getPropertyFrom(PyObject* object, PyObject* const* arguments, Py_ssize_t count) noexcept {
  return guarded([&] {
    if (count != 2 || !PyUnicode_Check(arguments[0]))
      throw InvalidArgumentError("get_property_from() takes the source, 'runtime' or 'database', and the name of the property");
    const std::string source = textOf(arguments[0]);
    const bool isRuntime = source == propertySourceName(PropertySource::Runtime);
    if (!isRuntime && source != propertySourceName(PropertySource::Database))
      throw InvalidArgumentError("source is '" + source + "', expected 'runtime' or 'database'");
    const Owner& owner = self<Owner>(object);
    const Property property = propertyOf(arguments[1]);
    const auto read = [&]() -> PropertyValue {
      if constexpr (std::is_same_v<Owner, Device>)
        return owner.getPropertyValue(property, isRuntime ? PropertySource::Runtime : PropertySource::Database);
      else if (isRuntime)
        return owner.getPropertyValue(property);
      throw NotFoundError("the database has entries of devices, not of runtimes");
    };
    return std::visit([](const auto& held) { return propertyToPython(held); }, read());
  });
}

/// Names of the properties that an object knows, in the order of the table.
template <class Owner>
PyObject* knownProperties(PyObject* object, PyObject*) noexcept {
  return guarded([&] {
    std::vector<std::string> names;
    for (const Property property : self<Owner>(object).getProperties()) names.emplace_back(propertyInfo(property).name);
    return toPython(names);
  });
}

}  // namespace nexus::python
