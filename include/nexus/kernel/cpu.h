// Portable kernels for the CPU, compiled by any C++20 compiler. Part of nexus/kernel.h.
//
// The library exports the list of its kernels as nexus/cpu_kernel.h says. Kernels that use a barrier run each item on a stack of
// its own, which costs some tens of nanoseconds per item and barrier, unless Nexus compiles them at run time and can split them.
#ifndef NEXUS_KERNEL_CPU_H
#define NEXUS_KERNEL_CPU_H

#include <nexus/cpu_kernel.h>
#include <nexus/kernel/arguments.h>
#include <nexus/kernel/cpu_atomics.h>
#include <nexus/kernel/cpu_guards.h>
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
#define NX_BARRIER() ((void)::nexus::cpu::UsesBarrier<NxKernel>::registered, nx_item.barrier())

// The text is made here, where the macros of the parameters are still as written: they tell the access.
#define NX_KERNEL(name, parameters) NX_DETAIL_KERNEL(name, parameters, #parameters, const ::nexus::cpu::Item&, 0)
#define NX_DETAIL_KERNEL(name, parameters, text, NxItem, itemBytes)                                         \
  namespace {                                                                                               \
  struct nx_kernel_##name {                                                                                 \
    using NxKernel = nx_kernel_##name;                                                                      \
    using NxBodyItem = NxItem;                                                                              \
    static void body(NX_DETAIL_PARAMETERS parameters);                                                      \
  };                                                                                                        \
  const bool nx_registered_##name = ::nexus::cpu::registerKernel<nx_kernel_##name>(#name, text, itemBytes); \
  }                                                                                                         \
  inline __attribute__((always_inline)) void nx_kernel_##name::body(NX_DETAIL_PARAMETERS parameters)

#define NX_DETAIL_PARAMETERS(...) [[maybe_unused]] NxBodyItem nx_item __VA_OPT__(, ) __VA_ARGS__

// What Nexus makes of a kernel with barriers when it compiles at run time: the body runs once for each block and holds a loop over
// the items for each part between barriers.
#define NX_DETAIL_SPLIT_KERNEL(name, parameters, itemBytes) \
  NX_DETAIL_KERNEL(name, parameters, #parameters, ::nexus::cpu::SplitBlock&, itemBytes)
// A return would leave the part, not the kernel, and so must not compile; in the last part it is the same.
#define NX_DETAIL_PHASE __attribute__((always_inline))->::nexus::cpu::PhaseEnd
#define NX_DETAIL_LAST_PHASE __attribute__((always_inline))->void

// What Nexus makes of a kernel whose items run in long rows, or that does nothing for items that fail a condition. Behind this, in
// braces, the condition for a row; behind NX_DETAIL_ROW_BODY the kernel, in which the condition stands aside where nx_item.isInside.
#define NX_DETAIL_ROW_KERNEL(name, parameters, NxItem)                                                     \
  namespace {                                                                                              \
  struct nx_kernel_##name {                                                                                \
    using NxKernel = nx_kernel_##name;                                                                     \
    using NxBodyItem = const ::nexus::cpu::NxItem&;                                                        \
    static void body(NX_DETAIL_PARAMETERS parameters);                                                     \
    static ::nexus::cpu::RowItems guard(NX_DETAIL_ROW_PARAMETERS parameters);                              \
  };                                                                                                       \
  const bool nx_registered_##name = ::nexus::cpu::registerKernel<nx_kernel_##name>(#name, #parameters, 0); \
  }                                                                                                        \
  inline __attribute__((always_inline)) ::nexus::cpu::RowItems nx_kernel_##name::guard(NX_DETAIL_ROW_PARAMETERS parameters)
#define NX_DETAIL_ROW_BODY(name, parameters) \
  inline __attribute__((always_inline)) void nx_kernel_##name::body(NX_DETAIL_PARAMETERS parameters)
#define NX_DETAIL_ROW_PARAMETERS(...) [[maybe_unused]] const ::nexus::cpu::Row& nx_item __VA_OPT__(, ) __VA_ARGS__

