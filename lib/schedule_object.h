#pragma once

#include "event_object.h"
#include "launch.h"
#include "run_times.h"
#include "stream_object.h"

#include <nexus/schedule.h>

#include <deque>

namespace nexus::detail {

class ScheduleObject;

/// One command; a part of its schedule.
class CommandObject : public Embedded {
 public:
  static constexpr const char* kind = "Command";

  /// `used` are the objects that the command needs.
  CommandObject(const ScheduleObject& schedule, const nxs_command& command, std::vector<Ref> used);
  /// A signal of, or a wait for, an event of another device.
  CommandObject(const ScheduleObject& schedule, std::uint32_t kind, const EventObject& foreignEvent, std::uint64_t value);
  /// A launch whose arguments, grid and block are still to be given.
  CommandObject(const ScheduleObject& schedule, const KernelObject& kernel);

  const ScheduleObject& schedule() const noexcept { return schedule_; }
  /// For the plugin; the list of arguments is borrowed until the next change.
  nxs_command command() const noexcept;
  CommandKind commandKind() const noexcept { return static_cast<CommandKind>(command_.kind); }
  /// Throws InvalidArgumentError unless this is a launch.
  const KernelObject& kernel() const;
  bool isFinalized() const noexcept { return isFinalized_; }
  /// Whether the plugin cannot run this command.
  bool isForeign() const noexcept { return isForeign_; }
  void submitForeign(const StreamObject& stream) const;
  /// Adds the objects that the command needs.
  void listUsed(std::vector<const Object*>& used) const;

  void setArgument(std::size_t index, const Argument& value);
  void setArguments(std::span<const Argument> values);
  void finalize(const Dim3& grid, const Dim3& block, std::int64_t sharedBytes);
  /// "command 3 (kernel 'saxpy')".
  std::string describe() const;

 private:
  void use(std::size_t slot, const Object* object);
  void checkIndex(std::size_t index) const;

  const ScheduleObject& schedule_;
  nxs_command command_;
  const KernelObject* kernel_ = nullptr;
  bool isForeign_ = false;
  bool isFinalized_ = true;
  std::vector<nxs_argument> arguments_;
  std::vector<Ref> used_;
};

/// A list of commands and what the plugin made of it.
class ScheduleObject : public Object {
 public:
  static constexpr const char* kind = "Schedule";

  explicit ScheduleObject(const DeviceObject& device) : device_(device) {}
  ~ScheduleObject() override;

  const DeviceObject& device() const noexcept { return device_; }
  std::deque<CommandObject>& commands() noexcept { return commands_; }
  std::size_t indexOf(const CommandObject& command) const;

  template <class... A>
  CommandObject& add(A&&... arguments) {
    commands_.emplace_back(*this, std::forward<A>(arguments)...);
    isReady_.store(false, std::memory_order_release);
    return commands_.back();
  }
  /// A command was changed; the plugin learns of it at the next run.
  void markChanged(const CommandObject& command) const;
  /// An object that runs in flight may still use is no longer needed by later ones.
  void retire(const Ref& object) const noexcept;

  void run(const StreamObject& stream, bool blocking) const;
  void setTimed(bool isTimed) noexcept { isTimed_.store(isTimed, std::memory_order_relaxed); }
  bool isTimed() const noexcept { return isTimed_.load(std::memory_order_relaxed); }
  /// Durations of the first `count` commands in the last timed run.
  std::vector<std::uint64_t> durations(std::size_t count) const;

 private:
  void prepare() const;
  void compile() const;
  void outdate() const;
  void submitCompiled(const StreamObject& stream, bool blocking) const;
  void noteRunOn(const StreamObject& stream) const noexcept;
  void submitPiecewise(const StreamObject& stream, bool blocking) const;
  bool isTimedByPlugin() const noexcept;
  /// Times of the latest run that was measured without the plugin and has completed; forgets those before it and failed ones.
  const RunTimes* pruneTimes() const noexcept;
  /// Has the streams of such runs look at what has completed.
  void reapTimedRuns() const;

  const DeviceObject& device_;
  Ref keepsDevice_{&device_};
  std::deque<CommandObject> commands_;

  std::atomic<bool> isTimed_{false};
  mutable std::atomic<bool> isReady_{false};
  mutable std::atomic<const StreamObject*> latestStream_{nullptr};  // one of ranOn_
  mutable nxs_schedule* native_ = nullptr;
  mutable std::mutex mutex_;                     // guards everything below
  mutable std::vector<nxs_schedule*> outdated_;  // a run on another thread may still use them
  mutable std::size_t compiledCount_ = 0;
  mutable std::vector<const CommandObject*> changed_;
  mutable std::vector<Ref> ranOn_;       // streams on which runs may be in flight
  mutable bool hasUnknownRuns_ = false;  // there was no memory to note one
  mutable std::vector<Ref> times_;       // RunTimes of timed runs since the last one that the plugin measured
};

}  // namespace nexus::detail
