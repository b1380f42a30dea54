#pragma once

#include <nexus/library.h>

namespace nexus {

class Schedule;

/// What a command does.
enum class CommandKind : std::uint32_t { Launch = 1, Copy = 2, Fill = 3, Signal = 4, Wait = 5 };

/// One step of a schedule. Changing it affects later runs only. Building and changing the commands of one schedule is the caller's to
/// serialise; running is not.
class NEXUS_API Command : public Handle {
 public:
  Command() = default;
  CommandKind getKind() const;
  Schedule getSchedule() const;
  /// Kernel of a launch command; throws InvalidArgumentError for other kinds.
  Kernel getKernel() const;
  /// Sets one argument of a launch command. Scalars are copied and converted to the declared type at once; buffers are kept alive.
  void setArg(std::int64_t index, const Argument& value) const;
  /// Sets all arguments.
  void setArgs(std::span<const Argument> values) const;
  void setArgs(std::initializer_list<Argument> values) const { setArgs(std::span(values.begin(), values.size())); }
  /// Fixes grid and block of a launch command and checks that every argument is set. May be called again with others.
  void finalize(const Dim3& grid, const Dim3& block, std::int64_t sharedBytes = 0) const;

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

/// A list of commands, recorded once and run many times.
class NEXUS_API Schedule : public Handle {
 public:
  Schedule() = default;
  Device getDevice() const;
  std::vector<Command> getCommands() const;

  /// Adds a launch whose arguments, grid and block are still to be given.
  Command createCommand(const Kernel& kernel) const;
  /// Adds a complete launch.
  Command createCommand(const Kernel& kernel, std::span<const Argument> arguments, const Dim3& grid, const Dim3& block,
                        std::int64_t sharedBytes = 0) const;
  Command createCommand(const Kernel& kernel, std::initializer_list<Argument> arguments, const Dim3& grid, const Dim3& block,
                        std::int64_t sharedBytes = 0) const {
    return createCommand(kernel, std::span(arguments.begin(), arguments.size()), grid, block, sharedBytes);
  }
  /// Adds a copy between two buffers of equal element type and number of elements.
  Command createCopyCommand(const Buffer& destination, const Buffer& source) const;
  /// Adds a fill of all elements with a value, which must fit the element type.
  Command createFillCommand(const Buffer& buffer, double value) const;
  Command createSignalCommand(const Event& event, std::uint64_t value) const;
  Command createWaitCommand(const Event& event, std::uint64_t value) const;

  /// Runs all commands in order on the device's default stream and returns when they have completed.
  void run() const;
  /// Runs all commands in order on a stream (an empty handle is the default stream).
  void run(const Stream& stream, bool blocking = true) const;

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

}  // namespace nexus
