#include "plugin.h"

const nxs_plugin* nxsGetPlugin(const nxs_host* host) {
  static const nxs_plugin plugin = null_plugin::makePlugin("null", host);
  return &plugin;
}
