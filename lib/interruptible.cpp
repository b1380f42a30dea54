#include "interruptible.h"

#include <nexus/error.h>
#include <nexus/plugin.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <string>

namespace nexus {

namespace {
std::atomic<bool (*)()> interruptCheck{nullptr};
constexpr std::uint64_t sliceNanoseconds = 50'000'000;
}  // namespace

void setInterruptCheck(bool (*check)()) noexcept { interruptCheck.store(check); }

namespace detail {

std::uint64_t toNanoseconds(double seconds) {
  if (!(seconds >= 0))
    throw InvalidArgumentError("timeout is " + std::to_string(seconds) + "; it is in seconds and must be 0 or more");
  return seconds > 1.5e10 ? NXS_FOREVER : static_cast<std::uint64_t>(std::ceil(seconds * 1e9));
}

bool waitInterruptibly(std::uint64_t timeout, const std::function<bool(std::uint64_t)>& wait) {
  const auto check = interruptCheck.load();
  if (!check) return wait(timeout);
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t left = timeout;;) {
    if (wait(std::min(left, sliceNanoseconds))) return true;
    if (check()) throw Interrupted();
    if (timeout == NXS_FOREVER) continue;
    const auto passed = static_cast<std::uint64_t>((std::chrono::steady_clock::now() - start) / std::chrono::nanoseconds(1));
    if (passed >= timeout) return false;
    left = timeout - passed;
  }
}

}  // namespace detail
}  // namespace nexus
