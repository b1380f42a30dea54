#include <nexus/kernel.h>

#define BINS 256

// How often each byte occurs. Every block counts in shared memory, where atomic operations are fast, and adds its counts to the
// result once. The result must begin with zeros.
// nexus run: histogram bytes=random:1048576 counts=zeros:256 n=1048576 --grid 64 --block 256
NX_KERNEL(histogram, (NX_IN(uint8_t) bytes, NX_INOUT(uint32_t) counts, NX_VALUE(uint32_t) n)) {
  NX_SHARED(uint32_t, own, BINS);
  for (size_t bin = NX_LOCAL_ID(0); bin < BINS; bin += NX_BLOCK_SIZE(0)) own[bin] = 0;
  NX_BARRIER();
  const size_t items = NX_GRID_SIZE(0) * NX_BLOCK_SIZE(0);
  for (size_t i = NX_GLOBAL_ID(0); i < n; i += items) NX_ATOMIC_ADD(&own[bytes[i]], 1u);
  NX_BARRIER();
  for (size_t bin = NX_LOCAL_ID(0); bin < BINS; bin += NX_BLOCK_SIZE(0)) NX_ATOMIC_ADD(&counts[bin], own[bin]);
}
