// Names Arm processors by the implementer and part number of their identification register (MIDR).
#pragma once

#include <cstdint>
#include <string_view>

namespace nexus::cpu_plugin {

// Manufacturer in lower case ("arm", "ampere"); empty when unknown.
std::string_view armVendor(std::int64_t implementer);

// LLVM's name of the core ("neoverse-v1"); empty when unknown.
std::string_view armArchitecture(std::int64_t implementer, std::int64_t part);

}  // namespace nexus::cpu_plugin
