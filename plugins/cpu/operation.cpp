#include "operation.h"

#include "buffer.h"

#include "plugins/support/timestamp.h"

#include <algorithm>
#include <limits>
#include <new>
#include <system_error>

namespace nexus::cpu_plugin {

using plugin_support::PluginError;

namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace

Operation::Operation(const nxs_command& command) {
  switch (command.kind) {
    case NXS_COMMAND_LAUNCH: step_.emplace<Launch>(command.as.launch); break;
    case NXS_COMMAND_COPY: {
      const nxs_copy& copy = command.as.copy;
      step_ = Copy{copy.destination ? copy.destination->memory.data() + copy.destination_offset : copy.host_destination,
                   copy.source ? copy.source->memory.data() + copy.source_offset : copy.host_source, copy.size};
      break;
    }
    case NXS_COMMAND_FILL: {
      const nxs_fill& fill = command.as.fill;
      Fill step{.destination = fill.buffer->memory.data() + fill.offset,
                .size = fill.size,
                .pattern = {},
                .patternSize = fill.pattern_size};
      std::copy(std::begin(fill.pattern), std::end(fill.pattern), step.pattern);
      step_ = step;
      break;
    }
    case NXS_COMMAND_SIGNAL: step_ = Signal{command.as.event.event->event, command.as.event.value}; break;
    case NXS_COMMAND_WAIT: step_ = Wait{command.as.event.event->event, command.as.event.value}; break;
    case NXS_COMMAND_HOST_CALL: step_ = HostCall{command.as.host_call}; break;
    case NXS_COMMAND_TIMESTAMP: step_ = Timestamp{plugin_support::timestampTarget(command)}; break;
    default:
      throw PluginError(NXS_UNSUPPORTED,
                        "a command of kind " + std::to_string(command.kind) + " is unknown to this version of the plugin");
  }
}

void Operation::run(WorkerPool& pool) const {
  try {
    perform(pool);
  } catch (const std::bad_alloc&) {
    throw PluginError::outOfMemory();
  } catch (const std::system_error& e) {
    throw PluginError(NXS_INTERNAL, std::string("cannot start a thread: ") + e.what(), e.code().value());
  }
}

void Operation::perform(WorkerPool& pool) const {
  std::visit(Overloaded{[](std::monostate) {}, [](const Wait&) {}, [&](const Launch& launch) { launch.run(pool); },
                        [&](const Copy& copy) { copyMemory(pool, copy.destination, copy.source, copy.size); },
                        [&](const Fill& fill) { fillMemory(pool, fill.destination, fill.size, fill.pattern, fill.patternSize); },
                        [](const Signal& signal) { signal.event->signal(signal.value); },
                        [](const HostCall& host) { host.call.function(host.call.user, NXS_SUCCESS); },
                        [](const Timestamp& stamp) { *stamp.nanoseconds = plugin_support::monotonicNanoseconds(); }},
             step_);
}

void Operation::skip(const PluginError& failure) const {
  if (const auto* signal = std::get_if<Signal>(&step_)) signal->event->fail(failure);
  if (const auto* host = std::get_if<HostCall>(&step_)) host->call.function(host->call.user, failure.status());
}

double Operation::expectedNanoseconds() const noexcept {
  constexpr double nanosecondsPerByte = 0.1;
  if (const auto* launch = std::get_if<Launch>(&step_)) return launch->expectedNanoseconds();
  if (const auto* copy = std::get_if<Copy>(&step_)) return nanosecondsPerByte * static_cast<double>(copy->size);
  if (const auto* fill = std::get_if<Fill>(&step_)) return nanosecondsPerByte * static_cast<double>(fill->size);
  return std::holds_alternative<Signal>(step_) || std::holds_alternative<Timestamp>(step_)
             ? 0
             : std::numeric_limits<double>::infinity();
}

}  // namespace nexus::cpu_plugin
