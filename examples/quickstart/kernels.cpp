#include <nexus/kernel.h>

// nexus run: saxpy x=random:1048576 y=random:1048576 a=2.0 n=1048576 --grid 4096 --block 256
NX_KERNEL(saxpy, (NX_IN(float) x, NX_INOUT(float) y, NX_VALUE(float) a, NX_VALUE(uint64_t) n)) {
  const size_t i = NX_GLOBAL_ID(0);
  if (i < n) y[i] += a * x[i];
}
