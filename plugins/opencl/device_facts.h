// What a driver tells of its device.
#pragma once

#include "api.h"

#include "plugins/support/property_set.h"

#include <optional>
#include <string>
#include <vector>

namespace nexus::opencl {

struct Platform {
  explicit Platform(cl_platform_id id);

  cl_platform_id id;
  std::string name;     // "Portable Computing Language"
  std::string version;  // "OpenCL 3.0 PoCL 3.1 ..."
  Extensions extensions;
};

/// How buffers are made on a device.
enum class MemoryKind {
  SharedVirtual,  ///< fine-grained shared virtual memory: host and device use the same address
  DeviceVirtual,  ///< coarse-grained: an address for the device only
  UnifiedShared,  ///< Intel's unified shared memory that moves between host and device
  UnifiedDevice,  ///< the same, for the device only
  Object,         ///< cl_mem
};
constexpr bool isHostVisible(MemoryKind kind) { return kind == MemoryKind::SharedVirtual || kind == MemoryKind::UnifiedShared; }
constexpr bool isUnified(MemoryKind kind) { return kind == MemoryKind::UnifiedShared || kind == MemoryKind::UnifiedDevice; }

/// What the rest of the plugin needs of a device, read once without a context.
struct DeviceFacts {
  DeviceFacts(const Platform& platform, cl_device_id device);

  cl_device_id device;
  std::string name, driverVersion;
  std::vector<std::string> extensions;
  cl_bitfield type = 0;
  MemoryKind memoryKind;
  bool hasUnifiedMemory = false;  // one memory for host and device
  bool hasCompiler = false;
  bool takesSpirv = false;
  std::uint64_t memorySize = 0;  // bytes; 0 if the driver does not tell
  std::uint64_t maxBufferSize = 0;
  std::uint64_t alignment = 1;  // of buffers and sub-buffers, bytes
  std::size_t maxBlockItems = 1;
  std::vector<std::int64_t> maxBlock;

  bool isCpu() const noexcept { return (type & DEVICE_TYPE_CPU) != 0; }
  bool hasExtension(std::string_view extension) const;
};

/// Properties that never change.
plugin_support::PropertySet readProperties(const Platform& platform, const DeviceFacts& facts);
/// Bytes that could be allocated now; nothing if the driver does not tell.
std::optional<std::int64_t> freeMemory(const DeviceFacts& facts);

/// "12.55.8" in the form of CL_DEVICE_IP_VERSION_INTEL to "dg2-g10"; "" if it is not known.
std::string intelArchitecture(cl_uint ipVersion);
/// "gfx942:sramecc+:xnack-" to "gfx942"; "" if the name is none of that kind.
std::string amdArchitecture(const std::string& deviceName);
/// "0000:3b:00.0"
std::string pciAddress(cl_uint domain, cl_uint bus, cl_uint device, cl_uint function);
/// 16 bytes as "00112233-4455-6677-8899-aabbccddeeff".
std::string uuidText(const unsigned char (&bytes)[16]);
/// Lower-case name of the manufacturer as in the database; "" if neither number nor text is known.
std::string vendorName(cl_uint vendorId, const std::string& vendorText);

}  // namespace nexus::opencl
