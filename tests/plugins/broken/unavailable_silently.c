/* Breaks the rule that a failing entry calls set_error. */
#include "complete_plugin.h"

static nxs_status open_without_driver(nxs_runtime** runtime) { return NXS_UNAVAILABLE; }

const nxs_plugin* nxsGetPlugin(const nxs_host* host) {
  static nxs_plugin plugin;
  plugin = complete_plugin("unavailable_silently");
  plugin.table.runtime_open = open_without_driver;
  return &plugin;
}
