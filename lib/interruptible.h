#pragma once

#include <cstdint>
#include <functional>

namespace nexus::detail {

/// Nanoseconds of a timeout in seconds. Throws InvalidArgumentError for negative values and NaN; infinity and anything beyond 500 years is
/// NXS_FOREVER.
std::uint64_t toNanoseconds(double seconds);

/// Calls `wait` with slices of the timeout until it returns true (done), the time is over (returns false) or the interrupt check fires
/// (throws Interrupted). Without an interrupt check there is one slice.
bool waitInterruptibly(std::uint64_t timeoutNanoseconds, const std::function<bool(std::uint64_t)>& wait);

}  // namespace nexus::detail
