#include <nexus/plugin.h>

const nxs_plugin* nxsGetPlugin(const nxs_host* host) {
  host->set_error(NXS_UNSUPPORTED, 0, "this plugin needs a host with telepathy");
  return NULL;
}
