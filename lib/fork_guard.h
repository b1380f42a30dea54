#pragma once

#include <atomic>
#include <cstdint>

namespace nexus::detail {

extern std::atomic<std::uint32_t> forks;

/// Number of forks between the first process that used Nexus and this one. Drivers and threads do not survive a fork, so objects note the
/// number at birth and refuse to work under another.
inline std::uint32_t forkGeneration() noexcept { return forks.load(std::memory_order_relaxed); }

}  // namespace nexus::detail
