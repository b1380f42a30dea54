#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace nexus::cpu_plugin {

/// Opens a shared object from a file. A file that was rewritten since an older version of it was opened, which is still in use, is opened
/// anew instead of giving the old version. Throws PluginError with the loader's own words.
std::shared_ptr<void> openSharedObject(const std::string& path);

/// Opens a shared object from memory.
std::shared_ptr<void> openSharedObject(const void* data, std::size_t size);

/// Address of a function that this shared object itself exports, not one of those it depends on; NULL if there is none.
void* findFunction(void* sharedObject, const char* name);

}  // namespace nexus::cpu_plugin
