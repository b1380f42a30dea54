#include "fill.h"

#include "buffer.h"

#include <cstring>

namespace nexus::gpu_plugin {

std::vector<FillColumn> splitFill(const nxs_fill& fill) {
  const Address start = fill.buffer->address + fill.offset;
  std::size_t pattern = fill.pattern_size;
  while (pattern > 1 && std::memcmp(fill.pattern, fill.pattern + pattern / 2, pattern / 2) == 0) pattern /= 2;
  unsigned element = static_cast<unsigned>(std::min<std::size_t>(pattern, 4));
  while (start % element != 0) element /= 2;
  std::vector<FillColumn> columns;
  for (std::size_t at = 0; at < pattern; at += element) {
    unsigned value = 0;
    std::memcpy(&value, fill.pattern + at, element);  // little-endian, as all hosts of these drivers
    columns.push_back({start + at, pattern, value, element, fill.size / pattern});
  }
  return columns;
}

}  // namespace nexus::gpu_plugin
