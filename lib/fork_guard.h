#pragma once

#include <cstdint>

namespace nexus::detail {

/// Number of forks between the first process that used Nexus and this one. Drivers and threads do not survive a fork, so objects note the
/// number at birth and refuse to work under another.
std::uint32_t forkGeneration() noexcept;

}  // namespace nexus::detail
