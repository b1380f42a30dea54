#include "fiber.h"

#include "fiber_context.h"

#include "plugins/support/plugin_error.h"

#include <sys/mman.h>

#include <cerrno>
#include <deque>
#include <utility>

namespace nexus::cpu_plugin {

namespace {

constexpr std::size_t stackSize = std::size_t{128} << 10;
constexpr std::size_t guardSize = 4096;

/// Stacks of one thread, each with an inaccessible page below it. Only pages that are touched take memory.
class Stacks {
 public:
  Stacks() = default;
  Stacks(const Stacks&) = delete;
  Stacks& operator=(const Stacks&) = delete;
  ~Stacks() { unmap(); }

  void grow(std::size_t count) {
    if (count <= count_) return;
    unmap();
    void* memory = mmap(nullptr, count * stackSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
      throw plugin_support::PluginError(
          NXS_OUT_OF_MEMORY,
          "no memory for the stacks of " + std::to_string(count) + " items that wait at a barrier; use smaller blocks", errno);
    memory_ = static_cast<char*>(memory);
    count_ = count;
    for (std::size_t i = 0; i < count; ++i) mprotect(memory_ + i * stackSize, guardSize, PROT_NONE);
  }
  char* bottom(std::size_t index) const noexcept { return memory_ + index * stackSize + guardSize; }

 private:
  void unmap() noexcept {
    if (memory_) {
      FiberContext::clearMarks(memory_, count_ * stackSize);
      munmap(memory_, count_ * stackSize);
    }
    memory_ = nullptr;
    count_ = 0;
  }
  char* memory_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace

struct FiberGroup::State {
  Stacks stacks;
  FiberContext scheduler;
  std::deque<FiberContext> fibers;
  std::deque<bool> hasEnded;
  void (*item)(void*, std::size_t) = nullptr;
  void* context = nullptr;
  std::size_t current = 0, alive = 0;
  static thread_local State* running;

  static void enter() {
    State& state = *running;
    FiberContext& self = state.fibers[state.current];
    self.entered();
    state.item(state.context, state.current);
    state.hasEnded[state.current] = true;
    --state.alive;
    self.switchTo(state.scheduler, true);
  }
};
thread_local FiberGroup::State* FiberGroup::State::running = nullptr;

FiberGroup::FiberGroup() : state_(std::make_unique<State>()) {}
FiberGroup::~FiberGroup() = default;

void FiberGroup::run(std::size_t count, void (*item)(void*, std::size_t), void* context) {
  State& state = *state_;
  state.stacks.grow(count);
  while (state.fibers.size() < count) state.fibers.emplace_back();
  state.hasEnded.assign(count, false);
  state.item = item;
  state.context = context;
  state.alive = count;
  State* outer = std::exchange(State::running, &state);
  for (std::size_t i = 0; i < count; ++i) state.fibers[i].prepare(state.stacks.bottom(i), stackSize - guardSize, State::enter);
  while (state.alive != 0)
    for (state.current = 0; state.current < count; ++state.current)
      if (!state.hasEnded[state.current]) state.scheduler.switchTo(state.fibers[state.current]);
  State::running = outer;
}

void FiberGroup::barrier() { state_->fibers[state_->current].switchTo(state_->scheduler); }

}  // namespace nexus::cpu_plugin
