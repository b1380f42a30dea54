#pragma once

#include <nexus/plugin.h>

#include <cstdint>
#include <string>

namespace nexus::conformance {

/// What is tested: one plugin, one of its devices, and the kernels for it.
struct Subject {
  std::string pluginPath;
  nxs_get_plugin_function getPlugin = nullptr;
  std::string kernelPath;
  std::string kernelLanguage;  ///< "": the file is a binary, otherwise source text
  const nxs_plugin* plugin = nullptr;
  nxs_plugin_table table = {};  ///< entries that the plugin does not have are NULL
  std::uint32_t deviceIndex = 0;
};

/// The one of this process. The table and the paths are set before the first test.
Subject& subject();

inline const nxs_plugin_table& table() { return subject().table; }

/// Loads the plugin and shakes hands. Throws std::runtime_error with the reason.
void loadPlugin(const std::string& path);
/// Gives the loaded plugin the services of the suite. Throws std::runtime_error with the reason.
void shakeHands();

}  // namespace nexus::conformance
