// What the first use of a device makes.
#pragma once

#include "clock.h"
#include "device_facts.h"

namespace nexus::opencl {

struct DeviceContext {
  /// Throws PluginError if the driver makes no context.
  DeviceContext(const Platform& platform, const DeviceFacts& facts);

  const Platform& platform;
  const DeviceFacts& facts;
  Context context;
  mutable Clock clock{*this};
};

}  // namespace nexus::opencl
