// Portable kernels for the CPU, compiled by any C++20 compiler. Part of nexus/kernel.h.
//
// The library exports the list of its kernels as nexus/cpu_kernel.h says. Kernels that use a barrier run each item on a stack of
// its own, which costs some tens of nanoseconds per item and barrier.
#ifndef NEXUS_KERNEL_CPU_H
#define NEXUS_KERNEL_CPU_H

#include <nexus/cpu_kernel.h>
#include <nexus/kernel/arguments.h>
#include <nexus/kernel/cpu_atomics.h>
#include <nexus/kernel/cpu_math.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <utility>

#define NX_HAS_FLOAT64 1

#define NX_IN(T) const T*
#define NX_OUT(T) T*
#define NX_INOUT(T) T*
#define NX_VALUE(T) const T
#define NX_GLOBAL_PTR(T) T*
#define NX_SHARED_PTR(T) T*
#define NX_PRIVATE_PTR(T) T*
#define NX_FUNCTION static inline __attribute__((always_inline))
#define NX_CONSTANT static const

#define NX_LOCAL_ID(d) (nx_item.local[d])
#define NX_BLOCK_ID(d) (nx_item.block[d])
#define NX_BLOCK_SIZE(d) (nx_item.launch->size[d])
#define NX_GRID_SIZE(d) (nx_item.launch->grid[d])
#define NX_GLOBAL_ID(d) (nx_item.global(d))
#define NX_SHARED(T, name, count)      \
  T(&name)                             \
  [count] = *static_cast<T(*)[count]>( \
      nx_item.shared(::nexus::cpu::SharedArray<NxKernel, __COUNTER__, sizeof(T) * (count), alignof(T)>::offset))
#define NX_SHARED_DYNAMIC(T, name) T* name = static_cast<T*>(nx_item.shared(::nexus::cpu::dynamicShared<NxKernel>()))
#define NX_BARRIER() ((void)::nexus::cpu::UsesBarrier<NxKernel>::registered, nx_item.launch->barrier(nx_item.launch->state))

#define NX_KERNEL(name, parameters)                                                                     \
  namespace {                                                                                           \
  struct nx_kernel_##name {                                                                             \
    using NxKernel = nx_kernel_##name;                                                                  \
    static void body(NX_DETAIL_PARAMETERS parameters);                                                  \
  };                                                                                                    \
  const bool nx_registered_##name = ::nexus::cpu::registerKernel<nx_kernel_##name>(#name, #parameters); \
  }                                                                                                     \
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

template <class NxK>
struct Description {
  static inline constinit nexus_cpu_kernel kernel{};
};

// A kernel that uses a barrier or shared memory instantiates one of these, whose initialiser runs when the library is loaded.
template <class NxK>
struct UsesBarrier {
  static inline const bool registered = [] {
    Description<NxK>::kernel.uses_barrier = 1;
    return true;
  }();
};

template <class NxK, int, std::size_t Size, std::size_t Alignment>
struct SharedArray {
  static inline const std::size_t offset = [] {
    std::size_t& used = Description<NxK>::kernel.shared_bytes;
    const std::size_t start = (used + Alignment - 1) / Alignment * Alignment;
    used = start + Size;
    return start;
  }();
};

template <class NxK>
std::size_t dynamicShared() {
  return (Description<NxK>::kernel.shared_bytes + 15) / 16 * 16;
}

template <class NxT>
constexpr nexus_cpu_argument describeArgument() {
  constexpr kernel::Argument a = kernel::Describe<NxT>::value;
  return {a.kind, a.dtype, a.size, a.access};
}

// Clang warns of every loop that it was asked to vectorise and could not; here that is no fault.
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpass-failed"
#endif

template <class NxK, class Body>
struct Runner;

template <class NxK, class... NxA>
struct Runner<NxK, void(const Item&, NxA...)> {
  static constexpr std::uint32_t argumentCount = sizeof...(NxA);
  static constexpr nexus_cpu_argument arguments[sizeof...(NxA) + 1] = {describeArgument<NxA>()..., {}};

