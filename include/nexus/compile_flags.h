#pragma once

#include <nexus/device_model.h>

namespace nexus {

/// Arguments that make a compiler build for a device, separated by spaces: "-arch=sm_90", "--offload-arch=gfx942", "-march=znver4
/// -mtune=znver4". `compiler` is nvcc, clang, hipcc, gcc or ocloc; `version` that of the compiler, "" for the newest that the
/// database knows; `target` one of the entry's compile targets such as "sm_90a", "" for the architecture itself. Where a CPU's
/// entry has nothing for a compiler, its instruction-set level is meant, and likewise where it has none for the version. Throws NotFoundError that says what there is.
NEXUS_API std::string compileFlags(const DeviceModel& device, const std::string& compiler, const std::string& version = "",
                                   const std::string& target = "");
inline std::string compileFlags(const Device& device, const std::string& compiler, const std::string& version = "",
                                const std::string& target = "") {
  return compileFlags(DeviceModel::of(device), compiler, version, target);
}
inline std::string compileFlags(const std::string& device, const std::string& compiler, const std::string& version = "",
                                const std::string& target = "") {
  return compileFlags(DeviceModel::of(device), compiler, version, target);
}

}  // namespace nexus
