// Built against an earlier table, without the optional entries at its end. What lies behind struct_size is not the
// plugin's: using it as an entry crashes.
#include "../null/plugin.h"

#include <cstring>

namespace {

nxs_plugin makeOlderPlugin(const nxs_host* host) {
  nxs_plugin plugin = null_plugin::makePlugin("older_table", host);
  plugin.struct_size = offsetof(nxs_plugin, table.schedule_create);
  std::memset(&plugin.table.schedule_create, 0xa5, sizeof plugin - plugin.struct_size);
  return plugin;
}

}  // namespace

const nxs_plugin* nxsGetPlugin(const nxs_host* host) {
  static const nxs_plugin plugin = makeOlderPlugin(host);
  return &plugin;
}
