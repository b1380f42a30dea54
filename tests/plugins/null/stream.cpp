#include "stream.h"

#include "callback_thread.h"
#include "event.h"
#include "memory.h"
#include "timed_wait.h"

#include <optional>
#include <string>
#include <utility>

namespace null_plugin {

namespace {

Failure signal(const nxs_event_point& point) {
  if (point.event->raise(point.value)) return {};
  return {NXS_INVALID_ARGUMENT,
          "the value " + std::to_string(point.value) + " that a stream signals is not above the event's value"};
}

}  // namespace

Stream::~Stream() {
  for (const nxs_command& command : commands_) {
    if (command.kind != NXS_COMMAND_HOST_CALL) continue;
    callbacks_.post([call = command.as.host_call] { call.function(call.user, NXS_UNAVAILABLE); });
  }
}

std::uint64_t Stream::submit(std::span<const nxs_command> commands) {
  std::unique_lock lock(mutex_);
  commands_.insert(commands_.end(), commands.begin(), commands.end());
  submitted_ += commands.size();
  const std::uint64_t ticket = submitted_;
  if (!running_) {
    running_ = true;
    lock.unlock();
    run();
    lock.lock();
  }
  return completed_ >= ticket && !failure_ ? 0 : ticket;
}

Failure Stream::wait(std::uint64_t ticket, std::uint64_t timeout_ns) {
  std::unique_lock lock(mutex_);
  if (timedWait(changed_, lock, timeout_ns, [&] { return completed_ >= ticket; })) return std::exchange(failure_, {});
  return {NXS_TIMEOUT, std::to_string(ticket - completed_) + " commands of the stream have not completed"};
}

std::uint64_t Stream::submitted() {
  std::lock_guard lock(mutex_);
  return submitted_;
}

std::uint64_t Stream::completed() {
  std::lock_guard lock(mutex_);
  return completed_;
}

void Stream::run() {
  for (;;) {
    nxs_command command;
    {
      std::lock_guard lock(mutex_);
      if (commands_.empty()) {
        running_ = false;
        return;
      }
      command = commands_.front();
    }
    if (!start(command)) return;
  }
}

bool Stream::start(const nxs_command& command) {
  const Failure failed = failure();
  switch (command.kind) {
    case NXS_COMMAND_WAIT:
      if (failed) break;
      return startWait(command.as.event);
    case NXS_COMMAND_HOST_CALL: startHostCall(command.as.host_call); return false;
    case NXS_COMMAND_SIGNAL:
      if (!failed) {
        complete(signal(command.as.event));
        return true;
      }
      command.as.event.event->fail(failed);
      break;
    case NXS_COMMAND_COPY:
      if (!failed) copy(command.as.copy);
      break;
    case NXS_COMMAND_FILL:
      if (!failed) fill(command.as.fill);
      break;
    default: break;
  }
  complete({});
  return true;
}

bool Stream::startWait(const nxs_event_point& point) {
  const std::optional<Failure> known = point.event->await(point.value, [self = shared_from_this()](const Failure& failure) {
    self->complete(failure);
    self->run();
  });
  if (known) complete(*known);
  return known.has_value();
}

void Stream::startHostCall(const nxs_host_call& call) {
  callbacks_.post([self = shared_from_this(), call] {
    call.function(call.user, self->failure().status);
    self->complete({});
    self->run();
  });
}

void Stream::complete(const Failure& failure) {
  std::lock_guard lock(mutex_);
  commands_.pop_front();
  ++completed_;
  if (failure && !failure_) failure_ = failure;
  changed_.notify_all();
}

Failure Stream::failure() {
  std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace null_plugin
