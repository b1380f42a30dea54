#include "validation_layer.h"

#include "creation_site.h"
#include "plugin_module.h"

#include <nexus/error.h>

namespace nexus::detail {

namespace {

constexpr std::uint64_t unknownSize = UINT64_MAX;

std::string address(const void* object) {
  char text[32];
  std::snprintf(text, sizeof text, "%p", object);
  return text;
}

std::string withArticle(const std::string& kind) { return (kind == "event" ? "an " : "a ") + kind; }

bool overlap(std::uint64_t a, std::uint64_t aSize, std::uint64_t b, std::uint64_t bSize) { return a < b + bSize && b < a + aSize; }

}  // namespace

ValidationLayer::~ValidationLayer() {
  for (const auto& [object, live] : live_) warnOfLeak(live);
}

void ValidationLayer::warnOfLeaks() const {
  std::lock_guard lock(mutex_);
  // The default streams of devices live as long as the process.
  for (const auto& [object, live] : live_)
    if (std::string_view(live.kind) != "stream") warnOfLeak(live);
}

void ValidationLayer::warnOfLeak(const Live& live) const {
  warn(withArticle(live.kind) + " made at " + (live.site.empty() ? "an unknown place" : live.site) + " was never given back");
}

void ValidationLayer::warn(const std::string& text) const {
  std::fprintf(stderr, "nexus: validation: %s: %s\n", name_.c_str(), text.c_str());
}

template <class Check>
nxs_status ValidationLayer::checked(Check&& check) const {
  try {
    check();
    return NXS_SUCCESS;
  } catch (const std::exception& e) {
    return PluginModule::setError(NXS_INVALID_ARGUMENT, (std::string("validation: ") + e.what()).c_str());
  }
}

template <class Create>
nxs_status ValidationLayer::create(const char* kind, nxs_device* device, std::uint64_t size, Create&& create) {
  const void* object = nullptr;
  const nxs_status status = create(object);
  if (status != NXS_SUCCESS) return status;
  std::string site = creationSite();
  std::lock_guard lock(mutex_);
  live_[object] = {kind, device, size, std::move(site)};
  return status;
}

template <class Destroy>
nxs_status ValidationLayer::destroy(const char* kind, void* object, Destroy&& destroy) {
  const nxs_status status = checked([&] {
    std::lock_guard lock(mutex_);
    find(kind, object);
    live_.erase(object);
  });
  return status == NXS_SUCCESS ? destroy() : status;
}

const ValidationLayer::Live& ValidationLayer::find(const char* kind, const void* object) const {
  const auto found = live_.find(object);
  if (found == live_.end())
    throw InvalidArgumentError("the " + std::string(kind) + " at " + address(object) +
                               " is not alive: it was given back, or is of another plugin");
  if (found->second.kind != kind)
    throw InvalidArgumentError("the object at " + address(object) + ", made at " + found->second.site + ", is " +
                               withArticle(found->second.kind) + ", not " + withArticle(kind));
  return found->second;
}

void ValidationLayer::checkRange(const nxs_buffer* buffer, std::uint64_t offset, std::uint64_t size, nxs_device* device) const {
  const Live& live = find("buffer", buffer);
  const std::string which = "the buffer made at " + live.site;
  if (live.device != device) throw InvalidArgumentError(which + " is on another device than the stream");
  if (offset > live.size || size > live.size - offset)
    throw InvalidArgumentError(which + " has " + std::to_string(live.size) + " bytes; bytes " + std::to_string(offset) + " to " +
                               std::to_string(offset + size) + " are used");
}

bool ValidationLayer::hasPeerCopy(nxs_device* device) const {
  nxs_value value{};
  return next_.device_property(device, NXS_PROPERTY_HasPeerCopy, &value) == NXS_SUCCESS && value.as.i == 1;
}

void ValidationLayer::checkCopy(const nxs_copy& copy, nxs_device* device) const {
  nxs_device *of = device, *from = device;
  // One of two buffers may be on another device.
  if (copy.destination && copy.source && hasPeerCopy(device)) {
    of = find("buffer", copy.destination).device;
    if (of == device) from = find("buffer", copy.source).device;
  }
  if (copy.destination) checkRange(copy.destination, copy.destination_offset, copy.size, of);
  if (copy.source) checkRange(copy.source, copy.source_offset, copy.size, from);
  const auto asNumber = [](const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); };
  const bool overlaps =
      copy.destination
          ? copy.destination == copy.source && overlap(copy.destination_offset, copy.size, copy.source_offset, copy.size)
          : !copy.source && overlap(asNumber(copy.host_destination), copy.size, asNumber(copy.host_source), copy.size);
  if (overlaps) throw InvalidArgumentError("a copy's source and destination overlap");
}

