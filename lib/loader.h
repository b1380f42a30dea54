#pragma once

#include "plugin_module.h"

#include <nexus/system.h>

namespace nexus::detail {

/// Files and folders that System::get() searches: the NEXUS_PLUGIN_PATH entries, then the folder of the core library.
std::vector<std::string> defaultPluginPaths();

/// Folder of the core library's file, found through its own code, so that it is right in a build tree, an install and a wheel.
std::string coreLibraryFolder();

struct Loaded {
  std::vector<Ref> runtimes;  // RuntimeObject, sorted by name
  std::vector<PluginRecord> records;
};

/// Tries every candidate of these files and folders. Never throws because of a candidate.
Loaded loadPlugins(const std::vector<std::string>& paths);

}  // namespace nexus::detail
