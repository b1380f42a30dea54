#include "target.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <stdexcept>

namespace faulty_plugin {

namespace {
nxs_plugin_table table{};
}  // namespace

void openTarget(const std::string& path, const nxs_host* host) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) throw std::runtime_error(dlerror());
  const auto getPlugin = reinterpret_cast<nxs_get_plugin_function>(dlsym(library, NXS_GET_PLUGIN_SYMBOL));
  const nxs_plugin* plugin = getPlugin ? getPlugin(host) : nullptr;
  if (!plugin) throw std::runtime_error(path + " is no plugin, or it refused to start");
  std::memcpy(&table, &plugin->table, std::min(plugin->struct_size - offsetof(nxs_plugin, table), sizeof table));
}

const nxs_plugin_table& target() { return table; }

}  // namespace faulty_plugin
