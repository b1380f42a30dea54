#pragma once

#include <nexus/plugin.h>

namespace null_plugin {

/// A complete plugin of that name, which must be the only one that the shared library makes. The optional entries
/// buffer_device_pointer and schedule_* are NULL, so that the core has to do without.
nxs_plugin makePlugin(const char* name, const nxs_host* host);

}  // namespace null_plugin
