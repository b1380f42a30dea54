#include "run_times.h"

namespace nexus::detail {

bool RunTimes::isComplete() const noexcept {
  for (std::size_t i = 0; i < moments_.count(); ++i)
    if (moments_[i] == 0) return false;
  return true;
}

std::vector<std::uint64_t> RunTimes::durations(std::size_t count) const {
  std::vector<std::uint64_t> nanoseconds;
  for (std::size_t i = 0; i < count && count < moments_.count(); ++i) nanoseconds.push_back(moments_[i + 1] - moments_[i]);
  return nanoseconds;
}

}  // namespace nexus::detail
