// Readings of NVML, the vendor's library for monitoring, which comes with the driver and makes no context.
#include "plugins/gpu/vendor_functions.h"

#include <mutex>

namespace nexus::gpu_plugin {

namespace {

using Monitored = struct OpaqueMonitored*;
struct Utilization {
  unsigned gpu, memory;
};
struct MemoryUse {
  unsigned long long total, free, used;
};

struct Monitor {
  Result (*init)() = nullptr;
  Result (*deviceByPciBusId)(const char*, Monitored*) = nullptr;
  Result (*utilization)(Monitored, Utilization*) = nullptr;
  Result (*power)(Monitored, unsigned*) = nullptr;
  Result (*temperature)(Monitored, int, unsigned*) = nullptr;
  Result (*clock)(Monitored, int, unsigned*) = nullptr;
  Result (*memory)(Monitored, MemoryUse*) = nullptr;
};

/// nullptr if NVML is not there.
const Monitor* monitor() {
  static const std::optional<Monitor> opened = []() -> std::optional<Monitor> {
    plugin_support::DriverLibrary library;
    if (!library.open({"libnvidia-ml.so.1"})) return std::nullopt;
    Monitor found;
    library.resolve(found.init, "nvmlInit_v2", false);
    library.resolve(found.deviceByPciBusId, "nvmlDeviceGetHandleByPciBusId_v2", false);
    library.resolve(found.utilization, "nvmlDeviceGetUtilizationRates", false);
    library.resolve(found.power, "nvmlDeviceGetPowerUsage", false);
    library.resolve(found.temperature, "nvmlDeviceGetTemperature", false);
    library.resolve(found.clock, "nvmlDeviceGetClockInfo", false);
    library.resolve(found.memory, "nvmlDeviceGetMemoryInfo", false);
    if (!found.init || !found.deviceByPciBusId || found.init() != success) return std::nullopt;
    return found;
  }();
  return opened ? &*opened : nullptr;
}

}  // namespace

std::optional<double> readSensor(std::uint32_t property, const std::string& pciAddress) {
  constexpr int gpuSensor = 0, multiprocessorClock = 1;
  switch (property) {
    case NXS_PROPERTY_MemoryFree:
    case NXS_PROPERTY_Utilization:
    case NXS_PROPERTY_MemoryUtilization:
    case NXS_PROPERTY_Power:
    case NXS_PROPERTY_Temperature:
    case NXS_PROPERTY_ClockRate: break;
    default: return std::nullopt;
  }
  const Monitor* const nvml = monitor();
  Monitored device = nullptr;
  if (!nvml || pciAddress.empty() || nvml->deviceByPciBusId(pciAddress.c_str(), &device) != success) return std::nullopt;
  Utilization utilization = {};
  MemoryUse memory = {};
  unsigned value = 0;
  switch (property) {
    case NXS_PROPERTY_MemoryFree:
      if (nvml->memory && nvml->memory(device, &memory) == success) return static_cast<double>(memory.free);
      break;
    case NXS_PROPERTY_Utilization:
      if (nvml->utilization && nvml->utilization(device, &utilization) == success) return utilization.gpu;
      break;
    case NXS_PROPERTY_MemoryUtilization:
      if (nvml->utilization && nvml->utilization(device, &utilization) == success) return utilization.memory;
      break;
    case NXS_PROPERTY_Power:
      if (nvml->power && nvml->power(device, &value) == success) return value / 1000.0;
      break;
    case NXS_PROPERTY_Temperature:
      if (nvml->temperature && nvml->temperature(device, gpuSensor, &value) == success) return value;
      break;
    case NXS_PROPERTY_ClockRate:
      if (nvml->clock && nvml->clock(device, multiprocessorClock, &value) == success) return value;
      break;
  }
  return std::nullopt;
}

}  // namespace nexus::gpu_plugin
