#pragma once

#include <nexus/plugin.h>

#include <string>

namespace faulty_plugin {

/// The table of the plugin that does the work. Throws std::runtime_error if it cannot be loaded.
const nxs_plugin_table& openTarget(const std::string& path, const nxs_host* host);
/// What openTarget returned last.
const nxs_plugin_table& target();

}  // namespace faulty_plugin
