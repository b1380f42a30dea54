#pragma once

#include <nexus/plugin.h>

#include <chrono>
#include <cstdint>

namespace nexus::plugin_support {

/// Waits until `isOver`; returns false if so many nanoseconds (NXS_FOREVER: no limit) pass first.
template <class Condition, class Lock, class Predicate>
bool waitFor(Condition& changed, Lock& lock, std::uint64_t nanoseconds, Predicate isOver) {
  // Beyond a century the clock's arithmetic would overflow.
  constexpr std::uint64_t century = std::uint64_t{3'000'000'000} * 1'000'000'000;
  if (nanoseconds < century) return changed.wait_for(lock, std::chrono::nanoseconds(nanoseconds), isOver);
  changed.wait(lock, isOver);
  return true;
}

}  // namespace nexus::plugin_support
