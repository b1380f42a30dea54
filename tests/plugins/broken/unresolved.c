/* Needs a function that no library has, so that it cannot be loaded. */
#include "complete_plugin.h"

const char* name_of_a_missing_library(void);

const nxs_plugin* nxsGetPlugin(const nxs_host* host) {
  static nxs_plugin plugin;
  plugin = complete_plugin(name_of_a_missing_library());
  return &plugin;
}
