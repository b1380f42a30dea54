#include "runtime.h"

#include <algorithm>
#include <array>

namespace null_plugin {

namespace {

nxs_value stringValue(const char* s) { return {.type = NXS_VALUE_STRING, .count = 1, .as = {.s = s}}; }
nxs_value intValue(std::int64_t i) { return {.type = NXS_VALUE_INT, .count = 1, .as = {.i = i}}; }
nxs_value floatValue(double f) { return {.type = NXS_VALUE_FLOAT, .count = 1, .as = {.f = f}}; }

template <std::size_t n>
nxs_value vectorValue(const std::array<std::int64_t, n>& values) {
  return {.type = NXS_VALUE_INT_VECTOR, .count = n, .as = {.i_vec = values.data()}};
}

template <std::size_t n>
nxs_value vectorValue(const std::array<const char*, n>& values) {
  return {.type = NXS_VALUE_STRING_VECTOR, .count = n, .as = {.s_vec = values.data()}};
}

constexpr std::array<const char*, 2> features = {"noop", "copy"};
constexpr std::array<std::int64_t, 3> max_block_dims = {1024, 1024, 64};
constexpr std::array<std::int64_t, 3> max_grid_dims = {2147483647, 65535, 65535};

}  // namespace

bool runtimeProperty(const char* name, std::uint32_t property, nxs_value& value) {
  switch (property) {
    case NXS_PROPERTY_Name: value = stringValue(name); return true;
    case NXS_PROPERTY_Version: value = stringValue("1.0"); return true;
    case NXS_PROPERTY_DeviceCount: value = intValue(1); return true;
    default: return false;
  }
}

bool deviceProperty(const nxs_device& device, std::uint32_t property, nxs_value& value) {
  switch (property) {
    case NXS_PROPERTY_Name: value = stringValue("Null device"); return true;
    case NXS_PROPERTY_Vendor: value = stringValue("nexus"); return true;
    case NXS_PROPERTY_Type: value = stringValue("accelerator"); return true;
    case NXS_PROPERTY_Architecture: value = stringValue("null"); return true;
    case NXS_PROPERTY_CoreCount: value = intValue(1); return true;
    case NXS_PROPERTY_Features: value = vectorValue(features); return true;
    case NXS_PROPERTY_MemorySize: value = intValue(memory_size); return true;
    case NXS_PROPERTY_MemoryFree:
      // An allocation that is about to be refused counts for a moment.
      value = intValue(static_cast<std::int64_t>(memory_size - std::min(memory_size, device.memory_used.load())));
      return true;
    case NXS_PROPERTY_MemoryIsHostVisible: value = intValue(1); return true;
    case NXS_PROPERTY_BufferAlignment: value = intValue(buffer_alignment); return true;
    case NXS_PROPERTY_MaxBufferSize: value = intValue(memory_size); return true;
    case NXS_PROPERTY_MaxThreadsPerBlock: value = intValue(1024); return true;
    case NXS_PROPERTY_MaxBlockDims: value = vectorValue(max_block_dims); return true;
    case NXS_PROPERTY_MaxGridDims: value = vectorValue(max_grid_dims); return true;
    case NXS_PROPERTY_MaxSharedMemoryPerBlock: value = intValue(65536); return true;
    case NXS_PROPERTY_TimerPeriod: value = floatValue(0.5); return true;
    default: return false;
  }
}

}  // namespace null_plugin
