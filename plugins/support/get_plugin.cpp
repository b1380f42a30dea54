#include "plugins/support/plugin_table.h"

const nxs_plugin* nxsGetPlugin(const nxs_host* host) {
  nexus::plugin_support::host = host;
  return &nexus::plugin_support::plugin;
}
