#pragma once

#include "fork_guard.h"

#include <atomic>

namespace nexus::detail {

/// The one T of this process. It is never destroyed, since threads and objects of other libraries may outlive static destructors. A forked
/// child gets a new one: its copy of the parent's may be locked for ever by a thread that does not exist there.
template <class T>
T& perProcess() {
  struct Holder {
    T value{};
    std::uint32_t generation = forkGeneration();
  };
  static std::atomic<Holder*> current{new Holder};
  Holder* holder = current.load(std::memory_order_acquire);
  if (holder->generation != forkGeneration()) {
    auto* fresh = new Holder;
    if (current.compare_exchange_strong(holder, fresh, std::memory_order_acq_rel)) return fresh->value;
    delete fresh;
  }
  return holder->value;
}

}  // namespace nexus::detail
