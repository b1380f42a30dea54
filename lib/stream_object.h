#pragma once

#include "device_object.h"
#include "held_work.h"
#include "in_flight.h"

#include "plugins/support/light_mutex.h"

#include <nexus/stream.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <span>

namespace nexus::detail {

class EventObject;

/// A stream. Keeps what its commands use alive until they have completed.
class StreamObject : public Object {
 public:
  static constexpr const char* kind = "Stream";

  /// A stream of its own.
  explicit StreamObject(const DeviceObject& device);
  /// A stream that is part of its device, of that name; it keeps the device alive only while it is referenced itself.
  StreamObject(const DeviceObject& device, const char* partName);
  ~StreamObject() override;

  const DeviceObject& device() const noexcept { return device_; }
  nxs_stream* native() const noexcept { return native_; }
  /// The same as the device's, without a look at the device.
  const nxs_plugin_table& table() const noexcept { return plugin_.table(); }
  void checkProcess() const {
    if (forkGeneration() != generation_) [[unlikely]]
      device_.checkProcess();
  }
  /// "cpu:0 stream 2".
  const std::string& name() const noexcept { return name_; }
  /// A reference, also to a stream that is part of its device; the caller holds the device.
  Ref reference() const;

  /// Submits commands. `used` are the objects that must live until they have completed. `what` says what is tried.
  template <class What>
  void submit(std::span<const nxs_command> commands, bool blocking, std::span<const Object* const> used, What&& what) const {
    checkProcess();
    if (isHeld()) [[unlikely]]
      if (hold(commands, blocking, used)) return;
    std::uint64_t ticket = 0;
    device_.check(table().stream_submit(native_, commands.data(), static_cast<std::uint32_t>(commands.size()),
                                        blocking ? std::uint32_t{NXS_SUBMIT_INLINE} : 0u, &ticket),
                  what);
    finish(ticket, blocking, used);
  }
  /// Holds back what is submitted from now on until an event of another device reaches `value`. Nothing blocks: the core keeps the work and
  /// hands it to the plugin when the time has come.
  void waitForForeign(const TimelineObject& event, std::uint64_t value) const;
  /// Raises an event of another device when everything submitted before has completed.
  void signalForeign(const EventObject& event, std::uint64_t value) const;
  /// Whether the core looks after what is submitted: it waits for such an event, or is skipped since the wait failed.
  bool isHeld() const noexcept { return isHeld_.load(std::memory_order_acquire); }

  /// What follows every submission: if its commands are still in flight, keeps the objects and, if wanted, waits.
  void finish(std::uint64_t ticket, bool blocking, std::span<const Object* const> used) const {
    if (ticket == 0) return;
    keep(ticket, used);
    if (blocking) [[unlikely]]
      synchronize(NXS_FOREVER);
  }
  /// Keeps objects until the command of that ticket has completed. Cannot fail: the command is in flight already.
  void keep(std::uint64_t ticket, std::span<const Object* const> used) const noexcept {
    {
      const std::lock_guard lock(inFlightMutex_);
      if (isWatched_ && inFlight_.prolong(ticket, used)) [[likely]] {
        raiseLastTicket(ticket);
        return;
      }
    }
    keepMore(ticket, used);
  }
  /// Of what was submitted last and may be in flight.
  std::uint64_t lastTicket() const noexcept { return lastTicket_.load(std::memory_order_relaxed); }
  bool hasCompleted(std::uint64_t ticket) const;
  /// The same for those who only want to give something back: if it cannot be told, it has not.
  bool isOver(std::uint64_t ticket) const noexcept;
  /// Whether nothing runs on the device any more.
  bool isLost() const noexcept;
  /// Waits until isOver without ending a failure of the stream; returns false if the time is over first.
  bool awaitOver(std::uint64_t ticket, std::uint64_t timeoutNanoseconds) const noexcept;

  /// Returns false if the time is over first. Throws what failed, or Interrupted.
  bool synchronize(std::uint64_t timeoutNanoseconds) const;
  bool isIdle() const { return (!isHeld() || hasHeldFailed_) && hasCompleted(lastTicket()); }
  /// Drops what completed commands used.
  void reap() const noexcept;
  /// Whether work may be in flight, as far as is known without asking the plugin.
  bool mayBeBusy() const noexcept;
  /// For the janitor. Reaps; returns whether nothing is in flight, so that the stream need not be watched any longer.
  bool endWatch() const noexcept;
  /// For the janitor: the next stream that it watches.
  mutable Ref nextWatched;

 private:
  StreamObject(const DeviceObject& device, std::string name, bool isPartOfDevice);
  void unreferenced() const noexcept override;
  void raiseLastTicket(std::uint64_t ticket) const noexcept {
    if (lastTicket_.load(std::memory_order_relaxed) < ticket) lastTicket_.store(ticket, std::memory_order_relaxed);
  }
  void keepMore(std::uint64_t ticket, std::span<const Object* const> used) const noexcept;
  std::uint64_t completedTicket() const noexcept;
  void reapUpTo(std::uint64_t completed) const noexcept;
  bool hold(std::span<const nxs_command> commands, bool blocking, std::span<const Object* const> used) const;
  class Proceed;
  void watchFirstHeld() const;
  void proceed(nxs_status status) const noexcept;
  void submitHeld(const HeldCommands& held) const;
  void failHeld(std::exception_ptr failure, nxs_status status) const;
  void throwHeldFailure() const;

  const DeviceObject& device_;
  const PluginModule& plugin_ = device_.plugin();
  nxs_stream* native_ = nullptr;
  const std::uint32_t generation_ = forkGeneration();
  const bool isPartOfDevice_;
  mutable std::atomic<bool> isHeld_{false}, hasHeldFailed_{false};
  mutable std::atomic<std::uint64_t> lastTicket_{0};  // written under the mutex that follows
  mutable plugin_support::LightMutex inFlightMutex_;
  mutable bool isWatched_ = false;
  mutable bool hasLostTrack_ = false;  // there was no memory to note what is in flight
  mutable InFlight inFlight_;
  const std::string name_;

  mutable std::mutex heldMutex_;  // guards everything below
  mutable std::condition_variable heldChanged_;
  mutable std::deque<HeldStep> held_;
  mutable std::exception_ptr heldFailure_;
  mutable nxs_status heldStatus_ = NXS_SUCCESS;
};

}  // namespace nexus::detail
