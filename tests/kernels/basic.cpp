// Kernels that the tests of every language load; those of the first part are for every device.
#include <nexus/kernel.h>

NX_KERNEL(noop, ()) {}

NX_KERNEL(saxpy, (NX_IN(float) x, NX_INOUT(float) y, NX_VALUE(float) a, NX_VALUE(uint64_t) n)) {
  const auto i = NX_GLOBAL_ID(0);
  if (i < n) y[i] += a * x[i];
}

NX_KERNEL(vadd, (NX_IN(float) x, NX_IN(float) y, NX_OUT(float) result, NX_VALUE(int32_t) n)) {
  const auto i = NX_GLOBAL_ID(0);
  if (i < static_cast<size_t>(n)) result[i] = x[i] + y[i];
}

// result[z][y][x] = its own index
NX_KERNEL(fill_index, (NX_OUT(int32_t) result)) {
  const auto x = NX_GLOBAL_ID(0), y = NX_GLOBAL_ID(1), z = NX_GLOBAL_ID(2);
  const auto width = NX_GRID_SIZE(0) * NX_BLOCK_SIZE(0), height = NX_GRID_SIZE(1) * NX_BLOCK_SIZE(1);
  const auto i = (z * height + y) * width + x;
  result[i] = static_cast<int32_t>(i);
}

// result[block] = sum of the block's items; the block has a power of two of them, at most 256
NX_KERNEL(block_sum, (NX_IN(float) values, NX_OUT(float) result)) {
  NX_SHARED(float, sums, 256);
  const auto i = NX_LOCAL_ID(0);
  sums[i] = values[NX_GLOBAL_ID(0)];
  NX_BARRIER();
  for (size_t half = NX_BLOCK_SIZE(0) / 2; half > 0; half /= 2) {
    if (i < half) sums[i] += sums[i + half];
    NX_BARRIER();
  }
  if (i == 0) result[NX_BLOCK_ID(0)] = sums[0];
}

// result[i] = values[items - 1 - i] within each block, through launch-sized shared memory
NX_KERNEL(reverse, (NX_IN(int32_t) values, NX_OUT(int32_t) result)) {
  NX_SHARED_DYNAMIC(int32_t, block);
  block[NX_LOCAL_ID(0)] = values[NX_GLOBAL_ID(0)];
  NX_BARRIER();
  result[NX_GLOBAL_ID(0)] = block[NX_BLOCK_SIZE(0) - 1 - NX_LOCAL_ID(0)];
}

// Stores each scalar as it arrives.
NX_KERNEL(scalars,
          (NX_OUT(double) result, NX_VALUE(int8_t) i8, NX_VALUE(uint64_t) u64, NX_VALUE(double) f64, NX_VALUE(bool) flag)) {
  result[0] = i8;
  result[1] = static_cast<double>(u64);
  result[2] = f64;
  result[3] = flag;
}

#if NX_TARGET_CPU
#include <chrono>
#include <stdexcept>
#include <string>

NX_KERNEL(throws, (NX_VALUE(int32_t) code)) {
  throw std::runtime_error("the kernel threw on purpose, code " + std::to_string(code));
}

NX_KERNEL(spin, (NX_VALUE(uint64_t) microseconds)) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(microseconds);
  while (std::chrono::steady_clock::now() < end) {
  }
}
#endif
