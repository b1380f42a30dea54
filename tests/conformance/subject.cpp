#include "subject.h"

#include "host_services.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <stdexcept>

namespace nexus::conformance {

Subject& subject() {
  static Subject only;
  return only;
}

void loadPlugin(const std::string& path) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) throw std::runtime_error(dlerror());
  subject().pluginPath = path;
  subject().getPlugin = reinterpret_cast<nxs_get_plugin_function>(dlsym(library, NXS_GET_PLUGIN_SYMBOL));
  if (!subject().getPlugin) throw std::runtime_error(path + " does not export " NXS_GET_PLUGIN_SYMBOL);
  shakeHands();
}

void shakeHands() {
  const nxs_plugin* plugin = subject().getPlugin(&hostServices());
  if (!plugin) throw std::runtime_error(NXS_GET_PLUGIN_SYMBOL " returned NULL: " + reportedError().message);
  if (plugin->magic != NXS_PLUGIN_MAGIC || plugin->abi_major != NXS_ABI_MAJOR)
    throw std::runtime_error("the plugin was built for ABI " + std::to_string(plugin->abi_major) + ", this suite tests ABI " +
                             std::to_string(NXS_ABI_MAJOR));
  constexpr std::size_t tableStart = offsetof(nxs_plugin, table);
  if (plugin->struct_size <= tableStart) throw std::runtime_error("struct_size leaves no room for the table");
  subject().plugin = plugin;
  std::memcpy(&subject().table, &plugin->table, std::min(plugin->struct_size - tableStart, sizeof(nxs_plugin_table)));
}

}  // namespace nexus::conformance
