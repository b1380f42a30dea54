#pragma once

#include <nexus/plugin.h>

#include <string>

namespace faulty_plugin {

/// Loads the plugin that does the work. Called once. Throws std::runtime_error.
const nxs_plugin_table& openTarget(const std::string& path, const nxs_host* host);
/// What openTarget returned.
const nxs_plugin_table& target();

}  // namespace faulty_plugin
