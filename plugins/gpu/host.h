#pragma once

#include <nexus/plugin.h>

#include <cstdint>

namespace nexus::gpu_plugin {

/// The services of the core; set by nxsGetPlugin.
extern const nxs_host* host;
void log(std::int32_t level, const char* message);

}  // namespace nexus::gpu_plugin
