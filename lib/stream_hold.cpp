// The part of a stream that waits for events which its own plugin knows nothing of.
#include "courier.h"
#include "event_object.h"
#include "stream_object.h"
#include "trace_file.h"

#include <nexus/error.h>

namespace nexus::detail {

bool StreamObject::hold(std::span<const nxs_command> commands, bool blocking, std::span<const Object* const> used) const {
  {
    std::lock_guard lock(heldMutex_);
    if (!isHeld()) return false;
    auto held = std::make_unique<HeldCommands>(commands, used);
    if (hasHeldFailed_)
      held->drop(device_, heldStatus_);
    else
      held_.push_back({Ref(), 0, std::move(held)});
  }
  if (blocking) synchronize(NXS_FOREVER);
  return true;
}

void StreamObject::waitForForeign(const TimelineObject& event, std::uint64_t value) const {
  device_.checkProcess();
  std::lock_guard lock(heldMutex_);
  if (hasHeldFailed_) return;
  try {
    if (!isHeld() && event.hasReached(value)) return;
  } catch (const Error&) {
    // An event that has failed already makes the stream fail as one does that fails later.
  }
  held_.push_back({Ref(&event), value, nullptr});
  if (isHeld_.exchange(true)) return;
  try {
    watchFirstHeld();
  } catch (...) {
    // Nobody would ever let the stream go on.
    held_.clear();
    isHeld_.store(false, std::memory_order_release);
    heldChanged_.notify_all();
    throw;
  }
}

namespace {

class Signal : public FollowUp {
 public:
  Signal(const EventObject& event, std::uint64_t value) : event_(&event), value_(value) {}
  void run(nxs_status status) noexcept override {
    static_cast<const EventObject&>(*event_.get()).timeline().signalOrFail(value_, status);
  }

 private:
  const Ref event_;
  const std::uint64_t value_;
};

}  // namespace

void StreamObject::signalForeign(const EventObject& event, std::uint64_t value) const {
  auto signal = std::make_unique<Signal>(event, value);
  nxs_command command{};
  command.kind = NXS_COMMAND_HOST_CALL;
  command.as.host_call = signal->hostCall();
  submit({&command, 1}, false, {},
         [&] { return "cannot signal an event of " + event.device().id() + " to " + std::to_string(value); });
  static_cast<void>(signal.release());
}

class StreamObject::Proceed : public FollowUp {
 public:
  explicit Proceed(Ref stream) noexcept : stream_(std::move(stream)) {}
  void run(nxs_status status) noexcept override { static_cast<const StreamObject&>(*stream_.get()).proceed(status); }

 private:
  const Ref stream_;
};

void StreamObject::watchFirstHeld() const {
  HeldStep& step = held_.front();
  step.since = traceClock();
  static_cast<const TimelineObject&>(*step.event.get()).notify(step.value, std::make_unique<Proceed>(reference()));
}

void StreamObject::submitHeld(const HeldCommands& held) const {
  const auto commands = held.commands();
  const auto used = held.used();  // nothing may fail between the submission and the keeping
  std::uint64_t ticket = 0;
  device_.check(device_.table().stream_submit(native_, commands.data(), static_cast<std::uint32_t>(commands.size()), 0, &ticket),
                [] { return std::string("work that waited for an event of another device failed"); });
  finish(ticket, false, used);
}

namespace {

/// The plugin sees nothing of such a wait.
void traceHeldWait(const HeldStep& step, const std::string& line, nxs_status status) {
  if (TraceFile::isOn())
    TraceFile::get().slice(
        line,
        "wait for " + std::to_string(step.value) + " of " + static_cast<const TimelineObject&>(*step.event.get()).device().id(),
        status == NXS_SUCCESS ? "device" : "failed", step.since, traceClock());
}

[[noreturn]] void throwAwaitedFailure(const TimelineObject& event, const StreamObject& stream, nxs_status status) {
  std::string why;
  try {
    static_cast<void>(event.value());
  } catch (const Error& error) {
    why = std::string(": ") + error.what();
  }
  throwError(static_cast<Status>(status),
             stream.device().id() + ": an event of " + event.device().id() + " that the stream waited for failed" + why);
}

}  // namespace

void StreamObject::proceed(nxs_status status) const noexcept {
  std::lock_guard lock(heldMutex_);
  try {
    traceHeldWait(held_.front(), name_, status);
    if (status != NXS_SUCCESS) throwAwaitedFailure(static_cast<const TimelineObject&>(*held_.front().event.get()), *this, status);
    held_.pop_front();
    while (!held_.empty()) {
      HeldStep& step = held_.front();
      if (step.event.get() && !static_cast<const TimelineObject&>(*step.event.get()).hasReached(step.value)) {
        watchFirstHeld();
        return;
      }
      if (step.commands) submitHeld(*step.commands);
      held_.pop_front();
    }
  } catch (const Error& error) {
    failHeld(std::current_exception(), static_cast<nxs_status>(error.status()));
  } catch (...) {
    failHeld(std::current_exception(), NXS_INTERNAL);
  }
  if (!hasHeldFailed_) isHeld_.store(false, std::memory_order_release);
  heldChanged_.notify_all();
}

void StreamObject::failHeld(std::exception_ptr failure, nxs_status status) const {
  heldFailure_ = std::move(failure);
  heldStatus_ = status;
  hasHeldFailed_ = true;
  for (const HeldStep& step : held_)
    if (step.commands) step.commands->drop(device_, status);
  held_.clear();
}

void StreamObject::throwHeldFailure() const {
  std::unique_lock lock(heldMutex_);
  if (!hasHeldFailed_) return;
  const std::exception_ptr failure = std::exchange(heldFailure_, nullptr);
  hasHeldFailed_ = false;
  isHeld_.store(false, std::memory_order_release);
  std::rethrow_exception(failure);
}

}  // namespace nexus::detail
