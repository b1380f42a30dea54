#include "device_facts.h"

#include "plugins/cpu/cpu_info.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace nexus::opencl {

using plugin_support::PluginError;
using plugin_support::PropertySet;

namespace {

/// Without the NUL, control characters and spaces around it.
std::string cleaned(std::string text) {
  std::replace_if(text.begin(), text.end(), [](unsigned char c) { return std::iscntrl(c) != 0; }, ' ');
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string platformText(cl_platform_id platform, std::int64_t what) {
  std::size_t size = 0;
  if (api().clGetPlatformInfo(platform, static_cast<cl_uint>(what), 0, nullptr, &size) != COMPLETE) return "";
  std::string text(size, '\0');
  if (api().clGetPlatformInfo(platform, static_cast<cl_uint>(what), size, text.data(), nullptr) != COMPLETE) return "";
  return cleaned(text);
}

std::string deviceText(cl_device_id device, std::int64_t what) {
  std::size_t size = 0;
  if (api().clGetDeviceInfo(device, static_cast<cl_uint>(what), 0, nullptr, &size) != COMPLETE) return "";
  std::string text(size, '\0');
  if (api().clGetDeviceInfo(device, static_cast<cl_uint>(what), size, text.data(), nullptr) != COMPLETE) return "";
  return cleaned(text);
}

/// A number of 4 or 8 bytes; nothing if the driver does not know it.
std::optional<std::uint64_t> deviceNumber(cl_device_id device, std::int64_t what) {
  std::uint64_t value = 0;
  std::size_t size = 0;
  if (api().clGetDeviceInfo(device, static_cast<cl_uint>(what), sizeof value, &value, &size) != COMPLETE) return std::nullopt;
  if (size == sizeof(std::uint32_t)) return value & UINT32_MAX;  // little-endian
  return size == sizeof value ? std::optional(value) : std::nullopt;
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> list;
  for (std::string word; stream >> word;) list.push_back(word);
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

MemoryKind chooseMemory(const Platform& platform, const DeviceFacts& facts) {
  const std::uint64_t capabilities =
      api().clSVMAlloc && api().clSVMFree && api().clSetKernelArgSVMPointer && api().clEnqueueSVMMemcpy && api().clEnqueueSVMMemFill
          ? deviceNumber(facts.device, DEVICE_SVM_CAPABILITIES).value_or(0)
          : 0;
  const bool isFineGrained = (capabilities & DEVICE_SVM_FINE_GRAIN_BUFFER) != 0;
  const bool isUnified = facts.hasExtension("cl_intel_unified_shared_memory") && platform.extensions.hasUnifiedSharedMemory();
  const char* const wish = std::getenv("NEXUS_OPENCL_MEMORY");
  const std::string wanted = wish ? wish : "";
  if (wanted == "svm" && isFineGrained) return MemoryKind::SharedVirtual;
  if (wanted == "svm-coarse" && capabilities != 0) return MemoryKind::DeviceVirtual;
  if (wanted == "usm" && isUnified) return facts.hasUnifiedMemory ? MemoryKind::UnifiedShared : MemoryKind::UnifiedDevice;
  if (wanted == "buffer") return MemoryKind::Object;
  if (!wanted.empty())
    throw PluginError(NXS_UNAVAILABLE, "NEXUS_OPENCL_MEMORY is '" + wanted + "', but " +
                                           (wanted == "svm" || wanted == "svm-coarse" || wanted == "usm"
                                                ? "'" + facts.name + "' does not offer that"
                                                : std::string("only svm, svm-coarse, usm and buffer are known")) +
                                           "; unset it to have the best kind of memory chosen for each device");
  // A discrete device would fetch fine-grained memory through the bus again and again.
  if (isFineGrained && facts.hasUnifiedMemory) return MemoryKind::SharedVirtual;
  if (isUnified) return facts.hasUnifiedMemory ? MemoryKind::UnifiedShared : MemoryKind::UnifiedDevice;
  return MemoryKind::Object;
}

/// "" if the driver does not tell.
std::string pciAddressOf(const DeviceFacts& facts) {
  struct {
    cl_uint domain, bus, device, function;
  } place = {};
  if (facts.hasExtension("cl_khr_pci_bus_info") &&
      api().clGetDeviceInfo(facts.device, static_cast<cl_uint>(DEVICE_PCI_BUS_INFO_KHR), sizeof place, &place, nullptr) == COMPLETE)
    return pciAddress(place.domain, place.bus, place.device, place.function);
  struct {
    cl_uint type;
    unsigned char unused[17], bus, device, function;
  } topology = {};
  constexpr cl_uint pcie = 1;
  if (facts.hasExtension("cl_amd_device_attribute_query") &&
      api().clGetDeviceInfo(facts.device, static_cast<cl_uint>(DEVICE_TOPOLOGY_AMD), sizeof topology, &topology, nullptr) ==
          COMPLETE &&
      topology.type == pcie)
    return pciAddress(0, topology.bus, topology.device, topology.function);
  return "";
}

/// "" if the driver does not tell.
std::string uuidOf(const DeviceFacts& facts) {
  unsigned char bytes[16] = {};
  if (!facts.hasExtension("cl_khr_device_uuid") ||
      api().clGetDeviceInfo(facts.device, static_cast<cl_uint>(DEVICE_UUID_KHR), sizeof bytes, bytes, nullptr) != COMPLETE)
    return "";
  return uuidText(bytes);
}

std::string typeName(cl_bitfield type) { return type & DEVICE_TYPE_CPU ? "cpu" : type & DEVICE_TYPE_GPU ? "gpu" : "accelerator"; }

}  // namespace

Platform::Platform(cl_platform_id platform)
    : id(platform),
      name(platformText(platform, PLATFORM_NAME)),
      version(platformText(platform, PLATFORM_VERSION)),
      extensions(platform) {}

DeviceFacts::DeviceFacts(const Platform& platform, cl_device_id id)
    : device(id),
      name(deviceText(id, DEVICE_NAME)),
      driverVersion(deviceText(id, DRIVER_VERSION)),
      extensions(words(deviceText(id, DEVICE_EXTENSIONS))) {
  const auto number = [&](std::int64_t what, std::uint64_t otherwise) { return deviceNumber(id, what).value_or(otherwise); };
  type = number(DEVICE_TYPE, 0);
  hasUnifiedMemory = isCpu() || number(DEVICE_HOST_UNIFIED_MEMORY, 0) != 0;
  hasCompiler = number(DEVICE_COMPILER_AVAILABLE, 0) != 0;
  takesSpirv = api().clCreateProgramWithIL && deviceText(id, DEVICE_IL_VERSION).find("SPIR-V") != std::string::npos;
  memorySize = number(DEVICE_GLOBAL_MEM_SIZE, 0);
  maxBufferSize = number(DEVICE_MAX_MEM_ALLOC_SIZE, UINT64_MAX);
  alignment = std::max<std::uint64_t>(number(DEVICE_MEM_BASE_ADDR_ALIGN, 8) / 8, 1);
  maxBlockItems = number(DEVICE_MAX_WORK_GROUP_SIZE, 1);
  std::size_t sizes[16] = {};
  std::size_t bytes = 0;
  api().clGetDeviceInfo(id, DEVICE_MAX_WORK_ITEM_SIZES, sizeof sizes, sizes, &bytes);
  for (std::size_t d = 0; d < 3; ++d) maxBlock.push_back(static_cast<std::int64_t>(std::max<std::size_t>(sizes[d], 1)));
  memoryKind = chooseMemory(platform, *this);
}

bool DeviceFacts::hasExtension(std::string_view extension) const {
  return std::binary_search(extensions.begin(), extensions.end(), extension);
}

std::string intelArchitecture(cl_uint version) {
  const cl_uint major = version >> 22, minor = version >> 14 & 255;
#define NEXUS_INTEL_GPU(knownMajor, knownMinor, name) \
  if (major == knownMajor && minor == knownMinor) return name;
#include "intel_architecture_table.h"
#undef NEXUS_INTEL_GPU
  return "";
}

std::string amdArchitecture(const std::string& deviceName) {
  return deviceName.starts_with("gfx") ? deviceName.substr(0, deviceName.find(':')) : "";
}

std::string pciAddress(cl_uint domain, cl_uint bus, cl_uint device, cl_uint function) {
  char text[40];
  std::snprintf(text, sizeof text, "%04x:%02x:%02x.%x", domain, bus, device, function);
  return text;
}

std::string uuidText(const unsigned char (&bytes)[16]) {
  std::string text;
  for (std::size_t i = 0; i < sizeof bytes; ++i) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%02x", bytes[i]);
    text += (i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "") + std::string(digits);
  }
  return text;
}

std::string vendorName(cl_uint id, const std::string& text) {
  struct Vendor {
    cl_uint id;
    const char* name;
    const char* word;
  };
  // The ids are those of the PCI registry, as far as drivers use them; all of them tell the text.
  static constexpr Vendor vendors[] = {{0x1002, "amd", "advanced micro"},
                                       {0x1002, "amd", "amd"},
                                       {0x10de, "nvidia", "nvidia"},
                                       {0x8086, "intel", "intel"},
                                       {0x13b5, "arm", "arm"},
                                       {0x5143, "qualcomm", "qualcomm"},
                                       {0x106b, "apple", "apple"},
                                       {0x1010, "imagination", "imagination"}};
  for (const Vendor& vendor : vendors)
    if (vendor.id == id) return vendor.name;
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const Vendor& vendor : vendors)
    if (lower.starts_with(vendor.word)) return vendor.name;
  return "";
}

