#pragma once

#include <cstddef>
#include <memory>

namespace nexus::cpu_plugin {

/// Runs the items of one block so that each can wait for the others: every item on a stack of its own, all on the calling thread, switching at
/// barriers.
class FiberGroup {
 public:
  /// Calls item(context, i) for every i below `count`. Throws PluginError if there is no memory for the stacks. The item must not throw.
  void run(std::size_t count, void (*item)(void* context, std::size_t index), void* context);
  /// Called by an item; returns when all items that have not ended are there.
  void barrier();

  FiberGroup();
  ~FiberGroup();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nexus::cpu_plugin
