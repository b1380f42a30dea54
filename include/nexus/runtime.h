#pragma once

#include <nexus/device.h>

namespace nexus {

class Devices;

/// A vendor's runtime, brought by a plugin, with its devices.
class NEXUS_API Runtime : public Handle {
 public:
  Runtime() = default;
  /// "cpu", "cuda", ...
  const std::string& getName() const;
  /// The plugin's file.
  const std::string& getPluginPath() const;
  Devices getDevices() const;
  /// Throws NotFoundError that says how many there are.
  Device getDevice(std::int64_t index) const;

  /// See Device::getProperty.
  template <class T>
  T getProperty(std::string_view name) const {
    return getProperty<T>(findProperty(name).id);
  }
  template <class T>
  T getProperty(Property property) const;
  PropertyValue getPropertyValue(Property property) const;
  std::vector<Property> getProperties() const;

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

#ifndef SWIG  // cannot parse these
extern template NEXUS_API std::string Runtime::getProperty(Property) const;
extern template NEXUS_API std::int64_t Runtime::getProperty(Property) const;
extern template NEXUS_API double Runtime::getProperty(Property) const;
extern template NEXUS_API std::vector<std::string> Runtime::getProperty(Property) const;
extern template NEXUS_API std::vector<std::int64_t> Runtime::getProperty(Property) const;
extern template NEXUS_API std::vector<double> Runtime::getProperty(Property) const;
#endif

/// The devices of one runtime, in a stable order.
class NEXUS_API Devices : public Handle {
 public:
  Devices() = default;
  std::size_t size() const;
  /// Throws NotFoundError that says how many there are.
  Device get(std::int64_t index) const;
  Device operator[](std::int64_t index) const { return get(index); }

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

}  // namespace nexus
