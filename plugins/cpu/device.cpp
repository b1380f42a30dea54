#include "device.h"

#include "memory.h"

#include <ctime>

using nexus::cpu_plugin::CpuInfo;

namespace {

constexpr std::int64_t maxThreadsPerBlock = 4096;
constexpr std::int64_t maxGridDim = INT32_MAX;
constexpr std::int64_t maxSharedMemoryPerBlock = std::int64_t{256} << 10;

double timerPeriodNanoseconds() {
  timespec resolution{};
  clock_getres(CLOCK_MONOTONIC, &resolution);
  return static_cast<double>(resolution.tv_sec) * 1e9 + static_cast<double>(resolution.tv_nsec);
}

/// What "native" code may depend on.
std::string targetOf(const CpuInfo& info) {
  std::string target = info.architecture + " " + info.name + ":";
  for (const std::string& feature : info.features) target += " " + feature;
  return target;
}

}  // namespace

nxs_device::nxs_device(const CpuInfo& info) : pool(static_cast<std::size_t>(info.threadCount)), compiler(targetOf(info)) {
  const auto setText = [&](std::uint32_t property, const std::string& text) {
    if (!text.empty()) properties.set(property, text);
  };
  const auto setKnown = [&](std::uint32_t property, std::optional<std::int64_t> value) {
    if (value) properties.set(property, *value);
  };
  setText(NXS_PROPERTY_Name, info.name);
  setText(NXS_PROPERTY_Vendor, info.vendor);
  properties.set(NXS_PROPERTY_Type, std::string("cpu"));
  setText(NXS_PROPERTY_Architecture, info.architecture);
  setText(NXS_PROPERTY_DriverVersion, info.driverVersion);
  properties.set(NXS_PROPERTY_CoreCount, info.coreCount);
  properties.set(NXS_PROPERTY_ThreadCount, info.threadCount);
  setKnown(NXS_PROPERTY_MaxClockRate, info.maxClockMHz);
  setKnown(NXS_PROPERTY_SimdWidth, info.simdWidthBits);
  properties.set(NXS_PROPERTY_Features, info.features);
  properties.set(NXS_PROPERTY_Affinity, info.affinity);
  setKnown(NXS_PROPERTY_L1DataCacheSize, info.l1DataCache);
  setKnown(NXS_PROPERTY_L1InstructionCacheSize, info.l1InstructionCache);
  setKnown(NXS_PROPERTY_L2CacheSize, info.l2Cache);
  setKnown(NXS_PROPERTY_L3CacheSize, info.l3Cache);
  setKnown(NXS_PROPERTY_CacheLineSize, info.cacheLine);
  if (info.memorySize > 0) {
    properties.set(NXS_PROPERTY_MemorySize, info.memorySize);
    properties.set(NXS_PROPERTY_MaxBufferSize, info.memorySize);
  }
  properties.set(NXS_PROPERTY_MemoryIsHostVisible, std::int64_t{1});
  properties.set(NXS_PROPERTY_BufferAlignment, static_cast<std::int64_t>(nexus::cpu_plugin::bufferAlignment));
  properties.set(NXS_PROPERTY_MaxThreadsPerBlock, maxThreadsPerBlock);
  properties.set(NXS_PROPERTY_MaxBlockDims, std::vector<std::int64_t>(3, maxThreadsPerBlock));
  properties.set(NXS_PROPERTY_MaxGridDims, std::vector<std::int64_t>(3, maxGridDim));
  properties.set(NXS_PROPERTY_MaxSharedMemoryPerBlock, maxSharedMemoryPerBlock);
  properties.set(NXS_PROPERTY_KernelLanguages, std::vector<std::string>{"nexus", "c++", "c"});
  properties.set(NXS_PROPERTY_TimerPeriod, timerPeriodNanoseconds());
  properties.set(NXS_PROPERTY_HasTimestamps, std::int64_t{1});
}

nxs_runtime::nxs_runtime() : device(nexus::cpu_plugin::detectCpu()) {
  properties.set(NXS_PROPERTY_Name, std::string("cpu"));
  properties.set(NXS_PROPERTY_Version, std::string(NEXUS_PLUGIN_VERSION));
  properties.set(NXS_PROPERTY_DeviceCount, std::int64_t{1});
}
