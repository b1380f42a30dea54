// Kernels that show when and in which order they ran.
#include <nexus/kernel.h>

#include <chrono>
#include <stdexcept>

// Waits until the host sets *flag, then stores the value.
NX_KERNEL(gate, (NX_IN(uint32_t) flag, NX_OUT(int32_t) result, NX_VALUE(int32_t) value)) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (__atomic_load_n(flag, __ATOMIC_ACQUIRE) == 0)
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("the gate was never opened");
  *result = value;
}

// Appends a value to a list whose length is its first element.
NX_KERNEL(append, (NX_INOUT(uint32_t) list, NX_VALUE(uint32_t) value)) {
  list[1 + list[0]] = value;
  ++list[0];
}

NX_KERNEL(store, (NX_OUT(int32_t) result, NX_VALUE(int32_t) value)) { result[NX_GLOBAL_ID(0)] = value; }

// For launches that run at the same time.
NX_KERNEL(add_atomically, (NX_INOUT(int64_t) sum, NX_VALUE(int64_t) value)) { __atomic_fetch_add(sum, value, __ATOMIC_RELAXED); }

NX_KERNEL(throw_number, ()) { throw 42; }

// Throws in the last of many items, which is not run by the thread that launches.
NX_KERNEL(throw_last, ()) {
  if (NX_GLOBAL_ID(0) + 1 == NX_GRID_SIZE(0) * NX_BLOCK_SIZE(0)) throw std::runtime_error("the last item threw");
}