void ValidationLayer::checkLaunch(const nxs_launch& launch, nxs_device* device) const {
  nxs_kernel_info info{};
  info.struct_size = sizeof info;
  const nxs_status status = next_.kernel_info(launch.kernel, &info);
  if (status == NXS_DEVICE_LOST) return;  // the launch itself says so
  if (status != NXS_SUCCESS) throw InvalidArgumentError("the kernel at " + address(launch.kernel) + " is not alive");
  if (info.has_arguments && info.argument_count != launch.argument_count)
    throw InvalidArgumentError("kernel '" + std::string(info.name) + "' takes " + std::to_string(info.argument_count) +
                               " arguments, not " + std::to_string(launch.argument_count));
  for (std::uint32_t i = 0; i < launch.argument_count; ++i) {
    const nxs_argument& argument = launch.arguments[i];
    if (argument.kind != NXS_ARGUMENT_BUFFER) continue;
    checkRange(argument.value.buffer, argument.offset, 1, device);
    for (std::uint32_t j = 0; info.has_arguments && j < launch.argument_count; ++j) {
      const nxs_argument& other = launch.arguments[j];
      const bool isShared = j != i && other.kind == NXS_ARGUMENT_BUFFER && other.value.buffer == argument.value.buffer;
      // Items run in any order, so that one which reads what another writes has no defined result.
      if (isShared && info.arguments[i].access != NXS_ACCESS_READ && other.offset != argument.offset)
        warn("kernel '" + std::string(info.name) + "' writes argument " + std::to_string(i) +
             ", which is in the same buffer as argument " + std::to_string(j) +
             " at another offset; make sure that they do not overlap");
    }
  }
}

void ValidationLayer::checkCommand(const nxs_command& command, nxs_device* device) const {
  switch (command.kind) {
    case NXS_COMMAND_LAUNCH: return checkLaunch(command.as.launch, device);
    case NXS_COMMAND_COPY: return checkCopy(command.as.copy, device);
    case NXS_COMMAND_FILL: return checkRange(command.as.fill.buffer, command.as.fill.offset, command.as.fill.size, device);
    case NXS_COMMAND_SIGNAL:
    case NXS_COMMAND_WAIT: find("event", command.as.event.event); return;
    case NXS_COMMAND_HOST_CALL:
      if (!command.as.host_call.function) throw InvalidArgumentError("a host call has no function");
      return;
    case NXS_COMMAND_TIMESTAMP:
      if (!command.as.timestamp.nanoseconds) throw InvalidArgumentError("a timestamp has nowhere to go");
      return;
    default: throw InvalidArgumentError("there is no command of kind " + std::to_string(command.kind));
  }
}

nxs_status ValidationLayer::bufferCreate(nxs_device* device, const nxs_buffer_desc* desc, nxs_buffer** buffer) {
  return create("buffer", device, desc->size, [&](const void*& object) {
    const nxs_status status = next_.buffer_create(device, desc, buffer);
    object = status == NXS_SUCCESS ? *buffer : nullptr;
    return status;
  });
}
nxs_status ValidationLayer::bufferDestroy(nxs_buffer* buffer) {
  return destroy("buffer", buffer, [&] { return next_.buffer_destroy(buffer); });
}

