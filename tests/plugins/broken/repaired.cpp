// Works, and has the name of one that does not.
#include "../null/plugin.h"

const nxs_plugin* nxsGetPlugin(const nxs_host* host) {
  static const nxs_plugin plugin = null_plugin::makePlugin("missing_entries", host);
  return &plugin;
}
