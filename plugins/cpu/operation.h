#pragma once

#include "launch.h"
#include "worker_pool.h"

#include "plugins/support/timeline.h"

#include <memory>
#include <variant>

namespace nexus::cpu_plugin {

struct Copy {
  void* destination;
  const void* source;
  std::size_t size;
};
struct Fill {
  void* destination;
  std::size_t size;
  unsigned char pattern[16];
  std::size_t patternSize;
};
struct Signal {
  std::shared_ptr<plugin_support::Timeline> event;
  std::uint64_t value;
};
struct Wait {
  std::shared_ptr<plugin_support::Timeline> event;
  std::uint64_t value;
};
struct HostCall {
  nxs_host_call call;
};
struct Timestamp {
  std::uint64_t* nanoseconds;
};

/// A command, resolved to addresses.
class Operation {
 public:
  explicit Operation(const nxs_command& command);

  /// Runs it; a Wait does nothing here. Throws PluginError.
  void run(WorkerPool& pool) const;
  /// Not run because of an earlier failure.
  void skip(const plugin_support::PluginError& failure) const;
  const Wait* asWait() const noexcept { return std::get_if<Wait>(&step_); }
  /// Whether the submitting thread must not run it: it would block, or hold a lock that the function of the host takes.
  bool mustBeQueued() const noexcept { return std::holds_alternative<Wait>(step_) || std::holds_alternative<HostCall>(step_); }
  /// Time on one thread; infinite if it is not known.
  double expectedNanoseconds() const noexcept;

 private:
  void perform(WorkerPool& pool) const;

  std::variant<std::monostate, Launch, Copy, Fill, Signal, Wait, HostCall, Timestamp> step_;
};

}  // namespace nexus::cpu_plugin
