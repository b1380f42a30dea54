// Kernels of the conformance suite, in the portable language: built for the CPU beside the suite, and passed as text to a device whose plugin
// compiles the language "nexus" (--language nexus --kernels FILE). A vendor whose device takes neither writes the same kernels, with the same
// names and parameters, in the device's own language and passes the result with --kernels. Those marked "optional" may be left out: their
// tests then skip.
#include <nexus/kernel.h>

#if NX_TARGET_CPU
#include <stdexcept>
#include <string>
#endif

NX_KERNEL(noop, ()) {}

// result[z][y][x] = its own index
NX_KERNEL(fill_index, (NX_OUT(uint32_t) result)) {
  const size_t width = NX_GRID_SIZE(0) * NX_BLOCK_SIZE(0), height = NX_GRID_SIZE(1) * NX_BLOCK_SIZE(1);
  const size_t i = (NX_GLOBAL_ID(2) * height + NX_GLOBAL_ID(1)) * width + NX_GLOBAL_ID(0);
  result[i] = (uint32_t)(i);
}

// result[item][12] = local index, block index, block size and grid size, each in x, y, z
NX_KERNEL(describe_item, (NX_OUT(uint32_t) result)) {
  const size_t width = NX_GRID_SIZE(0) * NX_BLOCK_SIZE(0), height = NX_GRID_SIZE(1) * NX_BLOCK_SIZE(1);
  const size_t row = 12 * ((NX_GLOBAL_ID(2) * height + NX_GLOBAL_ID(1)) * width + NX_GLOBAL_ID(0));
#define DESCRIBE_DIMENSION(d)                         \
  result[row + d] = (uint32_t)(NX_LOCAL_ID(d));       \
  result[row + 3 + d] = (uint32_t)(NX_BLOCK_ID(d));   \
  result[row + 6 + d] = (uint32_t)(NX_BLOCK_SIZE(d)); \
  result[row + 9 + d] = (uint32_t)(NX_GRID_SIZE(d));
  DESCRIBE_DIMENSION(0)
  DESCRIBE_DIMENSION(1)
  DESCRIBE_DIMENSION(2)
}

// y[i] += a * x[i] for i < n
NX_KERNEL(multiply_add, (NX_IN(uint32_t) x, NX_INOUT(uint32_t) y, NX_VALUE(uint32_t) a, NX_VALUE(uint64_t) n)) {
  const size_t i = NX_GLOBAL_ID(0);
  if (i < n) y[i] += a * x[i];
}

// value = value * factor + summand: the result tells the order of several launches. One item.
NX_KERNEL(advance, (NX_INOUT(uint64_t) value, NX_VALUE(uint64_t) factor, NX_VALUE(uint64_t) summand)) {
  value[0] = value[0] * factor + summand;
}

// One for every type of scalar: stores it. One item.
#define STORE_SCALAR(name, type) \
  NX_KERNEL(name, (NX_OUT(type) result, NX_VALUE(type) value)) { result[0] = value; }
#if NX_TARGET_OPENCL
STORE_SCALAR(store_bool, uint8_t)  // OpenCL C has no arguments of type bool
#else
STORE_SCALAR(store_bool, bool)
#endif
STORE_SCALAR(store_int8, int8_t)
STORE_SCALAR(store_int16, int16_t)
STORE_SCALAR(store_int32, int32_t)
STORE_SCALAR(store_int64, int64_t)
STORE_SCALAR(store_uint8, uint8_t)
STORE_SCALAR(store_uint16, uint16_t)
STORE_SCALAR(store_uint32, uint32_t)
STORE_SCALAR(store_uint64, uint64_t)
STORE_SCALAR(store_float32, float)
STORE_SCALAR(store_float64, double)

typedef struct {
  uint32_t part[4];
} Four;
STORE_SCALAR(store_16_bytes, Four)

// Scalars of different sizes beside each other, between buffers. One item.
NX_KERNEL(store_mixed, (NX_VALUE(int8_t) a, NX_OUT(int64_t) result, NX_VALUE(double) b, NX_VALUE(uint16_t) c, NX_IN(int64_t) more,
                        NX_VALUE(Four) d, NX_VALUE(float) e)) {
  result[0] = a;
  result[1] = (int64_t)(b);
  result[2] = c;
  result[3] = more[0];
  result[4] = d.part[3];
  result[5] = (int64_t)(e);
}

