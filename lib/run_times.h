#pragma once

#include <nexus/handle.h>
#include <nexus/plugin.h>

#include <atomic>
#include <cstdint>
#include <vector>

namespace nexus::detail {

/// Measures the commands of one run that the plugin does not measure: host calls between them note the time at which the stream
/// came there.
class RunTimes : public Object {
 public:
  explicit RunTimes(std::size_t commands) : moments_(commands + 1) {}

  /// To be submitted before command `index`, and once more behind the last one. This must live until it has been called.
  nxs_command stamp(std::size_t index) const noexcept;
  static bool isStamp(const nxs_command& command) noexcept {
    return command.kind == NXS_COMMAND_HOST_CALL && command.as.host_call.function == noteMoment;
  }
  /// Whether the stream has come to the end of the run.
  bool isOver() const noexcept { return moments_.back().load(std::memory_order_acquire) != 0; }
  /// Of a run that is over: whether nothing failed or was skipped.
  bool isComplete() const noexcept;
  /// Nanoseconds of the first `count` commands; nothing if there are less. For a complete run.
  std::vector<std::uint64_t> durations(std::size_t count) const;

 private:
  static void noteMoment(void* moment, nxs_status status);

  static constexpr std::uint64_t failed = UINT64_MAX;
  mutable std::vector<std::atomic<std::uint64_t>> moments_;  // 0: not there yet
};

}  // namespace nexus::detail
