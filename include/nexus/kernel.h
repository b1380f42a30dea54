// Portable kernel macros: write a kernel once in C++, compile it with any C++20 compiler, load it with Device::loadLibrary.
//
//     #include <nexus/kernel.h>
//
//     NX_KERNEL(saxpy, (NX_IN(float) x, NX_INOUT(float) y, NX_VALUE(float) a, NX_VALUE(uint64_t) n)) {
//       const auto i = NX_GLOBAL_ID(0);
//       if (i < n) y[i] += a * x[i];
//     }
//
//     c++ -std=c++20 -O3 -march=native -shared -fPIC -I INCLUDE_DIR saxpy.cpp -o saxpy.so      (INCLUDE_DIR: python -m nexus --include-dir)
//
// Parameters, inside parentheses (OpenCL C has no variadic macros):
//     NX_IN(T) p       buffer of T that the kernel reads
//     NX_OUT(T) p      buffer of T that the kernel writes
//     NX_INOUT(T) p    buffer of T that the kernel reads and writes
//     NX_VALUE(T) v    scalar, at most 16 bytes
// Inside a kernel, for dimension d = 0, 1, 2 (x, y, z):
//     NX_GLOBAL_ID(d)  index of the item in the whole launch = NX_BLOCK_ID(d) * NX_BLOCK_SIZE(d) + NX_LOCAL_ID(d)
//     NX_LOCAL_ID(d)   index of the item in its block        NX_BLOCK_SIZE(d)  items of a block
//     NX_BLOCK_ID(d)   index of the block                    NX_GRID_SIZE(d)   blocks of the launch
//     NX_SHARED(T, name, count);     array that the items of a block share; count is a constant
//     NX_SHARED_DYNAMIC(T, name);    the launch-sized shared memory (shared_bytes of the launch)
//     NX_BARRIER();                  waits for all items of the block; every item must reach it
// Helper functions are declared with NX_FUNCTION and take what they need as arguments.
//
// Items of one launch may run in any order, and at the same time: a kernel whose items depend on each other without a barrier has no
// defined result. An exception that leaves a kernel makes the launch fail with its message.
//
// This header serves the CPU. Kernels that use a barrier run each item on a stack of its own, which costs some tens of nanoseconds per item
// and barrier.
#ifndef NEXUS_KERNEL_H
#define NEXUS_KERNEL_H

#include <nexus/cpu_kernel.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <type_traits>
#include <utility>

#define NX_IN(T) const T*
#define NX_OUT(T) T*
#define NX_INOUT(T) T*
#define NX_VALUE(T) const T
#define NX_FUNCTION static inline __attribute__((always_inline))

#define NX_LOCAL_ID(d) (nx_item.local[d])
#define NX_BLOCK_ID(d) (nx_item.block[d])
#define NX_BLOCK_SIZE(d) (nx_item.launch->size[d])
#define NX_GRID_SIZE(d) (nx_item.launch->grid[d])
#define NX_GLOBAL_ID(d) (nx_item.global(d))
#define NX_SHARED(T, name, count)                                                                                                 \
  T(&name)[count] = *static_cast<T(*)[count]>(                                                                                    \
      nx_item.shared(::nexus::cpu::SharedArray<NxKernel, __COUNTER__, sizeof(T) * (count), alignof(T)>::offset))
#define NX_SHARED_DYNAMIC(T, name) T* name = static_cast<T*>(nx_item.shared(::nexus::cpu::dynamicShared<NxKernel>()))
#define NX_BARRIER() ((void)::nexus::cpu::UsesBarrier<NxKernel>::registered, nx_item.launch->barrier(nx_item.launch->state))

#define NX_KERNEL(name, parameters)                                                                                               \
  namespace {                                                                                                                     \
  struct nx_kernel_##name {                                                                                                       \
    using NxKernel = nx_kernel_##name;                                                                                            \
    static void body(NX_DETAIL_PARAMETERS parameters);                                                                            \
  };                                                                                                                              \
  const bool nx_registered_##name = ::nexus::cpu::registerKernel<nx_kernel_##name>(#name, #parameters);                           \
  }                                                                                                                               \
  inline __attribute__((always_inline)) void nx_kernel_##name::body(NX_DETAIL_PARAMETERS parameters)

#define NX_DETAIL_PARAMETERS(...) [[maybe_unused]] const ::nexus::cpu::Item& nx_item __VA_OPT__(, ) __VA_ARGS__

namespace nexus::cpu {

// One work item. Built anew in the innermost loop, so that the optimiser dissolves it into loop counters.
struct Item {
  const nexus_cpu_block* launch;
  std::size_t block[3];
  std::size_t local[3];
  std::size_t globalX;  // block[0] * size[0] + local[0], counted

