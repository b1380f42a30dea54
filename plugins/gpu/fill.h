#pragma once

#include "device.h"

namespace nexus::gpu_plugin {

/// Equal elements at equal distances: what drivers can fill.
struct FillColumn {
  Address start;
  std::size_t pitch;  ///< from element to element in bytes; elementSize if they lie side by side
  unsigned value;
  unsigned elementSize;  ///< 1, 2 or 4
  std::size_t count;
};

/// Takes a fill with a pattern of up to 16 bytes at any address apart. Most patterns, zeros above all, make one column.
std::vector<FillColumn> splitFill(const nxs_fill& fill);

}  // namespace nexus::gpu_plugin
