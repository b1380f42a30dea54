#pragma once

#include <string_view>

namespace nexus::cpu_plugin {

/// The text of nexus/cpu_kernel.h.
std::string_view cpuKernelHeader() noexcept;

}  // namespace nexus::cpu_plugin
