#include "command_faults.h"

#include "target.h"

#include <stdexcept>

namespace faulty_plugin {

namespace {

Place placeOf(const nxs_command& command) {
  return static_cast<Place>(static_cast<std::uint32_t>(Place::launch) + command.kind - NXS_COMMAND_LAUNCH);
}

nxs_command eventCommand(std::uint32_t kind, nxs_event* event) {
  nxs_command command{};
  command.kind = kind;
  command.as.event = {event, 1};
  return command;
}

}  // namespace

nxs_event* CommandFaults::makeEvent(nxs_device* device) {
  nxs_event* event = nullptr;
  if (target().event_create(device, 0, &event) != NXS_SUCCESS) throw std::runtime_error("cannot make an event for a failure");
  std::lock_guard lock(mutex_);
  events_.emplace(device, event);
  return event;
}

// To raise an event that has failed makes a stream fail, with the event's status and message.
nxs_command CommandFaults::makeFailing(nxs_device* device, const Verdict& verdict) {
  nxs_event* event = makeEvent(device);
  if (!target().event_fail || target().event_fail(event, verdict.status, verdict.message.c_str()) != NXS_SUCCESS)
    throw std::runtime_error("the other plugin cannot make an event fail, so its commands cannot be made to fail");
  return eventCommand(NXS_COMMAND_SIGNAL, event);
}

nxs_command CommandFaults::makeHanging(nxs_device* device) {
  nxs_event* event = makeEvent(device);
  std::lock_guard lock(mutex_);
  gates_.push_back(event);
  return eventCommand(NXS_COMMAND_WAIT, event);
}

std::vector<nxs_command> CommandFaults::sabotage(nxs_device* device, std::span<const nxs_command> commands, Injector& injector) {
  std::vector<nxs_command> changed;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const Verdict verdict = injector.enter(placeOf(commands[i]));
    if (verdict.status != NXS_SUCCESS || verdict.hangs) {
      if (changed.empty()) changed.assign(commands.begin(), commands.begin() + static_cast<std::ptrdiff_t>(i));
      changed.push_back(verdict.hangs ? makeHanging(device) : makeFailing(device, verdict));
    }
    if (!changed.empty()) changed.push_back(commands[i]);
  }
  return changed;
}

void CommandFaults::release() {
  std::lock_guard lock(mutex_);
  for (nxs_event* gate : gates_) target().event_signal(gate, 1);
  gates_.clear();
}

void CommandFaults::forget(nxs_device* device) {
  std::lock_guard lock(mutex_);
  const auto [first, last] = events_.equal_range(device);
  for (auto event = first; event != last; ++event) {
    std::erase(gates_, event->second);
    target().event_destroy(event->second);
  }
  events_.erase(first, last);
}

}  // namespace faulty_plugin
