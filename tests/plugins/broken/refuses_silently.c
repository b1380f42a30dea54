#include <nexus/plugin.h>

const nxs_plugin* nxsGetPlugin(const nxs_host* host) {
  (void)host;
  return NULL;
}
