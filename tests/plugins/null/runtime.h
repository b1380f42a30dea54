#pragma once

#include "callback_thread.h"
#include "memory.h"

struct nxs_device {
  null_plugin::CallbackThread callbacks;
  std::atomic<std::uint64_t> memory_used{0};
};

struct nxs_runtime {
  nxs_device device;
};

namespace null_plugin {

/// Both return false if the property is not known. The values live as long as the plugin.
bool runtimeProperty(const char* name, std::uint32_t property, nxs_value& value);
bool deviceProperty(const nxs_device& device, std::uint32_t property, nxs_value& value);

}  // namespace null_plugin