// result[0] = sum of value k * k, k = 1 ... 20. One item.
NX_KERNEL(sum_20, (NX_OUT(int64_t) result, NX_VALUE(int32_t) v1, NX_VALUE(int32_t) v2, NX_VALUE(int32_t) v3, NX_VALUE(int32_t) v4,
                   NX_VALUE(int32_t) v5, NX_VALUE(int32_t) v6, NX_VALUE(int32_t) v7, NX_VALUE(int32_t) v8, NX_VALUE(int32_t) v9,
                   NX_VALUE(int32_t) v10, NX_VALUE(int32_t) v11, NX_VALUE(int32_t) v12, NX_VALUE(int32_t) v13,
                   NX_VALUE(int32_t) v14, NX_VALUE(int32_t) v15, NX_VALUE(int32_t) v16, NX_VALUE(int32_t) v17,
                   NX_VALUE(int32_t) v18, NX_VALUE(int32_t) v19, NX_VALUE(int32_t) v20)) {
  const int32_t values[] = {v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15, v16, v17, v18, v19, v20};
  int64_t sum = 0;
  for (int k = 0; k < 20; ++k) sum += (int64_t)values[k] * (k + 1);
  result[0] = sum;
}

// result[block] = 0 + 1 + ... + 63, through shared memory that the kernel declares. One item per block.
NX_KERNEL(static_shared, (NX_OUT(uint32_t) result)) {
  NX_SHARED(uint32_t, numbers, 64);
  for (uint32_t i = 0; i < 64; ++i) numbers[i] = i;
  uint32_t sum = 0;
  for (uint32_t i = 0; i < 64; ++i) sum += numbers[63 - i];
  result[NX_BLOCK_ID(0)] = sum;
}

// result[block] = block + (block + 1) + ... of `count` numbers in the launch-sized shared memory. One item per block.
NX_KERNEL(dynamic_shared, (NX_OUT(uint32_t) result, NX_VALUE(uint32_t) count)) {
  NX_SHARED_DYNAMIC(uint32_t, numbers);
  const uint32_t block = (uint32_t)(NX_BLOCK_ID(0));
  for (uint32_t i = 0; i < count; ++i) numbers[i] = block + i;
  uint32_t sum = 0;
  for (uint32_t i = 0; i < count; ++i) sum += numbers[count - 1 - i];
  result[block] = sum;
}

// Reverses the items of each block of any shape through launch-sized shared memory and a barrier.
NX_KERNEL(reverse_block, (NX_IN(uint32_t) values, NX_OUT(uint32_t) result)) {
  NX_SHARED_DYNAMIC(uint32_t, numbers);
  const size_t items = NX_BLOCK_SIZE(0) * NX_BLOCK_SIZE(1) * NX_BLOCK_SIZE(2);
  const size_t item = (NX_LOCAL_ID(2) * NX_BLOCK_SIZE(1) + NX_LOCAL_ID(1)) * NX_BLOCK_SIZE(0) + NX_LOCAL_ID(0);
  const size_t block = (NX_BLOCK_ID(2) * NX_GRID_SIZE(1) + NX_BLOCK_ID(1)) * NX_GRID_SIZE(0) + NX_BLOCK_ID(0);
  numbers[item] = values[block * items + item];
  NX_BARRIER();
  result[block * items + item] = numbers[items - 1 - item];
}

// Passes a number from item to item, one place per round. At most 64 items.
NX_KERNEL(rotate_often, (NX_OUT(uint32_t) result, NX_VALUE(uint32_t) rounds)) {
  NX_SHARED(uint32_t, places, 64);
  const size_t item = NX_LOCAL_ID(0);
  places[item] = (uint32_t)(item);
  NX_BARRIER();
  for (uint32_t round = 0; round < rounds; ++round) {
    const uint32_t taken = places[(item + 1) % NX_BLOCK_SIZE(0)];
    NX_BARRIER();
    places[item] = taken;
    NX_BARRIER();
  }
  result[NX_GLOBAL_ID(0)] = places[item];
}

// Takes some time. One item.
NX_KERNEL(delay, (NX_INOUT(uint32_t) value, NX_VALUE(uint32_t) rounds)) {
  for (uint32_t round = 0; round < rounds; ++round) value[0] = value[0] * 1664525u + 1013904223u;
}

// Optional. Fails while it runs; the word "purpose" and the code are in the message.
#if NX_TARGET_CPU
NX_KERNEL(fails, (NX_VALUE(int32_t) code)) { throw std::runtime_error("failed on purpose, code " + std::to_string(code)); }
#endif