namespace nexus::cpu {

// One work item. Built anew in the innermost loop, so that the optimiser dissolves it into loop counters.
struct Position {
  const nexus_cpu_block* launch;
  std::size_t block[3];
  std::size_t local[3];
  std::size_t globalX;  // block[0] * size[0] + local[0], counted

  std::size_t global(int d) const { return d == 0 ? globalX : block[d] * launch->size[d] + local[d]; }
  void* shared(std::size_t offset) const { return static_cast<char*>(launch->shared) + offset; }
};

struct Item : Position {
  void barrier() const { launch->barrier(launch->state); }
};

// Of a kernel with a condition: whether it is known to hold.
struct GuardedItem : Position {
  bool isInside;
};

// Of a kernel that uses no ids but the global ones: a row of its items goes through many blocks, and it must not see which.
class GridItem : Position {
 public:
  using Position::global;
  using Position::launch;
  bool isInside;
  GridItem(const Position& position, bool inside) : Position(position), isInside(inside) {}
};

// Calls run(x, y, z, n) for blocks first .. first + count - 1, counted with x fastest: n blocks from x on, one unless NxLong.
template <bool NxLong, class NxF>
inline __attribute__((always_inline)) void forBlockRows(const nexus_cpu_block* launch, std::size_t first, std::size_t count,
                                                        NxF&& run) {
  const std::size_t gx = launch->grid[0], gy = launch->grid[1];
  // The items of a row are counted in 32 bits.
  const std::size_t longest = NxLong ? UINT32_MAX / launch->size[0] : 1;
  std::size_t bx = first % gx, by = first / gx % gy, bz = first / gx / gy;
  for (std::size_t left = count; left != 0;) {
    std::size_t n = longest;
    if (n > left) n = left;
    if (n > gx - bx) n = gx - bx;
    run(bx, by, bz, n);
    left -= n;
    bx += n;
    if (bx == gx) {
      bx = 0;
      if (++by == gy) by = 0, ++bz;
    }
  }
}

// Calls run(x, y, z) for each of these blocks.
template <class NxF>
inline __attribute__((always_inline)) void forBlocks(const nexus_cpu_block* launch, std::size_t first, std::size_t count,
                                                     NxF&& run) {
  forBlockRows<false>(launch, first, count,
                      [&](std::size_t bx, std::size_t by, std::size_t bz, std::size_t)
                          __attribute__((always_inline)) { run(bx, by, bz); });
}

// Clang warns of every loop that it was asked to vectorise and could not; here that is no fault.
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpass-failed"
#endif

// Calls run(position, index) for the items x = begin .. end - 1 of a row of a block.
template <class NxF>
inline __attribute__((always_inline)) void forRow(const nexus_cpu_block* launch, const std::size_t (&block)[3], std::size_t y,
                                                  std::size_t z, std::size_t firstX, std::size_t firstIndex, std::uint32_t begin,
                                                  std::uint32_t end, NxF&& run) {
  // With a counter of its own that cannot overflow, `if (NX_GLOBAL_ID(0) < n)` splits the loop instead of masking each element.
  std::size_t globalX = firstX + begin;
  // Items are independent by contract, which is what this pragma promises to the vectoriser.
#if defined(__clang__)
#pragma clang loop vectorize(assume_safety)
#elif defined(__GNUC__)
#pragma GCC ivdep
#endif
  for (std::uint32_t x = begin; x < end; ++x, ++globalX)
    run(Position{launch, {block[0], block[1], block[2]}, {x, y, z}, globalX}, firstIndex + x);
}

// Rows of a block: y from begin[0] to end[0] - 1, z from begin[1] to end[1] - 1.
struct RowRange {
  std::size_t begin[2], end[2];
  static RowRange all(const nexus_cpu_block* launch) { return {{0, 0}, {launch->size[1], launch->size[2]}}; }
};

// Calls run(y, z, firstX, firstIndex) for rows of a block.
template <class NxF>
inline __attribute__((always_inline)) void forRows(const nexus_cpu_block* launch, std::size_t bx, const RowRange& rows, NxF&& run) {
  const std::size_t sx = launch->size[0], sy = launch->size[1];
  for (std::size_t z = rows.begin[1]; z < rows.end[1]; ++z)
    for (std::size_t y = rows.begin[0]; y < rows.end[0]; ++y) run(y, z, bx * sx & SIZE_MAX >> 1, (z * sy + y) * sx);
}

// Calls run(position, index) for the items of rows of a block.
template <class NxF>
inline __attribute__((always_inline)) void forItems(const nexus_cpu_block* launch, std::size_t bx, std::size_t by, std::size_t bz,
                                                    const RowRange& rows, NxF&& run) {
  const auto sx = static_cast<std::uint32_t>(launch->size[0]);  // see nexus/cpu_kernel.h
  forRows(launch, bx, rows,
          [&](std::size_t y, std::size_t z, std::size_t firstX, std::size_t firstIndex)
              __attribute__((always_inline)) { forRow(launch, {bx, by, bz}, y, z, firstX, firstIndex, 0, sx, run); });
}

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

// A row of a block's items, x = 0, 1, 2 ...; NxCount of them, or as many as the launch says if that is 0.
template <std::uint32_t NxCount>
struct SplitRow {
  const nexus_cpu_block* launch;
  std::size_t block[3];
  std::size_t y, z;
  std::size_t firstX, firstIndex;

