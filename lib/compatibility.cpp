#include "compatibility_rules.h"

#include <nexus/error.h>

#include <algorithm>

namespace nexus {

const char* fitName(Fit fit) noexcept {
  switch (fit) {
    case Fit::None: return "none";
    case Fit::Portable: return "portable";
    case Fit::Family: return "family";
    case Fit::Exact: return "exact";
  }
  return "unknown";
}

DeviceTarget deviceTarget(const Device& device) {
  DeviceTarget target;
  target.vendor = device.getProperty<std::string>(Property::Vendor);
  target.type = device.getProperty<std::string>(Property::Type);
  target.architecture = device.getProperty<std::string>(Property::Architecture);
  try {
    target.features = device.getProperty<std::vector<std::string>>(Property::Features);
  } catch (const NotFoundError&) {
    // A device that tells no features has none that a rule could use.
  }
  return target;
}

DeviceTarget deviceTarget(const Info& entry) {
  DeviceTarget target{entry.getString("Vendor"), entry.getString("Type"), entry.getString("Architecture"), {}};
  if (entry.contains("/Isa/Features")) target.features = entry.getStringVector("/Isa/Features");
  if (entry.contains("/Isa/Level")) target.features.push_back(entry.getString("/Isa/Level"));
  return target;
}

Compatibility checkCompatibility(std::string_view target, const DeviceTarget& device) {
  if (target.empty())
    throw InvalidArgumentError(
        "the target of the code is empty; name it as its compiler does, such as 'sm_90', 'gfx942' or 'x86-64-v3'");
  for (const auto& check : {detail::checkNvidia, detail::checkAmd, detail::checkCpu})
    if (auto answer = check(target, device)) return *std::move(answer);
  if (target == "spirv" || target == "spirv64" || target == "spir64") {
    if (std::find(device.features.begin(), device.features.end(), "cl_khr_il_program") != device.features.end())
      return detail::runs(Fit::Portable, 0, "SPIR-V, which the driver compiles for the device");
    return detail::doesNotRun("the device does not take SPIR-V (it does not list cl_khr_il_program)");
  }
  if (target == device.architecture) return detail::runs(Fit::Exact, 0, "made for '" + device.architecture + "'");
  return detail::doesNotRun("'" + std::string(target) + "' is another architecture than '" + device.architecture + "'");
}

Compatibility checkCompatibility(std::string_view target, const Device& device) {
  return checkCompatibility(target, deviceTarget(device));
}

}  // namespace nexus
