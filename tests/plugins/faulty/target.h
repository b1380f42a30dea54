#pragma once

#include <nexus/plugin.h>

#include <string>

namespace faulty_plugin {

/// Loads the plugin that does the work. Called once. Throws std::runtime_error.
void openTarget(const std::string& path, const nxs_host* host);
/// Its table.
const nxs_plugin_table& target();

}  // namespace faulty_plugin