  std::size_t global(int d) const { return d == 0 ? globalX : block[d] * launch->size[d] + local[d]; }
  void* shared(std::size_t offset) const { return static_cast<char*>(launch->shared) + offset; }
};

// Kernels of this library. Hidden: two libraries in one process must not share the list.
__attribute__((visibility("hidden"))) inline nexus_cpu_kernel* firstKernel = nullptr;

template <class K>
struct Description {
  static inline constinit nexus_cpu_kernel kernel{};
};

// A kernel that uses a barrier or shared memory instantiates one of these, whose initialiser runs when the library is loaded.
template <class K>
struct UsesBarrier {
  static inline const bool registered = [] {
    Description<K>::kernel.uses_barrier = 1;
    return true;
  }();
};

template <class K, int, std::size_t Size, std::size_t Alignment>
struct SharedArray {
  static inline const std::size_t offset = [] {
    std::size_t& used = Description<K>::kernel.shared_bytes;
    const std::size_t start = (used + Alignment - 1) / Alignment * Alignment;
    used = start + Size;
    return start;
  }();
};

template <class K>
std::size_t dynamicShared() {
  return (Description<K>::kernel.shared_bytes + 15) / 16 * 16;
}

template <class T>
constexpr std::uint32_t dtypeOf() {
  using V = std::remove_cv_t<T>;
  constexpr std::uint32_t log2Size = sizeof(V) == 1 ? 0 : sizeof(V) == 2 ? 1 : sizeof(V) == 4 ? 2 : 3;
  if constexpr (std::is_same_v<V, bool>) return 1;
  else if constexpr (std::is_integral_v<V> && sizeof(V) <= 8) return (std::is_signed_v<V> ? 2 : 6) + log2Size;
  else if constexpr (std::is_same_v<V, float>) return 11;
  else if constexpr (std::is_same_v<V, double>) return 12;
  else return 0;
}

template <class A>
constexpr nexus_cpu_argument describeArgument() {
  if constexpr (std::is_pointer_v<A>) {
    using T = std::remove_pointer_t<A>;
    const std::uint32_t access = std::is_const_v<T> ? 1 : 3;
    if constexpr (std::is_void_v<T>) return {1, 0, 0, access};
    else return {1, dtypeOf<T>(), sizeof(T), access};
  } else {
    static_assert(std::is_trivially_copyable_v<A> && sizeof(A) <= 16, "a kernel takes pointers and trivially copyable values of at most 16 bytes");
    return {2, dtypeOf<A>(), sizeof(A), 1};
  }
}

// Clang warns of every loop that it was asked to vectorise and could not; here that is no fault.
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpass-failed"
#endif

template <class K, class Body>
struct Runner;

template <class K, class... A>
struct Runner<K, void(const Item&, A...)> {
  static constexpr std::uint32_t argumentCount = sizeof...(A);
  static constexpr nexus_cpu_argument arguments[sizeof...(A) + 1] = {describeArgument<A>()..., {}};

  template <class T>
  static T load(const void* value) {
    return *static_cast<const T*>(value);
  }

  static void loop(const nexus_cpu_block* launch, std::size_t first, std::size_t count, A... a) {
    const std::size_t gx = launch->grid[0], gy = launch->grid[1];
    const auto sx = static_cast<std::uint32_t>(launch->size[0]);  // see nexus/cpu_kernel.h
    const std::size_t sy = launch->size[1], sz = launch->size[2];
    std::size_t bx = first % gx, by = first / gx % gy, bz = first / gx / gy;
    for (std::size_t left = count; left != 0; --left) {
      const std::size_t firstX = bx * sx & SIZE_MAX >> 1;
      for (std::size_t z = 0; z < sz; ++z)
        for (std::size_t y = 0; y < sy; ++y) {
          // With a counter of its own that cannot overflow, `if (NX_GLOBAL_ID(0) < n)` splits the loop instead of masking each element.
          std::size_t globalX = firstX;
          // Items are independent by contract, which is what this pragma promises to the vectoriser.
#if defined(__clang__)
#pragma clang loop vectorize(assume_safety)
#elif defined(__GNUC__)
#pragma GCC ivdep
#endif
          for (std::uint32_t x = 0; x < sx; ++x, ++globalX) K::body(Item{launch, {bx, by, bz}, {x, y, z}, globalX}, a...);
        }
      if (++bx == gx) {
        bx = 0;
        if (++by == gy) by = 0, ++bz;
      }
    }
  }

  template <class F>
  static void guarded(const nexus_cpu_block* launch, F&& run) {
    try {
      run();
    } catch (const std::exception& e) {
      launch->fail(launch->state, e.what());
    } catch (...) {
      launch->fail(launch->state, "an exception that is no std::exception");
    }
  }

  template <std::size_t... I>
  static void blocks(const nexus_cpu_block* launch, const void* const* values, std::size_t first, std::size_t count, std::index_sequence<I...>) {
    guarded(launch, [&] { loop(launch, first, count, load<A>(values[I])...); });
  }
  static void runBlocks(const nexus_cpu_block* launch, const void* const* values, std::size_t first, std::size_t count) {
    blocks(launch, values, first, count, std::index_sequence_for<A...>{});
  }

  template <std::size_t... I>
  static void item(const nexus_cpu_block* launch, const void* const* values, const Item& nx_item, std::index_sequence<I...>) {
    guarded(launch, [&] { K::body(nx_item, load<A>(values[I])...); });
  }
  static void runItem(const nexus_cpu_block* launch, const void* const* values, std::size_t x, std::size_t y, std::size_t z) {
    const std::size_t(&block)[3] = launch->index;
    const Item one{launch, {block[0], block[1], block[2]}, {x, y, z}, block[0] * launch->size[0] + x};
    item(launch, values, one, std::index_sequence_for<A...>{});
  }
};

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

template <class K>
bool registerKernel(const char* name, const char* parameters) {
  using R = Runner<K, decltype(K::body)>;
  nexus_cpu_kernel& k = Description<K>::kernel;
  k.struct_size = sizeof(nexus_cpu_kernel);
  k.name = name;
  k.parameters = parameters;
  k.arguments = R::arguments;
  k.argument_count = R::argumentCount;
  k.run_blocks = R::runBlocks;
  k.run_item = R::runItem;
  k.next = firstKernel;
  firstKernel = &k;
  return true;
}

}  // namespace nexus::cpu

extern "C" __attribute__((visibility("default"), used)) inline const nexus_cpu_kernel* nexus_cpu_kernels_1() {
  return nexus::cpu::firstKernel;
}

#endif
