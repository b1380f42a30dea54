#pragma once

#include "timeline_object.h"

#include <deque>
#include <memory>
#include <span>
#include <vector>

namespace nexus::detail {

/// Commands of one submission with all that they refer to, for submitting them later.
class HeldCommands {
 public:
  HeldCommands(std::span<const nxs_command> commands, std::span<const Object* const> used);

  std::span<const nxs_command> commands() const noexcept { return commands_; }
  std::vector<const Object*> used() const;
  /// They will never run: host calls are made with the status, and events of `device` that they were to raise fail.
  void drop(const DeviceObject& device, nxs_status status) const noexcept;

 private:
  std::vector<nxs_command> commands_;
  std::vector<std::vector<nxs_argument>> arguments_;
  std::vector<Ref> used_;
};

/// A wait for an event that the stream's own plugin cannot wait for, or commands behind it.
struct HeldStep {
  Ref event;  // TimelineObject; empty: commands
  std::uint64_t value = 0;
  std::unique_ptr<HeldCommands> commands;
  std::uint64_t since = 0;  // by the clock of traces; when the stream came to the wait
};

}  // namespace nexus::detail
