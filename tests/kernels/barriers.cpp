// Kernels whose items wait for each other.
#include <nexus/kernel.h>

#include <stdexcept>
#include <string>

// result[i] = values[i + 1], around the end of the block, for blocks of any shape
NX_KERNEL(rotate, (NX_IN(int32_t) values, NX_OUT(int32_t) result)) {
  NX_SHARED(int32_t, block, 4096);
  const size_t items = NX_BLOCK_SIZE(0) * NX_BLOCK_SIZE(1) * NX_BLOCK_SIZE(2);
  const size_t item = (NX_LOCAL_ID(2) * NX_BLOCK_SIZE(1) + NX_LOCAL_ID(1)) * NX_BLOCK_SIZE(0) + NX_LOCAL_ID(0);
  const size_t blocks = (NX_BLOCK_ID(2) * NX_GRID_SIZE(1) + NX_BLOCK_ID(1)) * NX_GRID_SIZE(0) + NX_BLOCK_ID(0);
  block[item] = values[blocks * items + item];
  NX_BARRIER();
  result[blocks * items + item] = block[(item + 1) % items];
}

// Items end one after another; those that are left go on meeting. result[item] = how many were there at its last barrier
NX_KERNEL(leave_early, (NX_OUT(uint32_t) result)) {
  NX_SHARED(uint32_t, present, 1);
  const auto item = NX_LOCAL_ID(0);
  for (size_t round = 0; round <= item; ++round) {
    if (item + 1 == NX_BLOCK_SIZE(0)) present[0] = 0;
    NX_BARRIER();
    ++present[0];
    NX_BARRIER();
    result[NX_GLOBAL_ID(0)] = present[0];
    NX_BARRIER();
  }
}

// Passes a number from item to item, one place per barrier. result[item] = what is there in the end
NX_KERNEL(many_barriers, (NX_OUT(uint32_t) result, NX_VALUE(uint32_t) rounds)) {
  NX_SHARED(uint32_t, places, 256);
  const auto item = NX_LOCAL_ID(0);
  places[item] = static_cast<uint32_t>(item);
  NX_BARRIER();
  for (uint32_t round = 0; round < rounds; ++round) {
    const uint32_t taken = places[(item + 1) % NX_BLOCK_SIZE(0)];
    NX_BARRIER();
    places[item] = taken;
    NX_BARRIER();
  }
  result[NX_GLOBAL_ID(0)] = places[item];
}

// Item `thrower` throws while the others wait.
NX_KERNEL(throw_beside_barrier, (NX_OUT(uint32_t) result, NX_VALUE(uint32_t) thrower)) {
  if (NX_LOCAL_ID(0) == thrower) throw std::runtime_error("item " + std::to_string(thrower) + " left");
  NX_BARRIER();
  result[NX_GLOBAL_ID(0)] = 1;
}

// Needs some stack in every item, and an exception that is caught inside the kernel.
NX_KERNEL(deep_items, (NX_OUT(uint64_t) result)) {
  volatile unsigned char stack[32 << 10];
  for (size_t i = 0; i < sizeof stack; i += 64) stack[i] = static_cast<unsigned char>(NX_LOCAL_ID(0));
  NX_BARRIER();
  uint64_t sum = 0;
  try {
    for (size_t i = 0; i < sizeof stack; i += 64) sum += stack[i];
    throw sum;
  } catch (uint64_t caught) {
    result[NX_GLOBAL_ID(0)] = caught;
  }
}
