#pragma once

#include <nexus/library.h>

#include <functional>

namespace nexus {

class Schedule;

/// What a command does.
enum class CommandKind : std::uint32_t { Launch = 1, Copy = 2, Fill = 3, Signal = 4, Wait = 5, Call = 6 };

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
  /// Nanoseconds that this command took in the last timed run of its schedule that has completed. Throws NotFoundError if there was none.
  std::uint64_t getDuration() const;

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
  /// Adds a copy between two contiguous buffers of equal element type and number of elements. One of them may be on another device if the host can
  /// address its memory; the order against work on that device is the caller's to secure, with events.
  Command createCopyCommand(const Buffer& destination, const Buffer& source) const;
  /// Adds a fill of all elements with a value, which must fit the element type.
  Command createFillCommand(const Buffer& buffer, double value) const;
  /// The same for any number, also integers beyond 2^53 and complex ones.
  Command createFillCommand(const Buffer& buffer, const Argument& value) const;
  /// Adds a copy of a host array to a buffer, or back; same rules as Buffer::copyFrom and copyTo. Every run reads or writes the array, which must
  /// live as long as the schedule; `release` is called once, when the schedule no longer needs it; not if this throws.
  Command createCopyFromHostCommand(const Buffer& destination, const ArrayView& source, std::function<void()> release = {}) const;
  Command createCopyToHostCommand(const ArrayView& destination, const Buffer& source, std::function<void()> release = {}) const;
  /// Adds a call of a host function, on any thread. Later commands wait until it returns. It must not wait for this stream. An exception that
  /// leaves it is logged and otherwise ignored.
  Command createCallCommand(std::function<void()> function) const;
  /// The event may belong to another device, also in waits and signals of streams.
  Command createSignalCommand(const Event& event, std::uint64_t value) const;
  Command createWaitCommand(const Event& event, std::uint64_t value) const;

  /// Runs all commands in order on the device's default stream and returns when they have completed.
  void run() const;
  /// Runs all commands in order on a stream (an empty handle is the default stream).
  void run(const Stream& stream, bool blocking = true) const;

  /// Whether later runs measure their commands: the device does it, or host calls between the commands where its plugin cannot.
  void setTimed(bool isTimed) const;
  bool isTimed() const;
  /// Nanoseconds that all commands together took in the last timed run that has completed. Throws NotFoundError if there was none.
  std::uint64_t getDuration() const;

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

}  // namespace nexus
