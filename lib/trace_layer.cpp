#include "trace_layer.h"

#include "trace_file.h"

#include <memory>
#include <vector>

namespace nexus::detail {

namespace {

/// Time stamps of the commands of one submission; the last one writes them out.
struct Stamps {
  std::string line;
  std::vector<std::string> names;
  std::vector<std::uint64_t> times;

  static void stamp(void* user, nxs_status status) {
    auto* self = static_cast<Stamps*>(user);
    self->times.push_back(traceClock());
    if (self->times.size() <= self->names.size()) return;
    const std::unique_ptr<Stamps> last(self);
    for (std::size_t i = 0; i < self->names.size(); ++i)
      TraceFile::get().slice(self->line, self->names[i], status == NXS_SUCCESS ? "device" : "failed", self->times[i], self->times[i + 1]);
  }

  nxs_command command() {
    nxs_command call{};
    call.kind = NXS_COMMAND_HOST_CALL;
    call.as.host_call = {stamp, this};
    return call;
  }
};

template <class Call>
nxs_status measured(const std::string& name, Call&& call) {
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

std::string TraceLayer::lineOf(nxs_stream* stream) {
  std::lock_guard lock(mutex_);
  std::string& line = lines_[stream];
  // A stream that was made before the trace began.
  if (line.empty()) line = name_ + " stream " + std::to_string(++streams_);
  return line;
}

nxs_status TraceLayer::runtimeDevice(nxs_runtime* runtime, std::uint32_t index, nxs_device** device) {
  const nxs_status status = next_.runtime_device(runtime, index, device);
  std::lock_guard lock(mutex_);
  if (status == NXS_SUCCESS) devices_[*device] = name_ + ":" + std::to_string(index);
  return status;
}

nxs_status TraceLayer::streamCreate(nxs_device* device, nxs_stream** stream) {
  const nxs_status status = next_.stream_create(device, stream);
  std::lock_guard lock(mutex_);
  const auto known = devices_.find(device);
  if (status == NXS_SUCCESS) lines_[*stream] = (known == devices_.end() ? name_ : known->second) + " stream " + std::to_string(++streams_);
  return status;
}

nxs_status TraceLayer::bufferCreate(nxs_device* device, const nxs_buffer_desc* desc, nxs_buffer** buffer) {
  return measured("create buffer " + bytes(desc->size), [&] { return next_.buffer_create(device, desc, buffer); });
}

nxs_status TraceLayer::libraryCreate(nxs_device* device, const nxs_library_desc* desc, nxs_library** library) {
  return measured(std::string("load library ") + (desc->path ? desc->path : "from memory"),
                  [&] { return next_.library_create(device, desc, library); });
}

nxs_status TraceLayer::streamSubmit(nxs_stream* stream, const nxs_command* commands, std::uint32_t count, std::uint32_t flags,
                                    std::uint64_t* ticket) {
  if (!TraceFile::get().isOpen()) return next_.stream_submit(stream, commands, count, flags, ticket);
  auto stamps = std::make_unique<Stamps>();
  stamps->line = lineOf(stream);
  std::vector<nxs_command> list{stamps->command()};
  for (std::uint32_t i = 0; i < count; ++i) {
    stamps->names.push_back(describe(commands[i]));
    list.push_back(commands[i]);
    list.push_back(stamps->command());
  }
  // Not inline, so that a failing status always means that nothing was accepted. Otherwise the last host call owns the stamps.
  const std::uint32_t queued = flags & ~std::uint32_t{NXS_SUBMIT_INLINE};
  const nxs_status status = next_.stream_submit(stream, list.data(), static_cast<std::uint32_t>(list.size()), queued, ticket);
  if (status == NXS_SUCCESS) stamps.release();
  return status;
}

nxs_status TraceLayer::streamSynchronize(nxs_stream* stream, std::uint64_t timeout) {
  return measured("synchronize " + lineOf(stream), [&] { return next_.stream_synchronize(stream, timeout); });
}

nxs_status TraceLayer::eventWait(nxs_event* event, std::uint64_t value, std::uint64_t timeout) {
  return measured("wait for event to reach " + std::to_string(value), [&] { return next_.event_wait(event, value, timeout); });
}

}  // namespace nexus::detail
