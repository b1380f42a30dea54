// Readings of the kernel's driver amdgpu, from files below /sys/bus/pci/devices: they need no library and no context.
#include "plugins/gpu/vendor_functions.h"

#include "plugins/gpu/library_folders.h"

#include <algorithm>
#include <cctype>
#include <fstream>

namespace nexus::gpu_plugin {

namespace {

std::optional<double> readNumber(const std::string& path) {
  std::ifstream file(path);
  double value = 0;
  if (!(file >> value)) return std::nullopt;
  return value;
}

struct Sensor {
  std::uint32_t property;
  const char* pattern;
  double factor;
};
constexpr Sensor sensors[] = {
    {NXS_PROPERTY_Utilization, "gpu_busy_percent", 1},
    {NXS_PROPERTY_MemoryUtilization, "mem_busy_percent", 1},
    {NXS_PROPERTY_Power, "hwmon/hwmon*/power1_average", 1e-6},
    {NXS_PROPERTY_Power, "hwmon/hwmon*/power1_input", 1e-6},
    {NXS_PROPERTY_Temperature, "hwmon/hwmon*/temp1_input", 1e-3},
    {NXS_PROPERTY_ClockRate, "hwmon/hwmon*/freq1_input", 1e-6},
};

}  // namespace

std::optional<double> readSensor(std::uint32_t property, const std::string& pciAddress) {
  if (pciAddress.empty()) return std::nullopt;
  std::string address = pciAddress;
  std::transform(address.begin(), address.end(), address.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string folder = "/sys/bus/pci/devices/" + address;
  if (property == NXS_PROPERTY_MemoryFree) {
    const auto total = readNumber(folder + "/mem_info_vram_total"), used = readNumber(folder + "/mem_info_vram_used");
    return total && used ? std::optional(*total - *used) : std::nullopt;
  }
  for (const Sensor& sensor : sensors) {
    if (sensor.property != property) continue;
    for (const std::string& path : findBelow({folder}, sensor.pattern))
      if (const auto value = readNumber(path)) return *value * sensor.factor;
  }
  return std::nullopt;
}

}  // namespace nexus::gpu_plugin
