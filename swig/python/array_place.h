#pragma once

// Where arrays lie: the devices of DLPack and those of Nexus.

#include "array_in.h"

#include <nexus/system.h>

#include <algorithm>

namespace nexus::python {

/// How DLPack names the memory of a device; nothing if it does not.
inline std::optional<DLDevice> placeOf(const Device& device) {
  try {
    const auto place = device.getProperty<std::vector<std::int64_t>>(Property::DlpackDevice);
    return DLDevice{static_cast<DLDeviceType>(place.at(0)), static_cast<std::int32_t>(place.at(1))};
  } catch (const NotFoundError&) {
    return std::nullopt;
  }
}

/// A buffer over the memory of an array that lies on a device: of `preferred` where that can be. `release` is called when nothing
/// uses the memory any more, and not if this throws.
inline Buffer share(const ArraySource& source, const Device& preferred, const std::function<void()>& release = {}) {
  const DLDevice& place = source.place();
  const char* const name = place.device_type == kDLROCM ? "hip" : "cuda";
  std::vector<Device> devices = {preferred};
  try {
    const Devices all = getDevice(name).getRuntime().getDevices();
    for (std::size_t i = 0; i < all.size(); ++i)
      if (!(all[i] == preferred)) devices.push_back(all[i]);
  } catch (const Error&) {  // then there is no other one
  }
  std::string reason;
  for (const Device& device : devices) {
    const std::optional<DLDevice> own = placeOf(device);
    if (!own || own->device_type != place.device_type || (place.device_id >= 0 && own->device_id != place.device_id)) continue;
    try {
      const GilRelease released;
      return device.wrapDeviceMemory(source.view(), source.producerStream(), release);
    } catch (const UnsupportedError& e) {
      reason = e.what();
    }
  }
  if (reason.empty()) ArraySource::throwOnDevice(place.device_type, std::max(place.device_id, 0));
  throw InvalidArgumentError("the array lies on a device, but its memory cannot be used: " + reason);
}

}  // namespace nexus::python