  template <class NxF>
  __attribute__((always_inline)) void each(NxF&& phase) const {
    const std::uint32_t count = NxCount != 0 ? NxCount : static_cast<std::uint32_t>(launch->size[0]);
    std::size_t globalX = firstX;
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC ivdep
#endif
    for (std::uint32_t x = 0; x < count; ++x, ++globalX)
      phase(Position{launch, {block[0], block[1], block[2]}, {x, y, z}, globalX}, static_cast<std::size_t>(x));
  }
};

// What a row's items keep. Of a known number of items it is a copy, which can live in registers.
template <class NxT, std::uint32_t NxCount>
class RowMemory {
 public:
  template <class NxRow>
  RowMemory(const NxRow& row, NxT* all) : home_(all + row.firstIndex) {
    for (std::uint32_t i = 0; i < NxCount; ++i) values_[i] = home_[i];
  }
  RowMemory(const RowMemory&) = delete;
  RowMemory& operator=(const RowMemory&) = delete;
  ~RowMemory() {
    for (std::uint32_t i = 0; i < NxCount; ++i) home_[i] = values_[i];
  }
  NxT& operator[](std::size_t i) { return values_[i]; }

 private:
  NxT* home_;
  NxT values_[NxCount];
};
template <class NxT>
class RowMemory<NxT, 0> {
 public:
  template <class NxRow>
  RowMemory(const NxRow& row, NxT* all) : home_(all + row.firstIndex) {}
  NxT& operator[](std::size_t i) { return home_[i]; }

 private:
  NxT* home_;
};
template <class NxT, std::uint32_t NxCount>
RowMemory<NxT, NxCount> rowMemory(const SplitRow<NxCount>& row, NxT* all) {
  return {row, all};
}
template <class NxT, std::size_t NxSize, std::uint32_t NxCount>
auto rowMemory(const SplitRow<NxCount>& row, NxT (*all)[NxSize]) {
  return all + row.firstIndex;
}

// A block of a kernel that was split at its barriers.
struct SplitBlock {
  const nexus_cpu_block* launch;
  std::size_t block[3];
  std::size_t roundedItems;
  char* unused;  // item memory that is not given out yet