nxs_status ValidationLayer::libraryCreate(nxs_device* device, const nxs_library_desc* desc, nxs_library** library) {
  return create("library", device, unknownSize, [&](const void*& object) {
    const nxs_status status = next_.library_create(device, desc, library);
    object = status == NXS_SUCCESS ? *library : nullptr;
    return status;
  });
}
nxs_status ValidationLayer::libraryDestroy(nxs_library* library) {
  return destroy("library", library, [&] { return next_.library_destroy(library); });
}

nxs_status ValidationLayer::streamCreate(nxs_device* device, nxs_stream** stream) {
  return create("stream", device, unknownSize, [&](const void*& object) {
    const nxs_status status = next_.stream_create(device, stream);
    object = status == NXS_SUCCESS ? *stream : nullptr;
    return status;
  });
}
nxs_status ValidationLayer::streamDestroy(nxs_stream* stream) {
  return destroy("stream", stream, [&] { return next_.stream_destroy(stream); });
}

nxs_status ValidationLayer::eventCreate(nxs_device* device, std::uint64_t initial, nxs_event** event) {
  return create("event", device, unknownSize, [&](const void*& object) {
    const nxs_status status = next_.event_create(device, initial, event);
    object = status == NXS_SUCCESS ? *event : nullptr;
    return status;
  });
}
nxs_status ValidationLayer::eventDestroy(nxs_event* event) {
  return destroy("event", event, [&] { return next_.event_destroy(event); });
}
nxs_status ValidationLayer::eventSignal(nxs_event* event, std::uint64_t value) {
  const nxs_status status = checked([&] {
    std::lock_guard lock(mutex_);
    find("event", event);
  });
  return status == NXS_SUCCESS ? next_.event_signal(event, value) : status;
}

nxs_status ValidationLayer::streamSubmit(nxs_stream* stream, const nxs_command* commands, std::uint32_t count, std::uint32_t flags,
                                         std::uint64_t* ticket) {
  const nxs_status status = checked([&] {
    std::lock_guard lock(mutex_);
    nxs_device* device = find("stream", stream).device;
    for (std::uint32_t i = 0; i < count; ++i) checkCommand(commands[i], device);
  });
  return status == NXS_SUCCESS ? next_.stream_submit(stream, commands, count, flags, ticket) : status;
}

nxs_status ValidationLayer::scheduleCreate(nxs_device* device, const nxs_command* commands, std::uint32_t count,
                                           nxs_schedule** schedule) {
  const nxs_status status = checked([&] {
    std::lock_guard lock(mutex_);
    for (std::uint32_t i = 0; i < count; ++i) checkCommand(commands[i], device);
  });
  if (status != NXS_SUCCESS) return status;
  return create("schedule", device, count, [&](const void*& object) {
    const nxs_status created = next_.schedule_create(device, commands, count, schedule);
    object = created == NXS_SUCCESS ? *schedule : nullptr;
    return created;
  });
}
nxs_status ValidationLayer::scheduleDestroy(nxs_schedule* schedule) {
  return destroy("schedule", schedule, [&] { return next_.schedule_destroy(schedule); });
}
nxs_status ValidationLayer::scheduleUpdate(nxs_schedule* schedule, std::uint32_t index, const nxs_command* command) {
  const nxs_status status = checked([&] {
    std::lock_guard lock(mutex_);
    const Live& live = find("schedule", schedule);
    if (index >= live.size)
      throw InvalidArgumentError("the schedule made at " + live.site + " has " + std::to_string(live.size) +
                                 " commands, none of number " + std::to_string(index));
    checkCommand(*command, live.device);
  });
  return status == NXS_SUCCESS ? next_.schedule_update(schedule, index, command) : status;
}
nxs_status ValidationLayer::scheduleRun(nxs_schedule* schedule, nxs_stream* stream, std::uint32_t flags, std::uint64_t* ticket) {
  const nxs_status status = checked([&] {
    std::lock_guard lock(mutex_);
    if (find("schedule", schedule).device != find("stream", stream).device)
      throw InvalidArgumentError("a schedule cannot run on a stream of another device");
  });
  return status == NXS_SUCCESS ? next_.schedule_run(schedule, stream, flags, ticket) : status;
}

}  // namespace nexus::detail
