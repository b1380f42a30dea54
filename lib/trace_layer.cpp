#include "trace_layer.h"

#include "courier.h"
#include "run_times.h"
#include "stream_names.h"
#include "trace_file.h"

#include <memory>
#include <vector>

namespace nexus::detail {

namespace {

/// The commands of one submission, and when the stream came to each. Written out when it has come to the end.
class Submission : public FollowUp {
 public:
  Submission(std::string line, std::vector<std::string> names) : line_(std::move(line)), names_(std::move(names)) {
    moments_.reserve(names_.size() + 1);
  }

  /// The host call before the first command, or behind the next one. The last of them owns this.
  nxs_command stamp() noexcept {
    nxs_command command{};
    command.kind = NXS_COMMAND_HOST_CALL;
    command.as.host_call = {stamped, this};
    return command;
  }

  void run(nxs_status) noexcept override {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const bool isReached = moments_[i].status == NXS_SUCCESS, isDone = moments_[i + 1].status == NXS_SUCCESS;
      TraceFile::get().slice(line_, names_[i],
                             isDone      ? "device"
                             : isReached ? "failed"
                                         : "skipped",
                             moments_[i].time, moments_[i + 1].time);
    }
  }

 private:
  struct Moment {
    std::uint64_t time;
    nxs_status status;
  };
  static void stamped(void* user, nxs_status status) {
    auto* self = static_cast<Submission*>(user);
    self->moments_.push_back({traceClock(), status});  // into room that is there already
    if (self->moments_.size() <= self->names_.size()) return;
    const nxs_host_call last = self->hostCall();
    last.function(last.user, status);
  }

  const TraceFile::Expected expected_;
  const std::string line_;
  const std::vector<std::string> names_;
  std::vector<Moment> moments_;
};

template <class MakeName, class Call>
nxs_status measured(MakeName&& makeName, Call&& call) {
  if (!TraceFile::isOn()) return call();
  const std::string name = makeName();
  const std::uint64_t start = traceClock();
  const nxs_status status = call();
  TraceFile::get().hostSlice(name, start, traceClock());
  return status;
}

std::string bytes(std::uint64_t size) { return std::to_string(size) + " B"; }

}  // namespace

std::string TraceLayer::describe(const nxs_command& command) const {
  switch (command.kind) {
    case NXS_COMMAND_LAUNCH: {
      nxs_kernel_info info{};
      info.struct_size = sizeof info;
      return next_.kernel_info(command.as.launch.kernel, &info) == NXS_SUCCESS && info.name ? info.name : "kernel";
    }
    case NXS_COMMAND_COPY: {
      const nxs_copy& copy = command.as.copy;
      return std::string(!copy.source ? "copy to device " : !copy.destination ? "copy to host " : "copy ") + bytes(copy.size);
    }
    case NXS_COMMAND_FILL: return "fill " + bytes(command.as.fill.size);
    case NXS_COMMAND_SIGNAL: return "signal " + std::to_string(command.as.event.value);
    case NXS_COMMAND_WAIT: return "wait for " + std::to_string(command.as.event.value);
    case NXS_COMMAND_HOST_CALL: return "host call";
  }
  return "command";
}

nxs_status TraceLayer::bufferCreate(nxs_device* device, const nxs_buffer_desc* desc, nxs_buffer** buffer) {
  return measured([&] { return "create buffer " + bytes(desc->size); }, [&] { return next_.buffer_create(device, desc, buffer); });
}

nxs_status TraceLayer::libraryCreate(nxs_device* device, const nxs_library_desc* desc, nxs_library** library) {
  return measured([&] { return std::string("load library ") + (desc->path ? desc->path : "from memory"); },
                  [&] { return next_.library_create(device, desc, library); });
}

nxs_status TraceLayer::streamSubmit(nxs_stream* stream, const nxs_command* commands, std::uint32_t count, std::uint32_t flags,
                                    std::uint64_t* ticket) {
  if (!TraceFile::isOn()) return next_.stream_submit(stream, commands, count, flags, ticket);
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < count; ++i)
    if (!RunTimes::isStamp(commands[i])) names.push_back(describe(commands[i]));
  auto submission = std::make_unique<Submission>(streamName(stream), std::move(names));
  std::vector<nxs_command> list{submission->stamp()};
  for (std::uint32_t i = 0; i < count; ++i) {
    list.push_back(commands[i]);
    if (!RunTimes::isStamp(commands[i])) list.push_back(submission->stamp());
  }
  // Not inline, so that a failing status always means that nothing was accepted. Otherwise the last host call owns the submission.
  const std::uint32_t queued = flags & ~std::uint32_t{NXS_SUBMIT_INLINE};
  const nxs_status status = next_.stream_submit(stream, list.data(), static_cast<std::uint32_t>(list.size()), queued, ticket);
  if (status == NXS_SUCCESS) static_cast<void>(submission.release());
  return status;
}

nxs_status TraceLayer::streamSynchronize(nxs_stream* stream, std::uint64_t timeout) {
  return measured([&] { return "synchronize " + streamName(stream); }, [&] { return next_.stream_synchronize(stream, timeout); });
}

nxs_status TraceLayer::eventWait(nxs_event* event, std::uint64_t value, std::uint64_t timeout) {
  return measured([&] { return "wait for event to reach " + std::to_string(value); },
                  [&] { return next_.event_wait(event, value, timeout); });
}

}  // namespace nexus::detail
