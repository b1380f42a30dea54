#include "launch.h"

#include "buffer.h"
#include "fiber.h"

#include "plugins/support/plugin_error.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <mutex>

namespace nexus::cpu_plugin {

using plugin_support::PluginError;
using Clock = std::chrono::steady_clock;

namespace {

// Getting another thread to help costs about a microsecond while it spins and more when it sleeps.
constexpr double worthSharingNanoseconds = 10'000;
constexpr std::size_t piecesPerThread = 8;
constexpr std::uint32_t runsBetweenMeasurements = 32;

/// Where kernels report that they failed. The first message of a launch counts.
struct FailureSink {
  std::mutex mutex;
  std::atomic<bool> hasFailed{false};
  std::string message;

  static void report(void* state, const char* message) {
    auto& sink = *static_cast<FailureSink*>(state);
    std::lock_guard lock(sink.mutex);
    if (sink.hasFailed.exchange(true)) return;
    sink.message = message ? message : "";
  }
};

/// Shared memory for the blocks that one thread runs, one after another.
class SharedMemory {
 public:
  void* get(std::size_t size) {
    if (size > size_) {
      size_ = (size + 63) / 64 * 64;
      memory_.reset(std::aligned_alloc(64, size_));
      if (!memory_) {
        size_ = 0;
        throw std::bad_alloc();
      }
    }
    return memory_.get();
  }

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  std::unique_ptr<void, Free> memory_;
  std::size_t size_ = 0;
};
thread_local SharedMemory sharedMemory;

/// Gives a block the shared memory, and behind it the memory of its items, that its kernel needs.
void prepareMemory(nexus_cpu_block& block, std::size_t itemBytes) {
  if (block.shared_bytes == 0 && itemBytes == 0) return;
  const std::size_t items = block.size[0] * block.size[1] * block.size[2];
  const std::size_t shared = (block.shared_bytes + 63) / 64 * 64;
  block.shared = sharedMemory.get(shared + (items + 63) / 64 * 64 * itemBytes);
  block.item_memory = static_cast<char*>(block.shared) + shared;
}

/// Counted by thread, so that threads which launch the same kernel do not slow each other down.
bool isTimeToMeasure() noexcept {
  static thread_local std::uint32_t runs = 0;
  return runs++ % runsBetweenMeasurements == 0;
}

float nanosecondsSince(Clock::time_point start) { return std::chrono::duration<float, std::nano>(Clock::now() - start).count(); }

}  // namespace

Launch::Launch(const nxs_launch& launch) : kernel_(*launch.kernel) {
  for (int i = 0; i < 3; ++i) {
    block_.grid[i] = launch.grid[i];
    block_.size[i] = launch.block[i];
  }
  blocks_ = block_.grid[0] * block_.grid[1] * block_.grid[2];
  itemsPerBlock_ = block_.size[0] * block_.size[1] * block_.size[2];
  items_ = blocks_ * itemsPerBlock_;
  block_.shared_bytes = kernel_.sharedBytes() + launch.shared_bytes;
  // The launch-sized part starts at a multiple of 16.
  if (launch.shared_bytes != 0) block_.shared_bytes += 16;

  Value* values = fewValues_.data();
  const void** pointers = fewPointers_.data();
  if (launch.argument_count > few) {
    manyValues_.reset(new Value[launch.argument_count]);
    manyPointers_.reset(new const void*[launch.argument_count]);
    values = manyValues_.get();
    pointers = manyPointers_.get();
  }
  for (std::uint32_t i = 0; i < launch.argument_count; ++i) {
    const nxs_argument& argument = launch.arguments[i];
    if (argument.kind == NXS_ARGUMENT_BUFFER) {
      const char* address = argument.value.buffer->memory.data() + argument.offset;
      std::memcpy(values[i].bytes, &address, sizeof address);
    } else {
      std::memcpy(values[i].bytes, argument.value.scalar, sizeof values[i].bytes);
    }
    pointers[i] = &values[i];
  }
  pointers_ = pointers;
}

double Launch::expectedNanoseconds() const noexcept {
  const float itemCost = kernel_.itemCost();
  return itemCost > 0 ? static_cast<double>(itemCost) * static_cast<double>(items_) : std::numeric_limits<double>::infinity();
}

void Launch::run(WorkerPool& pool) const {
  FailureSink sink;
  nexus_cpu_block block = block_;
  block.fail = FailureSink::report;
  block.state = &sink;
  if (kernel_.usesBarrier())
    runWithBarriers(pool, block);
  else
    runPlain(pool, block);
  if (sink.hasFailed.load(std::memory_order_relaxed)) [[unlikely]]
    throw PluginError(NXS_LAUNCH_FAILED, "kernel '" + kernel_.name() + "' threw: " + sink.message);
}

void Launch::runPlain(WorkerPool& pool, nexus_cpu_block& block) const {
  prepareMemory(block, kernel_.itemBytes());
  const bool isKnown = kernel_.itemCost() > 0;
  if (isKnown && (blocks_ == 1 || expectedNanoseconds() < worthSharingNanoseconds)) {
    if (isTimeToMeasure())
      runTimed(block, 0, blocks_);
    else
      kernel_.runBlocks(block, pointers_, 0, blocks_);
    return;
  }
  const std::size_t grain = std::max<std::size_t>(1, blocks_ / (pool.threads() * piecesPerThread));
  std::size_t done = 0;
  if (!isKnown) {
    // The first piece tells what the rest will cost.
    runTimed(block, 0, grain);
    done = grain;
    if (done == blocks_) return;
    if (expectedNanoseconds() < worthSharingNanoseconds) {
      kernel_.runBlocks(block, pointers_, done, blocks_ - done);
      return;
    }
  }
  // One piece is measured rather than the whole loop, whose time also tells of the other threads.
  pool.loop(done, blocks_, grain,
            [&, done](std::size_t first, std::size_t count) { runPiece(block, first, count, first == done); });
}

void Launch::runTimed(nexus_cpu_block& block, std::size_t first, std::size_t count) const {
  const auto start = Clock::now();
  kernel_.runBlocks(block, pointers_, first, count);
  kernel_.learnItemCost(nanosecondsSince(start) / static_cast<float>(count * itemsPerBlock_));
}

void Launch::runPiece(const nexus_cpu_block& shared, std::size_t first, std::size_t count, bool isTimed) const {
  nexus_cpu_block block = shared;
  try {
    prepareMemory(block, kernel_.itemBytes());
    if (isTimed)
      runTimed(block, first, count);
    else
      kernel_.runBlocks(block, pointers_, first, count);
  } catch (const std::exception& e) {
    block.fail(block.state, e.what());
  }
}

namespace {

/// One block whose items wait for each other.
struct BarrierBlock {
  const Kernel& kernel;
  nexus_cpu_block block;
  const void* const* arguments;