  void* shared(std::size_t offset) const { return static_cast<char*>(launch->shared) + offset; }
  // An element for each item.
  template <class NxT>
  NxT* array() {
    static_assert(__is_trivially_copyable(NxT) && alignof(NxT) <= 64, "this cannot be kept across a barrier");
    char* start = unused;
    unused += roundedItems * sizeof(NxT);
    return reinterpret_cast<NxT*>(start);
  }
  template <class NxF>
  __attribute__((always_inline)) void each(NxF&& phase) const {
    forItems(launch, block[0], block[1], block[2], RowRange::all(launch), phase);
  }
  // Row by row. Rows of usual sizes get code of their own, in which the number of items is known.
  template <class NxF>
  __attribute__((always_inline)) void rows(NxF&& run) const {
    if (launch->size[0] == 32)
      rowsOf<32>(run);
    else if (launch->size[0] == 16)
      rowsOf<16>(run);
    else
      rowsOf<0>(run);
  }
  template <std::uint32_t NxCount, class NxF>
  __attribute__((always_inline)) void rowsOf(NxF& run) const {
    forRows(launch, block[0], RowRange::all(launch),
            [&](std::size_t y, std::size_t z, std::size_t firstX, std::size_t firstIndex) __attribute__((always_inline)) {
              run(SplitRow<NxCount>{launch, {block[0], block[1], block[2]}, y, z, firstX, firstIndex});
            });
  }
};
struct PhaseEnd {};

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

template <class... NxA>
struct ArgumentList {
  static constexpr std::uint32_t count = sizeof...(NxA);
  static constexpr nexus_cpu_argument table[sizeof...(NxA) + 1] = {describeArgument<NxA>()..., {}};

  template <class NxT>
  static NxT load(const void* value) {
    return *static_cast<const NxT*>(value);
  }
  // run(arguments...); an exception makes the launch fail.
  template <class NxF, std::size_t... NxI>
  static void pass(const nexus_cpu_block* launch, const void* const* values, NxF&& run, std::index_sequence<NxI...>) {
    try {
      run(load<NxA>(values[NxI])...);
    } catch (const std::exception& e) {
      launch->fail(launch->state, e.what());
    } catch (...) {
      launch->fail(launch->state, "an exception that is no std::exception");
    }
  }
  template <class NxF>
  static void pass(const nexus_cpu_block* launch, const void* const* values, NxF&& run) {
    pass(launch, values, run, std::index_sequence_for<NxA...>{});
  }
};

template <class NxK, class Body>
struct Runner;

template <class NxK, class... NxA>
struct Runner<NxK, void(const Item&, NxA...)> : ArgumentList<NxA...> {
  static void runBlocks(const nexus_cpu_block* launch, const void* const* values, std::size_t first, std::size_t count) {
    Runner::pass(launch, values, [&](NxA... a) {
      forBlocks(launch, first, count, [&](std::size_t bx, std::size_t by, std::size_t bz) __attribute__((always_inline)) {
        forItems(launch, bx, by, bz, RowRange::all(launch),
                 [&](const Position& position, std::size_t) __attribute__((always_inline)) { NxK::body(Item{position}, a...); });
      });
    });
  }
  static void runItem(const nexus_cpu_block* launch, const void* const* values, std::size_t x, std::size_t y, std::size_t z) {
    const std::size_t (&block)[3] = launch->index;
    const Item item{{launch, {block[0], block[1], block[2]}, {x, y, z}, block[0] * launch->size[0] + x}};
    Runner::pass(launch, values, [&](NxA... a) { NxK::body(item, a...); });
  }
};

template <class NxK, class NxItem, class... NxA>
  requires(__is_same(NxItem, GuardedItem) || __is_same(NxItem, GridItem))
struct Runner<NxK, void(const NxItem&, NxA...)> : ArgumentList<NxA...> {
  static constexpr bool isLong = __is_same(NxItem, GridItem);
  static constexpr void (*runItem)(const nexus_cpu_block*, const void* const*, std::size_t, std::size_t, std::size_t) = nullptr;
  static void runBlocks(const nexus_cpu_block* launch, const void* const* values, std::size_t first, std::size_t count) {
    Runner::pass(launch, values, [&](NxA... a) {
      const std::size_t blocks = !isLong ? 1 : count < launch->grid[0] ? count : launch->grid[0];
      if (blocks * launch->size[0] < shortestGuardedRow)
        askItems(launch, first, count, RowRange::all(launch), a...);
      else
        runRows(launch, first, count, a...);
    });
  }

