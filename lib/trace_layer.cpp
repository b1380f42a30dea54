#include "trace_layer.h"

#include "known_streams.h"
#include "moments.h"
#include "stream_object.h"
#include "trace_file.h"

#include <vector>

namespace nexus::detail {

namespace {

/// The commands of one submission, and when the stream came to each. The stream keeps this until they have completed; then it is written out.
class Submission : public Object {
 public:
  Submission(const StreamObject& stream, std::vector<std::string> names)
      : stream_(stream), line_(stream.name()), names_(std::move(names)), moments_(stream.device(), names_.size() + 1) {}

  /// Before command `index`, or behind the last one.
  nxs_command stamp(std::size_t index) noexcept { return moments_.stamp(index); }
  /// From now on it will be run or skipped.
  void accept() noexcept { isAccepted_ = true; }

 private:
  ~Submission() override {
    if (!isAccepted_ && moments_[0] == 0) return;  // refused
    // Where the stream did not come nothing was noted: it stopped where it came last. A device that is lost no longer tells.
    const char* const unreached = moments_[0] == 0 && stream_.isLost() ? "failed" : "skipped";
    std::uint64_t last = moments_[0] ? moments_[0] : traceClock();
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const bool isReached = moments_[i] != 0, isDone = moments_[i + 1] != 0;
      const std::uint64_t start = std::exchange(last, isDone ? moments_[i + 1] : last);
      TraceFile::get().slice(line_, names_[i], isDone ? "device" : isReached ? "failed" : unreached, start, last);
    }
  }

  const TraceFile::Expected expected_;
  const StreamObject& stream_;  // keeps this
  const std::string line_;
  const std::vector<std::string> names_;
  Moments moments_;
  bool isAccepted_ = false;
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

nxs_status TraceLayer::streamSubmit(nxs_stream* native, const nxs_command* commands, std::uint32_t count, std::uint32_t flags,
                                    std::uint64_t* ticket) {
  const StreamObject* const stream = TraceFile::isOn() ? findKnownStream(native) : nullptr;
  if (!stream) return next_.stream_submit(native, commands, count, flags, ticket);
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < count; ++i)
    if (!Moments::isStamp(commands[i])) names.push_back(describe(commands[i]));
  auto* const submission = new Submission(*stream, std::move(names));
  const Object* const kept[] = {submission};
  const Ref owner(submission);
  std::size_t next = 0;
  std::vector<nxs_command> list{submission->stamp(next++)};
  for (std::uint32_t i = 0; i < count; ++i) {
    list.push_back(commands[i]);
    if (!Moments::isStamp(commands[i])) list.push_back(submission->stamp(next++));
  }
  const nxs_status status = next_.stream_submit(native, list.data(), static_cast<std::uint32_t>(list.size()), flags, ticket);
  if (status != NXS_SUCCESS) return status;
  submission->accept();
  if (*ticket != 0) stream->keep(*ticket, kept);
  return status;
}

nxs_status TraceLayer::streamSynchronize(nxs_stream* native, std::uint64_t timeout) {
  const auto name = [&] {
    const StreamObject* const stream = findKnownStream(native);
    return "synchronize " + (stream ? stream->name() : "a stream");
  };
  return measured(name, [&] { return next_.stream_synchronize(native, timeout); });
}

nxs_status TraceLayer::eventWait(nxs_event* event, std::uint64_t value, std::uint64_t timeout) {
  return measured([&] { return "wait for event to reach " + std::to_string(value); },
                  [&] { return next_.event_wait(event, value, timeout); });
}

}  // namespace nexus::detail
