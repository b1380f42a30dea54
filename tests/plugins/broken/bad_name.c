/* Built once for every name that must be refused; PLUGIN_NAME is an expression. */
#include "complete_plugin.h"

const nxs_plugin* nxsGetPlugin(const nxs_host* host) {
  static nxs_plugin plugin;
  plugin = complete_plugin(PLUGIN_NAME);
  return &plugin;
}
