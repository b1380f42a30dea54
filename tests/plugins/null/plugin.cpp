#include "plugin.h"

#include "event.h"
#include "library.h"
#include "runtime.h"
#include "stream.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <new>
#include <string>

namespace null_plugin {

namespace {

const char* plugin_name = nullptr;
std::atomic<const nxs_host*> host = nullptr;

nxs_status report(const Failure& failure) {
  if (failure) host.load()->set_error(failure.status, 0, failure.message.c_str());
  return failure.status;
}

/// Runs the body of an entry: nothing may be thrown out of the plugin.
template <class Body>
nxs_status guarded(const char* entry, Body body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return host.load()->set_error(NXS_OUT_OF_MEMORY, 0, entry);
  } catch (const std::exception& e) {
    return host.load()->set_error(NXS_INTERNAL, 0, e.what());
  }
}

nxs_status runtimeOpen(nxs_runtime** runtime) {
  return guarded("runtime_open: no memory for the runtime", [&] {
    *runtime = new nxs_runtime;
    return NXS_SUCCESS;
  });
}

nxs_status runtimeClose(nxs_runtime* runtime) {
  delete runtime;
  return NXS_SUCCESS;
}

nxs_status runtimePropertyEntry(nxs_runtime*, std::uint32_t property, nxs_value* value) {
  return runtimeProperty(plugin_name, property, *value) ? NXS_SUCCESS : NXS_NOT_FOUND;
}

nxs_status runtimeDeviceCount(nxs_runtime*, std::uint32_t* count) {
  *count = 1;
  return NXS_SUCCESS;
}

nxs_status runtimeDevice(nxs_runtime* runtime, std::uint32_t, nxs_device** device) {
  *device = &runtime->device;
  return NXS_SUCCESS;
}

nxs_status devicePropertyEntry(nxs_device* device, std::uint32_t property, nxs_value* value) {
  return deviceProperty(*device, property, *value) ? NXS_SUCCESS : NXS_NOT_FOUND;
}

nxs_status bufferCreate(nxs_device* device, const nxs_buffer_desc* desc, nxs_buffer** buffer) {
  const auto body = [&] {
    *buffer = new nxs_buffer(*desc, device->memory_used);
    return NXS_SUCCESS;
  };
  return guarded("buffer_create: the null device has 1 GiB of memory, and not enough of it is free", body);
}

nxs_status bufferDestroy(nxs_buffer* buffer) {
  delete buffer;
  return NXS_SUCCESS;
}

nxs_status bufferHostPointer(nxs_buffer* buffer, void** pointer) {
  *pointer = buffer->data();
  return NXS_SUCCESS;
}

nxs_status libraryCreate(nxs_device*, const nxs_library_desc*, nxs_library** library) {
  return guarded("library_create: no memory for the library", [&] {
    *library = new nxs_library;
    return NXS_SUCCESS;
  });
}

nxs_status libraryDestroy(nxs_library* library) {
  delete library;
  return NXS_SUCCESS;
}

nxs_status libraryKernelCount(nxs_library*, std::uint32_t* count) {
  *count = 1;
  return NXS_SUCCESS;
}

nxs_status libraryKernelAt(nxs_library* library, std::uint32_t, nxs_kernel** kernel) {
  *kernel = &library->kernel;
  return NXS_SUCCESS;
}

nxs_status libraryKernel(nxs_library* library, const char* name, nxs_kernel** kernel) {
  if (std::strcmp(name, nxs_library::kernel_name) != 0) return NXS_NOT_FOUND;
  *kernel = &library->kernel;
  return NXS_SUCCESS;
}

nxs_status kernelInfo(nxs_kernel*, nxs_kernel_info* info) {
  nxs_kernel_info known = {};
  known.struct_size = info->struct_size;
  known.name = nxs_library::kernel_name;
  std::memcpy(info, &known, std::min(info->struct_size, sizeof known));
  return NXS_SUCCESS;
}

nxs_status streamCreate(nxs_device* device, nxs_stream** stream) {
  return guarded("stream_create: no memory for the stream", [&] {
    device->callbacks.start();
    *stream = new nxs_stream{std::make_shared<Stream>(device->callbacks)};
    return NXS_SUCCESS;
  });
}

nxs_status streamDestroy(nxs_stream* stream) {
  delete stream;
  return NXS_SUCCESS;
}

nxs_status streamSubmit(nxs_stream* stream, const nxs_command* commands, std::uint32_t count, std::uint32_t flags,
                        std::uint64_t* ticket) {
  for (std::uint32_t i = 0; i < count; ++i)
    if (commands[i].kind > NXS_COMMAND_HOST_CALL)
      return report({NXS_UNSUPPORTED, "there is no command of kind " + std::to_string(commands[i].kind)});
  return guarded("stream_submit: no memory for the commands", [&] {
    const std::uint64_t last = stream->stream->submit({commands, count});
    if (last != 0 && (flags & NXS_SUBMIT_INLINE) != 0) {
      // Reports a failure at once; what is held back is left to the wait that follows.
      const Failure failure = stream->stream->wait(last, 0);
      if (failure && failure.status != NXS_TIMEOUT) return report(failure);
    }
    *ticket = last;
    return nxs_status{NXS_SUCCESS};
  });
}

nxs_status streamSynchronize(nxs_stream* stream, std::uint64_t timeout_ns) {
  return guarded("stream_synchronize: no memory",
                 [&] { return report(stream->stream->wait(stream->stream->submitted(), timeout_ns)); });
}

nxs_status streamQuery(nxs_stream* stream, std::uint64_t* completed) {
  *completed = stream->stream->completed();
  return NXS_SUCCESS;
}

nxs_status eventCreate(nxs_device*, std::uint64_t initial, nxs_event** event) {
  return guarded("event_create: no memory for the event", [&] {
    *event = new nxs_event(initial);
    return NXS_SUCCESS;
  });
}

nxs_status eventDestroy(nxs_event* event) {
  delete event;
  return NXS_SUCCESS;
}

nxs_status eventSignal(nxs_event* event, std::uint64_t value) {
  return guarded("event_signal: no memory", [&]() -> nxs_status {
    if (event->raise(value)) return NXS_SUCCESS;
    const std::string message = "the value " + std::to_string(value) + " to signal is not above the event's value";
    return host.load()->set_error(NXS_INVALID_ARGUMENT, 0, message.c_str());
  });
}

nxs_status eventWait(nxs_event* event, std::uint64_t value, std::uint64_t timeout_ns) {
  return guarded("event_wait: no memory", [&] { return report(event->wait(value, timeout_ns)); });
}

nxs_status eventQuery(nxs_event* event, std::uint64_t* value) {
  return guarded("event_query: no memory", [&] { return report(event->query(*value)); });
}

nxs_status eventNotify(nxs_event* event, std::uint64_t value, nxs_host_call call) {
  return guarded("event_notify: no memory", [&] {
    const auto known = event->await(value, [call](const Failure& failure) { call.function(call.user, failure.status); });
    if (known) call.function(call.user, known->status);
    return NXS_SUCCESS;
  });
}

}  // namespace

