/* Its driver is missing. */
#include "complete_plugin.h"

static const nxs_host* nexus;

static nxs_status open_without_driver(nxs_runtime** runtime) {
  return nexus->set_error(NXS_UNAVAILABLE, 127, "libfoo.so.1 not found");
}

const nxs_plugin* nxsGetPlugin(const nxs_host* host) {
  static nxs_plugin plugin;
  nexus = host;
  plugin = complete_plugin("unavailable");
  plugin.table.runtime_open = open_without_driver;
  return &plugin;
}
