#include <nexus/kernel.h>

// Items of a block, a power of two.
#ifndef BLOCK
#define BLOCK 256
#endif

// One sum for each block: every item adds up its share of the values, then the items add up their sums, two by two.
// nexus run: sum_blocks values=random:1048576 sums=zeros:64 n=1048576 --grid 64 --block 256
NX_KERNEL(sum_blocks, (NX_IN(float) values, NX_OUT(float) sums, NX_VALUE(uint32_t) n)) {
  NX_SHARED(float, part, BLOCK);
  const size_t item = NX_LOCAL_ID(0);
  const size_t items = NX_GRID_SIZE(0) * NX_BLOCK_SIZE(0);
  float sum = 0.0f;
  for (size_t i = NX_GLOBAL_ID(0); i < n; i += items) sum += values[i];
  part[item] = sum;
  NX_BARRIER();
  for (size_t reach = BLOCK / 2; reach > 0; reach /= 2) {
    if (item < reach) part[item] += part[item + reach];
    NX_BARRIER();
  }
  if (item == 0) sums[NX_BLOCK_ID(0)] = part[0];
}
