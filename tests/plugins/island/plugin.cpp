// The CPU as a device with memory of its own: buffers have no address for the host, and memory of the host cannot be wrapped. For tests of
// what the core and the bindings do on such devices, with real kernels.
#include <nexus/plugin.h>

#include <dlfcn.h>

#include <cstdint>
#include <string>

namespace {

const nxs_host* host = nullptr;
const nxs_plugin* cpu = nullptr;

nxs_status bufferCreate(nxs_device* device, const nxs_buffer_desc* desc, nxs_buffer** buffer) {
  if (desc->host_pointer) return host->set_error(NXS_UNSUPPORTED, 0, "this device cannot use memory of the host");
  return cpu->table.buffer_create(device, desc, buffer);
}

nxs_status hostPointer(nxs_buffer*, void**) { return NXS_UNSUPPORTED; }

nxs_status deviceProperty(nxs_device* device, std::uint32_t property, nxs_value* value) {
  if (property == NXS_PROPERTY_MemoryIsHostVisible) {
    *value = {NXS_VALUE_INT, 1, {0}};
    return NXS_SUCCESS;
  }
  return cpu->table.device_property(device, property, value);
}

}  // namespace

extern "C" NXS_EXPORT const nxs_plugin* nxsGetPlugin(const nxs_host* given) {
  static nxs_plugin island;
  host = given;
  if (!cpu) {
    void* library = dlopen(ISLAND_CPU_PLUGIN, RTLD_NOW | RTLD_LOCAL);
    const auto get = library ? reinterpret_cast<nxs_get_plugin_function>(dlsym(library, NXS_GET_PLUGIN_SYMBOL)) : nullptr;
    cpu = get ? get(given) : nullptr;
    if (!cpu) {
      host->set_error(NXS_UNAVAILABLE, 0, (std::string("cannot load ") + ISLAND_CPU_PLUGIN).c_str());
      return nullptr;
    }
  }
  island = *cpu;
  island.name = "island";
  island.table.buffer_create = bufferCreate;
  island.table.buffer_host_pointer = hostPointer;
  island.table.device_property = deviceProperty;
  return &island;
}
