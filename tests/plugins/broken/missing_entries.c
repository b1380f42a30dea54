#include "complete_plugin.h"

const nxs_plugin* nxsGetPlugin(const nxs_host* host) {
  static nxs_plugin plugin;
  plugin = complete_plugin("missing_entries");
  plugin.table.buffer_create = NULL;
  plugin.table.kernel_info = NULL;
  plugin.table.stream_submit = NULL;
  return &plugin;
}
