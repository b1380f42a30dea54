#include "access.h"
#include "runtime_object.h"

#include "stream_object.h"

namespace nexus {

namespace detail {

RuntimeObject::RuntimeObject(const PluginModule& plugin)
    : plugin_(&plugin),
      properties_(
          plugin.name(),
          [this](std::uint32_t property, nxs_value* value) {
            checkProcess();
            return this->plugin().table().runtime_property(native_, property, value);
          },
          [this](nxs_status status, const std::string& what) { this->plugin().fail(status, what); }) {
  const nxs_plugin_table& table = plugin.table();
  if (const nxs_status status = table.runtime_open(&native_); status != NXS_SUCCESS)
    plugin.fail(status, "cannot open runtime '" + plugin.name() + "'");
  try {
    std::uint32_t count = 0;
    if (const nxs_status status = table.runtime_device_count(native_, &count); status != NXS_SUCCESS)
      plugin.fail(status, "cannot count the devices of runtime '" + plugin.name() + "'");
    for (std::uint32_t i = 0; i < count; ++i) {
      nxs_device* device = nullptr;
      if (const nxs_status status = table.runtime_device(native_, i, &device); status != NXS_SUCCESS)
        plugin.fail(status, "cannot get device " + std::to_string(i) + " of runtime '" + plugin.name() + "'");
      devices_.push_back(std::make_unique<DeviceObject>(*this, plugin, device, i));
    }
  } catch (...) {
    devices_.clear();
    table.runtime_close(native_);
    throw;
  }
}

RuntimeObject::~RuntimeObject() {
  devices_.clear();
  if (forkGeneration() == generation_) plugin().table().runtime_close(native_);
}

void RuntimeObject::checkProcess() const {
  if (forkGeneration() != generation_)
    throw UnavailableError("runtime '" + plugin().name() +
                           "' was opened by the parent of this forked process; get it anew in the child");
}

const DeviceObject& RuntimeObject::device(std::int64_t index) const {
  if (index < 0 || index >= static_cast<std::int64_t>(devices_.size()))
    throw NotFoundError("runtime '" + plugin().name() + "' has no device " + std::to_string(index) + "; it has " +
                        (devices_.empty()       ? std::string("none")
                         : devices_.size() == 1 ? std::string("device 0 only")
                                                : "devices 0 to " + std::to_string(devices_.size() - 1)));
  return *devices_[static_cast<std::size_t>(index)];
}

namespace {
const RuntimeObject& runtimeOf(const Handle& handle) { return Access::of<RuntimeObject>(handle); }
}  // namespace

}  // namespace detail

using detail::Access;
using detail::runtimeOf;

const std::string& Runtime::getName() const { return runtimeOf(*this).plugin().name(); }
const std::string& Runtime::getPluginPath() const { return runtimeOf(*this).plugin().path(); }
Devices Runtime::getDevices() const { return Access::handle<Devices>(runtimeOf(*this)); }
Device Runtime::getDevice(std::int64_t index) const { return runtimeOf(*this).device(index).acquire<Device, Access>(); }
PropertyValue Runtime::getPropertyValue(Property property) const { return runtimeOf(*this).properties().value(property); }
std::vector<Property> Runtime::getProperties() const { return runtimeOf(*this).properties().known(); }

template <class T>
T Runtime::getProperty(Property property) const {
  return runtimeOf(*this).properties().get<T>(property);
}
template std::string Runtime::getProperty(Property) const;
template std::int64_t Runtime::getProperty(Property) const;
template double Runtime::getProperty(Property) const;
template std::vector<std::string> Runtime::getProperty(Property) const;
template std::vector<std::int64_t> Runtime::getProperty(Property) const;
template std::vector<double> Runtime::getProperty(Property) const;

std::size_t Devices::size() const { return runtimeOf(*this).deviceCount(); }
Device Devices::get(std::int64_t index) const { return runtimeOf(*this).device(index).acquire<Device, Access>(); }

}  // namespace nexus
