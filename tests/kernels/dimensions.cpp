// What an item knows of its place in the launch.
#include <nexus/kernel.h>

NX_FUNCTION size_t itemIndex(const size_t (&place)[3], const size_t (&items)[3]) {
  return (place[2] * items[1] + place[1]) * items[0] + place[0];
}

// result[item][15] = global, local and block index, block and grid size, each in x, y, z
NX_KERNEL(describe_item, (NX_OUT(uint64_t) result)) {
  const size_t place[3] = {NX_GLOBAL_ID(0), NX_GLOBAL_ID(1), NX_GLOBAL_ID(2)};
  const size_t items[3] = {NX_GRID_SIZE(0) * NX_BLOCK_SIZE(0), NX_GRID_SIZE(1) * NX_BLOCK_SIZE(1),
                           NX_GRID_SIZE(2) * NX_BLOCK_SIZE(2)};
  uint64_t* row = result + 15 * itemIndex(place, items);
  for (int d = 0; d < 3; ++d) {
    row[d] = NX_GLOBAL_ID(d);
    row[3 + d] = NX_LOCAL_ID(d);
    row[6 + d] = NX_BLOCK_ID(d);
    row[9 + d] = NX_BLOCK_SIZE(d);
    row[12 + d] = NX_GRID_SIZE(d);
  }
}

// The same through the path of kernels with barriers.
NX_KERNEL(describe_waiting_item, (NX_OUT(uint64_t) result)) {
  NX_BARRIER();
  const size_t place[3] = {NX_GLOBAL_ID(0), NX_GLOBAL_ID(1), NX_GLOBAL_ID(2)};
  const size_t items[3] = {NX_GRID_SIZE(0) * NX_BLOCK_SIZE(0), NX_GRID_SIZE(1) * NX_BLOCK_SIZE(1),
                           NX_GRID_SIZE(2) * NX_BLOCK_SIZE(2)};
  uint64_t* row = result + 15 * itemIndex(place, items);
  for (int d = 0; d < 3; ++d) {
    row[d] = NX_GLOBAL_ID(d);
    row[3 + d] = NX_LOCAL_ID(d);
    row[6 + d] = NX_BLOCK_ID(d);
    row[9 + d] = NX_BLOCK_SIZE(d);
    row[12 + d] = NX_GRID_SIZE(d);
  }
}

// runs[item] += 1
NX_KERNEL(count_runs, (NX_INOUT(uint32_t) runs)) {
  const size_t place[3] = {NX_GLOBAL_ID(0), NX_GLOBAL_ID(1), NX_GLOBAL_ID(2)};
  const size_t items[3] = {NX_GRID_SIZE(0) * NX_BLOCK_SIZE(0), NX_GRID_SIZE(1) * NX_BLOCK_SIZE(1),
                           NX_GRID_SIZE(2) * NX_BLOCK_SIZE(2)};
  __atomic_fetch_add(&runs[itemIndex(place, items)], 1u, __ATOMIC_RELAXED);
}
