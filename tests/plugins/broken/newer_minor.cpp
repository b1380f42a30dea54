// Built against a later minor version, whose table has entries that this core does not know.
#include "../null/plugin.h"

#include <cstdlib>

namespace {

struct NewerPlugin {
  nxs_plugin known;
  void (*appended[3])();
};

NewerPlugin makeNewerPlugin(const nxs_host* host) {
  NewerPlugin plugin = {null_plugin::makePlugin("newer_minor", host), {std::abort, std::abort, std::abort}};
  plugin.known.struct_size = sizeof plugin;
  plugin.known.abi_minor = NXS_ABI_MINOR + 1;
  return plugin;
}

}  // namespace

const nxs_plugin* nxsGetPlugin(const nxs_host* host) {
  static const NewerPlugin plugin = makeNewerPlugin(host);
  return &plugin.known;
}