 private:
  static void runRows(const nexus_cpu_block* launch, std::size_t first, std::size_t count, NxA... a) {
    forBlockRows<isLong>(
        launch, first, count, [&](std::size_t bx, std::size_t by, std::size_t bz, std::size_t n) __attribute__((always_inline)) {
          const auto items = static_cast<std::uint32_t>(n * launch->size[0]);
          forRows(launch, bx, RowRange::all(launch),
                  [&](std::size_t y, std::size_t z, std::size_t firstX, std::size_t) __attribute__((always_inline)) {
                    const RowItems inside = NxK::guard(Row{launch, {bx, by, bz}, y, z, firstX, items}, a...);
                    if (inside.isKnown) {
                      const Position begin{launch, {bx, by, bz}, {inside.begin, y, z}, firstX + inside.begin};
                      runInside(begin, inside.end < items ? inside.end : items, a...);
                    } else {
                      const std::size_t block = (bz * launch->grid[1] + by) * launch->grid[0] + bx;
                      askItems(launch, block, n, RowRange{{y, z}, {y + 1, z + 1}}, a...);
                    }
                  });
        });
  }
  // These two are not inlined, so that their loops have all registers.
  static __attribute__((noinline)) void runInside(const Position& begin, std::uint32_t end, NxA... a) {
    const auto beginX = static_cast<std::uint32_t>(begin.local[0]);
    forRow(begin.launch, begin.block, begin.local[1], begin.local[2], begin.globalX - beginX, 0, beginX, end,
           [&](const Position& position, std::size_t) __attribute__((always_inline)) { NxK::body(NxItem{position, true}, a...); });
  }
  static __attribute__((noinline)) void askItems(const nexus_cpu_block* launch, std::size_t first, std::size_t count,
                                                 const RowRange& rows, NxA... a) {
    forBlocks(launch, first, count, [&](std::size_t bx, std::size_t by, std::size_t bz) __attribute__((always_inline)) {
      forItems(launch, bx, by, bz, rows, [&](const Position& position, std::size_t) __attribute__((always_inline)) {
        NxK::body(NxItem{position, false}, a...);
      });
    });
  }
};

template <class NxK, class... NxA>
struct Runner<NxK, void(SplitBlock&, NxA...)> : ArgumentList<NxA...> {
  static constexpr void (*runItem)(const nexus_cpu_block*, const void* const*, std::size_t, std::size_t, std::size_t) = nullptr;
  static void runBlocks(const nexus_cpu_block* launch, const void* const* values, std::size_t first, std::size_t count) {
    const std::size_t items = launch->size[0] * launch->size[1] * launch->size[2];
    Runner::pass(launch, values, [&](NxA... a) {
      forBlocks(launch, first, count, [&](std::size_t bx, std::size_t by, std::size_t bz) __attribute__((always_inline)) {
        SplitBlock block{launch, {bx, by, bz}, (items + 63) / 64 * 64, static_cast<char*>(launch->item_memory)};
        NxK::body(block, a...);
      });
    });
  }
};

template <class NxK>
bool registerKernel(const char* name, const char* parameters, std::size_t itemBytes) {
  using NxR = Runner<NxK, decltype(NxK::body)>;
  nexus_cpu_kernel& k = Description<NxK>::kernel;
  k.struct_size = sizeof(nexus_cpu_kernel);
  k.name = name;
  k.parameters = parameters;
  k.arguments = NxR::table;
  k.argument_count = NxR::count;
  k.run_blocks = NxR::runBlocks;
  k.run_item = NxR::runItem;
  k.item_bytes = itemBytes;
  k.next = firstKernel;
  firstKernel = &k;
  return true;
}

}  // namespace nexus::cpu

extern "C" __attribute__((visibility("default"), used)) inline const nexus_cpu_kernel* nexus_cpu_kernels_1() {
  return nexus::cpu::firstKernel;
}

#endif
