#include "complete_plugin.h"

const nxs_plugin* nxsGetPlugin(const nxs_host* host) {
  static nxs_plugin plugin;
  plugin = complete_plugin("wrong_magic");
  plugin.magic = 0x12345678u;
  return &plugin;
}
