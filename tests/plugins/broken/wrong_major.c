/* Built for the next, incompatible ABI: behind the version, nothing has to look the way it does here. */
#include "complete_plugin.h"

const nxs_plugin* nxsGetPlugin(const nxs_host* host) {
  static nxs_plugin plugin;
  plugin = complete_plugin("wrong_major");
  plugin.abi_major = NXS_ABI_MAJOR + 1;
  plugin.abi_minor = 7;
  return &plugin;
}
