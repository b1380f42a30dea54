#include "access.h"
#include "buffer_object.h"
#include "database.h"
#include "database_property.h"
#include "event_object.h"
#include "log.h"
#include "runtime_object.h"
#include "stream_object.h"

namespace nexus {

namespace detail {

DeviceObject::DeviceObject(const RuntimeObject& runtime, const PluginModule& plugin, nxs_device* native, std::size_t index)
    : Embedded(runtime),
      runtime_(runtime),
      plugin_(plugin),
      native_(native),
      index_(index),
      id_(plugin.name() + ":" + std::to_string(index)),
      properties_(
          id_,
          [this](std::uint32_t property, nxs_value* value) {
            checkProcess();
            return table().device_property(native_, property, value);
          },
          [this](nxs_status status, const std::string& what) { plugin_.fail(status, what); }, [this] { return databaseLookup(); }) {
}

PropertyCache::Lookup DeviceObject::databaseLookup() const {
  const auto text = [this](Property property) {
    const PropertyValue* value = properties_.find(propertyInfo(property));
    return value ? std::get<std::string>(*value) : std::string();
  };
  try {
    const Database database = Database::get();
    std::optional<Info> entry =
        databaseOf(database).ofDevice(text(Property::Vendor), text(Property::Type), text(Property::Architecture));
    if (!entry) return {};
    return [properties = DatabaseProperties(*entry, productOf(*entry, text(Property::Name)))](const PropertyInfo& info) {
      return properties.find(info);
    };
  } catch (const UnavailableError& e) {
    // A file that cannot be used is told of by getInfo(); it must not spoil what the runtime knows.
    log(NXS_LOG_WARN, "database", e.what());
    return {};
  }
}

DeviceObject::~DeviceObject() = default;

void DeviceObject::throwForked() const {
  throw UnavailableError(
      id_ +
      " was opened by the parent of this forked process and cannot be used here; get the device anew in the child, "
      "or start the process with 'spawn'");
}

void DeviceObject::throwMissingEntry(const char* entry) const {
  throw UnsupportedError(id_ + ": the plugin '" + plugin_.name() + "' does not offer " + entry);
}

const DeviceLimits& DeviceObject::limits() const {
  limitsRead_.call([this] {
    constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();
    const auto read = [this](Property property) {
      const PropertyValue* value = properties_.find(propertyInfo(property));
      return value ? std::get<std::int64_t>(*value) : unlimited;
    };
    const auto readDims = [this](Property property, std::int64_t (&dims)[3]) {
      const PropertyValue* value = properties_.find(propertyInfo(property));
      for (std::size_t i = 0; i < 3; ++i) {
        const auto* list = value ? &std::get<std::vector<std::int64_t>>(*value) : nullptr;
        dims[i] = list && i < list->size() ? (*list)[i] : unlimited;
      }
    };
    limits_.maxThreadsPerBlock = read(Property::MaxThreadsPerBlock);
    limits_.maxSharedMemoryPerBlock = read(Property::MaxSharedMemoryPerBlock);
    limits_.maxBufferSize = read(Property::MaxBufferSize);
    limits_.hasPeerCopy = read(Property::HasPeerCopy) == 1;
    limits_.hasTimestamps = read(Property::HasTimestamps) == 1;
    readDims(Property::MaxBlockDims, limits_.maxBlock);
    readDims(Property::MaxGridDims, limits_.maxGrid);
  });
  return limits_;
}

StreamObject& DeviceObject::defaultStream() const {
  defaultStreamMade_.call([this] { defaultStream_ = std::make_unique<StreamObject>(*this, "default stream"); });
  return *defaultStream_;
}

StreamObject& DeviceObject::uploadStream() const {
  uploadStreamMade_.call([this] { uploadStream_ = std::make_unique<StreamObject>(*this, "upload stream"); });
  return *uploadStream_;
}

namespace {
const DeviceObject& deviceOf(const Handle& handle) { return Access::of<DeviceObject>(handle); }
}  // namespace
}  // namespace detail

using detail::Access;
using detail::deviceOf;

Runtime Device::getRuntime() const { return Access::handle<Runtime>(deviceOf(*this).runtime()); }
std::size_t Device::getIndex() const { return deviceOf(*this).index(); }
const std::string& Device::getId() const { return deviceOf(*this).id(); }
PropertyValue Device::getPropertyValue(Property property) const { return deviceOf(*this).properties().value(property); }
std::vector<Property> Device::getProperties() const { return deviceOf(*this).properties().known(); }
PropertyValue Device::getPropertyValue(Property property, PropertySource source) const {
  return deviceOf(*this).properties().valueFrom(property, source);
}
PropertySource Device::getPropertySource(Property property) const { return deviceOf(*this).properties().source(property); }

template <class T>
T Device::getProperty(Property property) const {
  return deviceOf(*this).properties().get<T>(property);
}
template std::string Device::getProperty(Property) const;
template std::int64_t Device::getProperty(Property) const;
template double Device::getProperty(Property) const;
template std::vector<std::string> Device::getProperty(Property) const;
template std::vector<std::int64_t> Device::getProperty(Property) const;
template std::vector<double> Device::getProperty(Property) const;

Stream Device::createStream() const { return Access::handle<Stream>(*new detail::StreamObject(deviceOf(*this))); }

Stream Device::getDefaultStream() const {
  const detail::Ref stream = deviceOf(*this).defaultStream().reference();
  return Access::handle<Stream>(*stream.get());
}

Event Device::createEvent(std::uint64_t initial) const {
  return Access::handle<Event>(*new detail::EventObject(deviceOf(*this), initial));
}

}  // namespace nexus