  template <class NxT>
  static NxT load(const void* value) {
    return *static_cast<const NxT*>(value);
  }

  static void loop(const nexus_cpu_block* launch, std::size_t first, std::size_t count, NxA... a) {
    const std::size_t gx = launch->grid[0], gy = launch->grid[1];
    const auto sx = static_cast<std::uint32_t>(launch->size[0]);  // see nexus/cpu_kernel.h
    const std::size_t sy = launch->size[1], sz = launch->size[2];
    std::size_t bx = first % gx, by = first / gx % gy, bz = first / gx / gy;
    for (std::size_t left = count; left != 0; --left) {
      const std::size_t firstX = bx * sx & SIZE_MAX >> 1;
      for (std::size_t z = 0; z < sz; ++z)
        for (std::size_t y = 0; y < sy; ++y) {
          // With a counter of its own that cannot overflow, `if (NX_GLOBAL_ID(0) < n)` splits the loop instead of masking each
          // element.
          std::size_t globalX = firstX;
          // Items are independent by contract, which is what this pragma promises to the vectoriser.
#if defined(__clang__)
#pragma clang loop vectorize(assume_safety)
#elif defined(__GNUC__)
#pragma GCC ivdep
#endif
          for (std::uint32_t x = 0; x < sx; ++x, ++globalX) NxK::body(Item{launch, {bx, by, bz}, {x, y, z}, globalX}, a...);
        }
      if (++bx == gx) {
        bx = 0;
        if (++by == gy) by = 0, ++bz;
      }
    }
  }

  template <class NxF>
  static void guarded(const nexus_cpu_block* launch, NxF&& run) {
    try {
      run();
    } catch (const std::exception& e) {
      launch->fail(launch->state, e.what());
    } catch (...) {
      launch->fail(launch->state, "an exception that is no std::exception");
    }
  }

  template <std::size_t... NxI>
  static void blocks(const nexus_cpu_block* launch, const void* const* values, std::size_t first, std::size_t count,
                     std::index_sequence<NxI...>) {
    guarded(launch, [&] { loop(launch, first, count, load<NxA>(values[NxI])...); });
  }
  static void runBlocks(const nexus_cpu_block* launch, const void* const* values, std::size_t first, std::size_t count) {
    blocks(launch, values, first, count, std::index_sequence_for<NxA...>{});
  }

  template <std::size_t... NxI>
  static void item(const nexus_cpu_block* launch, const void* const* values, const Item& nx_item, std::index_sequence<NxI...>) {
    guarded(launch, [&] { NxK::body(nx_item, load<NxA>(values[NxI])...); });
  }
  static void runItem(const nexus_cpu_block* launch, const void* const* values, std::size_t x, std::size_t y, std::size_t z) {
    const std::size_t(&block)[3] = launch->index;
    const Item one{launch, {block[0], block[1], block[2]}, {x, y, z}, block[0] * launch->size[0] + x};
    item(launch, values, one, std::index_sequence_for<NxA...>{});
  }
};

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

template <class NxK>
bool registerKernel(const char* name, const char* parameters) {
  using NxR = Runner<NxK, decltype(NxK::body)>;
  nexus_cpu_kernel& k = Description<NxK>::kernel;
  k.struct_size = sizeof(nexus_cpu_kernel);
  k.name = name;
  k.parameters = parameters;
  k.arguments = NxR::arguments;
  k.argument_count = NxR::argumentCount;
  k.run_blocks = NxR::runBlocks;
  k.run_item = NxR::runItem;
  k.next = firstKernel;
  firstKernel = &k;
  return true;
}

}  // namespace nexus::cpu

extern "C" __attribute__((visibility("default"), used)) inline const nexus_cpu_kernel* nexus_cpu_kernels_1() {
  return nexus::cpu::firstKernel;
}

#endif