  static void item(void* context, std::size_t index) {
    const auto& self = *static_cast<const BarrierBlock*>(context);
    const std::size_t (&size)[3] = self.block.size;
    self.kernel.runItem(self.block, self.arguments, index % size[0], index / size[0] % size[1], index / size[0] / size[1]);
  }
};

FiberGroup& fiberGroup() {
  static thread_local FiberGroup group;
  return group;
}

}  // namespace

void Launch::runWithBarriers(WorkerPool& pool, const nexus_cpu_block& block) const {
  const auto runBlocks = [&](std::size_t first, std::size_t count) {
    FailureSink& sink = *static_cast<FailureSink*>(block.state);
    try {
      FiberGroup& fibers = fiberGroup();
      // The kernel reaches both its failure sink and its fibers through one pointer.
      struct State {
        FailureSink& sink;
        FiberGroup& fibers;
      } state{sink, fibers};
      BarrierBlock one{kernel_, block, pointers_};
      one.block.shared = sharedMemory.get(std::max<std::size_t>(block.shared_bytes, 64));
      one.block.state = &state;
      one.block.fail = [](void* s, const char* message) { FailureSink::report(&static_cast<State*>(s)->sink, message); };
      one.block.barrier = [](void* s) { static_cast<State*>(s)->fibers.barrier(); };
      if (itemsPerBlock_ == 1) one.block.barrier = [](void*) {};
      const auto start = Clock::now();
      for (std::size_t i = first; i < first + count; ++i) {
        one.block.index[0] = i % block.grid[0];
        one.block.index[1] = i / block.grid[0] % block.grid[1];
        one.block.index[2] = i / block.grid[0] / block.grid[1];
        if (itemsPerBlock_ == 1)
          BarrierBlock::item(&one, 0);
        else
          fibers.run(itemsPerBlock_, BarrierBlock::item, &one);
      }
      kernel_.learnItemCost(nanosecondsSince(start) / static_cast<float>(count * itemsPerBlock_));
    } catch (const std::exception& e) {
      FailureSink::report(&sink, e.what());
    }
  };
  if (expectedNanoseconds() < worthSharingNanoseconds)
    runBlocks(0, blocks_);
  else
    pool.loop(0, blocks_, std::max<std::size_t>(1, blocks_ / (pool.threads() * piecesPerThread)), runBlocks);
}

}  // namespace nexus::cpu_plugin
