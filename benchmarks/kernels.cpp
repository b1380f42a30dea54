// The kernels of the benchmarks. One text for every device; the benchmarks compile it with the ordinary compiler when they run.
#include <nexus/kernel.h>

NX_KERNEL(noop, ()) {}

// For what a launch costs: nothing is done with the arguments.
NX_KERNEL(touch3, (NX_IN(float) a, NX_IN(float) b, NX_INOUT(float) c, NX_VALUE(int64_t) n)) {}

NX_KERNEL(vadd, (NX_IN(float) a, NX_IN(float) b, NX_OUT(float) c, NX_VALUE(uint64_t) n)) {
  const auto i = NX_GLOBAL_ID(0);
  if (i < n) c[i] = a[i] + b[i];
}

NX_KERNEL(saxpy, (NX_IN(float) x, NX_INOUT(float) y, NX_VALUE(float) a, NX_VALUE(uint64_t) n)) {
  const auto i = NX_GLOBAL_ID(0);
  if (i < n) y[i] += a * x[i];
}
