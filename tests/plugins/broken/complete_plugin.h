/* A plugin that passes every check of the loader, for the others in this folder to spoil in one place. It opens a runtime without
 * devices; all other entries fail. */
#ifndef NEXUS_TESTS_COMPLETE_PLUGIN_H
#define NEXUS_TESTS_COMPLETE_PLUGIN_H

#include <nexus/plugin.h>

#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif

static nxs_status open_empty_runtime(nxs_runtime** runtime) {
  static char an_address;
  *runtime = (nxs_runtime*)&an_address;
  return NXS_SUCCESS;
}

static nxs_status close_empty_runtime(nxs_runtime* runtime) { return NXS_SUCCESS; }

static nxs_status no_property(nxs_runtime* runtime, uint32_t property, nxs_value* value) { return NXS_NOT_FOUND; }

static nxs_status count_no_devices(nxs_runtime* runtime, uint32_t* count) {
  *count = 0;
  return NXS_SUCCESS;
}

#define DEFINE_FAILING_ENTRY(need, name, parameters) \
  static nxs_status failing_##name parameters { return NXS_INTERNAL; }
NXS_PLUGIN_ENTRIES(DEFINE_FAILING_ENTRY)

static nxs_plugin complete_plugin(const char* name) {
#define FAILING_ENTRY(need, name, parameters) failing_##name,
  nxs_plugin plugin = {
      sizeof(nxs_plugin), NXS_PLUGIN_MAGIC, NXS_ABI_MAJOR, NXS_ABI_MINOR, 0, NULL, "1.0", {NXS_PLUGIN_ENTRIES(FAILING_ENTRY)}};
  plugin.name = name;
  plugin.table.runtime_open = open_empty_runtime;
  plugin.table.runtime_close = close_empty_runtime;
  plugin.table.runtime_property = no_property;
  plugin.table.runtime_device_count = count_no_devices;
  return plugin;
}

#endif
