#include <nexus/kernel.h>

namespace {
struct alignas(32) Vector {
  float lanes[8];
};
uint64_t misalignment(const void* address, uint64_t alignment) { return reinterpret_cast<uintptr_t>(address) % alignment; }
}  // namespace

// Static arrays of awkward sizes and a dynamic one; each is written fully by one item and read by another. result[block] = 1 if all is well.
NX_KERNEL(shared_arrays, (NX_OUT(uint32_t) result, NX_VALUE(uint32_t) dynamic_count)) {
  NX_SHARED(char, odd, 3);
  NX_SHARED(double, numbers, 5);
  NX_SHARED(char, one, 1);
  NX_SHARED(Vector, vectors, 2);
  NX_SHARED(uint16_t, last, 7);
  NX_SHARED_DYNAMIC(uint32_t, dynamic);
  const auto block = static_cast<uint32_t>(NX_BLOCK_ID(0));
  if (NX_LOCAL_ID(0) == 0) {
    for (char& value : odd) value = 'o';
    for (double& value : numbers) value = block + 0.5;
    one[0] = '1';
    for (Vector& vector : vectors)
      for (float& lane : vector.lanes) lane = static_cast<float>(block);
    for (uint16_t& value : last) value = static_cast<uint16_t>(block);
    for (uint32_t i = 0; i < dynamic_count; ++i) dynamic[i] = block + i;
  }
  NX_BARRIER();
  if (NX_LOCAL_ID(0) + 1 != NX_BLOCK_SIZE(0)) return;
  bool isRight = one[0] == '1' && misalignment(numbers, alignof(double)) == 0 && misalignment(vectors, 32) == 0 &&
                 misalignment(last, 2) == 0 && misalignment(dynamic, 16) == 0;
  for (const char value : odd) isRight &= value == 'o';
  for (const double value : numbers) isRight &= value == block + 0.5;
  for (const Vector& vector : vectors)
    for (const float lane : vector.lanes) isRight &= lane == static_cast<float>(block);
  for (const uint16_t value : last) isRight &= value == static_cast<uint16_t>(block);
  for (uint32_t i = 0; i < dynamic_count; ++i) isRight &= dynamic[i] == block + i;
  result[block] = isRight;
}

// Shared memory without a barrier: scratch space of the item that fills it.
NX_KERNEL(scratch, (NX_OUT(uint64_t) result)) {
  NX_SHARED(uint64_t, sums, 4);
  for (uint64_t i = 0; i < 4; ++i) sums[i] = NX_GLOBAL_ID(0) + i;
  result[NX_GLOBAL_ID(0)] = sums[0] + sums[1] + sums[2] + sums[3];
}

// result[block] = address of the launch-sized part modulo 64, plus what was written in it last
NX_KERNEL(dynamic_only, (NX_OUT(uint64_t) result, NX_VALUE(uint64_t) bytes)) {
  NX_SHARED_DYNAMIC(unsigned char, memory);
  for (uint64_t i = 0; i < bytes; ++i) memory[i] = static_cast<unsigned char>(i);
  result[NX_GLOBAL_ID(0)] = misalignment(memory, 64) + memory[bytes - 1];
}
