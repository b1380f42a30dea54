#include "run_times.h"

#include "trace_file.h"

#include <algorithm>

namespace nexus::detail {

nxs_command RunTimes::stamp(std::size_t index) const noexcept {
  nxs_command command{};
  command.kind = NXS_COMMAND_HOST_CALL;
  command.as.host_call = {noteMoment, &moments_[index]};
  return command;
}

void RunTimes::noteMoment(void* moment, nxs_status status) {
  static_cast<std::atomic<std::uint64_t>*>(moment)->store(status == NXS_SUCCESS ? traceClock() : failed, std::memory_order_release);
}

bool RunTimes::isComplete() const noexcept {
  return std::none_of(moments_.begin(), moments_.end(), [](const auto& moment) { return moment == 0 || moment == failed; });
}

std::vector<std::uint64_t> RunTimes::durations(std::size_t count) const {
  std::vector<std::uint64_t> nanoseconds;
  for (std::size_t i = 0; i < count && count < moments_.size(); ++i) nanoseconds.push_back(moments_[i + 1] - moments_[i]);
  return nanoseconds;
}

}  // namespace nexus::detail