nxs_plugin makePlugin(const char* name, const nxs_host* with_host) {
  plugin_name = name;
  host = with_host;
  return {.struct_size = sizeof(nxs_plugin),
          .magic = NXS_PLUGIN_MAGIC,
          .abi_major = NXS_ABI_MAJOR,
          .abi_minor = NXS_ABI_MINOR,
          .reserved = 0,
          .name = name,
          .version = "1.0",
          .table = {.runtime_open = runtimeOpen,
                    .runtime_close = runtimeClose,
                    .runtime_property = runtimePropertyEntry,
                    .runtime_device_count = runtimeDeviceCount,
                    .runtime_device = runtimeDevice,
                    .device_property = devicePropertyEntry,
                    .buffer_create = bufferCreate,
                    .buffer_destroy = bufferDestroy,
                    .buffer_host_pointer = bufferHostPointer,
                    .buffer_device_pointer = nullptr,
                    .library_create = libraryCreate,
                    .library_destroy = libraryDestroy,
                    .library_kernel_count = libraryKernelCount,
                    .library_kernel_at = libraryKernelAt,
                    .library_kernel = libraryKernel,
                    .kernel_info = kernelInfo,
                    .stream_create = streamCreate,
                    .stream_destroy = streamDestroy,
                    .stream_submit = streamSubmit,
                    .stream_synchronize = streamSynchronize,
                    .stream_query = streamQuery,
                    .event_create = eventCreate,
                    .event_destroy = eventDestroy,
                    .event_signal = eventSignal,
                    .event_wait = eventWait,
                    .event_query = eventQuery,
                    .event_notify = eventNotify,
                    .schedule_create = nullptr,
                    .schedule_destroy = nullptr,
                    .schedule_update = nullptr,
                    .schedule_run = nullptr,
                    .event_fail = nullptr,
                    .schedule_times = nullptr}};
}

}  // namespace null_plugin
