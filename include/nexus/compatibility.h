#pragma once

#include <nexus/device.h>

#include <string>
#include <string_view>
#include <vector>

namespace nexus {

/// How code fits a device; the later, the better.
enum class Fit {
  None,      ///< does not run there
  Portable,  ///< intermediate code, such as PTX, that the driver compiles for the device
  Family,    ///< made for several architectures, this one among them: an older minor version, a generic target, an ISA level
  Exact      ///< made for this very architecture
};

/// Name of a fit: "none", "portable", "family", "exact".
NEXUS_API const char* fitName(Fit fit) noexcept;

/// Whether and how well code for a target runs on a device.
struct Compatibility {
  Fit fit = Fit::None;
  int rank = 0;        ///< for choosing among several that run: the larger, the better; 0 if it does not run
  std::string reason;  ///< in words, the rule that decided

  explicit operator bool() const noexcept { return fit != Fit::None; }
};

/// What a device is to a compiler.
struct DeviceTarget {
  std::string vendor;        ///< "nvidia", "amd", "intel" ...
  std::string type;          ///< "gpu", "cpu" ...
  std::string architecture;  ///< "sm_90", "gfx942", "znver4"; target features may follow an AMD one: "gfx942:sramecc+:xnack-"
  /// Names by which the system or the driver calls what the device can do ("avx2", "cl_khr_il_program"), and ISA levels
  /// ("x86-64-v3").
  std::vector<std::string> features;
};

/// What the properties of a device say.
NEXUS_API DeviceTarget deviceTarget(const Device& device);
/// What a database entry says.
NEXUS_API DeviceTarget deviceTarget(const Info& entry);

/// Whether code for `target` runs on a device. Targets are named as compilers name them:
/// - NVIDIA: "sm_80" (code for 8.0 and later 8.x), "sm_90a" (for 9.0 only), "sm_100f" (for the family of 10.0), and "compute_80"
/// and its
///   like for PTX, which the driver compiles for any later architecture;
/// - AMD: "gfx942", "gfx942:xnack+", and the generic targets "gfx9-4-generic" ...;
/// - CPUs: "x86-64", "x86-64-v3", "aarch64", or a processor's name such as "znver4";
/// - "spirv" for devices that take SPIR-V; any other name for devices whose architecture has exactly that name.
/// docs/characteristics.md gives the rules and where they come from. Throws InvalidArgumentError if `target` is empty.
NEXUS_API Compatibility checkCompatibility(std::string_view target, const DeviceTarget& device);
NEXUS_API Compatibility checkCompatibility(std::string_view target, const Device& device);

/// Whether code for `target` runs on `device`.
inline bool isCompatible(std::string_view target, const Device& device) {
  return static_cast<bool>(checkCompatibility(target, device));
}

}  // namespace nexus
