// Kernels with arguments of every kind.
#include <nexus/kernel.h>

#include <cstring>

namespace {
struct Pair {
  int32_t first, second;
};
template <class T>
void put(unsigned char* result, T value) {
  std::memcpy(result, &value, sizeof value);
}
}  // namespace

// One kernel for every type of scalar: stores its bytes.
#define STORE_SCALAR(name, type) \
  NX_KERNEL(name, (NX_OUT(uint8_t) result, NX_VALUE(type) value)) { put(result, value); }
STORE_SCALAR(take_bool, bool)
STORE_SCALAR(take_int8, int8_t)
STORE_SCALAR(take_int16, int16_t)
STORE_SCALAR(take_int32, int32_t)
STORE_SCALAR(take_int64, int64_t)
STORE_SCALAR(take_uint8, uint8_t)
STORE_SCALAR(take_uint16, uint16_t)
STORE_SCALAR(take_uint32, uint32_t)
STORE_SCALAR(take_uint64, uint64_t)
STORE_SCALAR(take_float32, float)
STORE_SCALAR(take_float64, double)

NX_KERNEL(take_pair, (NX_VALUE(Pair) pair)) { static_cast<void>(pair); }
NX_KERNEL(take_untyped, (NX_OUT(void) result, NX_VALUE(int32_t) value)) { *static_cast<int32_t*>(result) = value; }
NX_KERNEL(read_write, (NX_IN(float) source, NX_OUT(float) written, NX_INOUT(float) changed)) {
  written[0] = source[0];
  changed[0] += source[0];
}

// More arguments than fit the places that a launch has ready. result = sum of v * index of v
NX_KERNEL(take_many,
          (NX_OUT(int64_t) result, NX_VALUE(int32_t) v1, NX_VALUE(int32_t) v2, NX_VALUE(int32_t) v3, NX_VALUE(int32_t) v4,
           NX_VALUE(int32_t) v5, NX_VALUE(int32_t) v6, NX_VALUE(int32_t) v7, NX_VALUE(int32_t) v8, NX_VALUE(int32_t) v9,
           NX_VALUE(int32_t) v10, NX_VALUE(int32_t) v11, NX_VALUE(int32_t) v12, NX_VALUE(int32_t) v13, NX_VALUE(int32_t) v14,
           NX_VALUE(int32_t) v15, NX_VALUE(int32_t) v16, NX_VALUE(int32_t) v17, NX_VALUE(int32_t) v18, NX_VALUE(int32_t) v19)) {
  const int64_t values[] = {v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15, v16, v17, v18, v19};
  int64_t sum = 0, index = 0;
  for (const int64_t value : values) sum += value * ++index;
  *result = sum;
}
