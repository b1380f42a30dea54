#pragma once

#include "device_object.h"

#include <nexus/runtime.h>

namespace nexus::detail {

/// An open runtime of a plugin. Owns its devices.
class RuntimeObject : public Object {
 public:
  static constexpr const char* kind = "Runtime";

  /// Opens the runtime. Throws UnavailableError with the plugin's reason.
  explicit RuntimeObject(const PluginModule& plugin);
  ~RuntimeObject() override;

  const PluginModule& plugin() const noexcept { return static_cast<const PluginModule&>(*plugin_.get()); }
  const PropertyCache& properties() const noexcept { return properties_; }
  std::size_t deviceCount() const noexcept { return devices_.size(); }
  const DeviceObject& device(std::int64_t index) const;

 private:
  void checkProcess() const;

  Ref plugin_;
  nxs_runtime* native_ = nullptr;
  std::uint32_t generation_ = forkGeneration();
  PropertyCache properties_;
  std::vector<std::unique_ptr<DeviceObject>> devices_;
};

}  // namespace nexus::detail