PropertySet readProperties(const Platform& platform, const DeviceFacts& facts) {
  PropertySet properties;
  const auto setText = [&](std::uint32_t property, const std::string& text) {
    if (!text.empty()) properties.set(property, text);
  };
  const auto setNumber = [&](std::uint32_t property, std::optional<std::uint64_t> value, std::uint64_t factor = 1) {
    if (value && *value > 0 && *value <= static_cast<std::uint64_t>(INT64_MAX) / factor)
      properties.set(property, static_cast<std::int64_t>(*value * factor));
  };
  const auto number = [&](std::int64_t what) { return deviceNumber(facts.device, what); };

  properties.set(NXS_PROPERTY_Type, typeName(facts.type));
  setText(NXS_PROPERTY_DriverVersion, platform.name + " " + facts.driverVersion + ", " + platform.version);
  properties.set(NXS_PROPERTY_Features, facts.extensions);
  if (facts.hasCompiler) properties.set(NXS_PROPERTY_KernelLanguages, std::vector<std::string>{"nexus", "opencl"});
  setNumber(NXS_PROPERTY_MaxClockRate, number(DEVICE_MAX_CLOCK_FREQUENCY));
  setNumber(NXS_PROPERTY_CacheLineSize, number(DEVICE_GLOBAL_MEM_CACHELINE_SIZE));
  setNumber(NXS_PROPERTY_MemorySize, facts.memorySize);
  setNumber(NXS_PROPERTY_MaxBufferSize, facts.maxBufferSize);
  properties.set(NXS_PROPERTY_MemoryIsHostVisible, std::int64_t{isHostVisible(facts.memoryKind)});
  setNumber(NXS_PROPERTY_BufferAlignment, facts.alignment);
  setNumber(NXS_PROPERTY_MaxThreadsPerBlock, facts.maxBlockItems);
  properties.set(NXS_PROPERTY_MaxBlockDims, facts.maxBlock);
  // OpenCL limits the items of a launch by the address space only; more blocks than this are not tried.
  properties.set(NXS_PROPERTY_MaxGridDims, std::vector<std::int64_t>(3, INT32_MAX));
  setNumber(NXS_PROPERTY_MaxSharedMemoryPerBlock, number(DEVICE_LOCAL_MEM_SIZE));
  properties.set(NXS_PROPERTY_HasTimestamps, std::int64_t{1});
  if (const auto resolution = number(DEVICE_PROFILING_TIMER_RESOLUTION); resolution && *resolution > 0)
    properties.set(NXS_PROPERTY_TimerPeriod, static_cast<double>(*resolution));

  setNumber(NXS_PROPERTY_ConstantMemorySize, number(DEVICE_MAX_CONSTANT_BUFFER_SIZE));
  properties.set(NXS_PROPERTY_MemoryIsShared, std::int64_t{facts.hasUnifiedMemory});

  if (facts.isCpu()) {
    // A driver names its own code generator; the database knows the processor.
    const cpu_plugin::CpuInfo host = cpu_plugin::detectCpu();
    setText(NXS_PROPERTY_Name, facts.name);
    setText(NXS_PROPERTY_Vendor, host.vendor);
    setText(NXS_PROPERTY_Architecture, host.architecture);
    properties.set(NXS_PROPERTY_CoreCount, host.coreCount);
    setNumber(NXS_PROPERTY_ThreadCount, number(DEVICE_MAX_COMPUTE_UNITS));
    if (host.simdWidthBits) properties.set(NXS_PROPERTY_SimdWidth, *host.simdWidthBits);
    return properties;
  }

  const auto vendorId = static_cast<cl_uint>(number(DEVICE_VENDOR_ID).value_or(0));
  const std::string vendor = vendorName(vendorId, deviceText(facts.device, DEVICE_VENDOR));
  setText(NXS_PROPERTY_Vendor, vendor);
  setNumber(NXS_PROPERTY_CoreCount, number(DEVICE_MAX_COMPUTE_UNITS));
  setNumber(NXS_PROPERTY_L2CacheSize, number(DEVICE_GLOBAL_MEM_CACHE_SIZE));
  const std::string board = vendor == "amd" ? deviceText(facts.device, DEVICE_BOARD_NAME_AMD) : "";
  setText(NXS_PROPERTY_Name, board.empty() ? facts.name : board);
  if (const auto isCorrected = number(DEVICE_ERROR_CORRECTION_SUPPORT))
    properties.set(NXS_PROPERTY_EccIsEnabled, std::int64_t{*isCorrected != 0});
  setText(NXS_PROPERTY_PciAddress, pciAddressOf(facts));
  setText(NXS_PROPERTY_Uuid, uuidOf(facts));
  const auto setLanes = [&](std::int64_t what) {
    constexpr std::uint64_t laneBits = 32;
    setNumber(NXS_PROPERTY_WarpSize, number(what));
    setNumber(NXS_PROPERTY_SimdWidth, number(what), laneBits);
  };
  if (vendor == "nvidia") {
    const auto major = number(DEVICE_COMPUTE_CAPABILITY_MAJOR_NV), minor = number(DEVICE_COMPUTE_CAPABILITY_MINOR_NV);
    if (major && minor) {
      properties.set(NXS_PROPERTY_Architecture, "sm_" + std::to_string(*major) + std::to_string(*minor));
      properties.set(NXS_PROPERTY_ComputeCapability, std::to_string(*major) + "." + std::to_string(*minor));
    }
    setNumber(NXS_PROPERTY_RegistersPerBlock, number(DEVICE_REGISTERS_PER_BLOCK_NV));
    setLanes(DEVICE_WARP_SIZE_NV);
  } else if (vendor == "amd") {
    setText(NXS_PROPERTY_Architecture, amdArchitecture(facts.name));
    setLanes(DEVICE_WAVEFRONT_WIDTH_AMD);
  } else if (vendor == "intel") {
    setText(NXS_PROPERTY_Architecture, intelArchitecture(static_cast<cl_uint>(number(DEVICE_IP_VERSION_INTEL).value_or(0))));
  }
  return properties;
}

std::optional<std::int64_t> freeMemory(const DeviceFacts& facts) {
  if (facts.isCpu()) {
    const std::int64_t bytes = cpu_plugin::freeMemory();
    if (bytes <= 0) return std::nullopt;
    // Drivers offer a part of the system's memory.
    return facts.memorySize == 0 ? bytes : std::min(bytes, static_cast<std::int64_t>(facts.memorySize));
  }
  // AMD: the free memory and the largest free block, in KiB.
  if (!facts.hasExtension("cl_amd_device_attribute_query")) return std::nullopt;
  std::size_t kibibytes[2] = {};
  if (api().clGetDeviceInfo(facts.device, DEVICE_GLOBAL_FREE_MEMORY_AMD, sizeof kibibytes, kibibytes, nullptr) != COMPLETE)
    return std::nullopt;
  return kibibytes[0] > 0 ? std::optional(static_cast<std::int64_t>(kibibytes[0]) * 1024) : std::nullopt;
}

}  // namespace nexus::opencl
