// The function table of the OpenCL runtime. Everything here only translates between the C interface and the classes behind it.
#include "device.h"
#include "library.h"

#include "plugins/support/event_entries.h"

#include <atomic>
#include <cstddef>

using nexus::opencl::Queue;
using nexus::plugin_support::guarded;
using nexus::plugin_support::PluginError;

namespace {

std::atomic<const nxs_host*> host = nullptr;
using Events = nexus::plugin_support::EventEntries<host>;

void log(std::int32_t level, const char* message) { host.load()->log(level, "opencl", message); }

nxs_status runtimeOpen(nxs_runtime** runtime) {
  return guarded(host, [&] { *runtime = new nxs_runtime; });
}
nxs_status runtimeClose(nxs_runtime* runtime) {
  return guarded(host, [&] { delete runtime; });
}
nxs_status runtimeProperty(nxs_runtime* runtime, uint32_t property, nxs_value* value) {
  return runtime->properties.read(property, value);
}
nxs_status runtimeDeviceCount(nxs_runtime* runtime, uint32_t* count) {
  *count = static_cast<uint32_t>(runtime->devices.size());
  return NXS_SUCCESS;
}
nxs_status runtimeDevice(nxs_runtime* runtime, uint32_t index, nxs_device** device) {
  *device = &runtime->devices[index];
  return NXS_SUCCESS;
}

nxs_status deviceProperty(nxs_device* device, uint32_t property, nxs_value* value) {
  if (property != NXS_PROPERTY_MemoryFree) return device->properties.read(property, value);
  std::optional<std::int64_t> bytes;
  if (const nxs_status status = guarded(host, [&] { bytes = freeMemory(device->facts); }); status != NXS_SUCCESS) return status;
  if (!bytes) return NXS_NOT_FOUND;
  value->type = NXS_VALUE_INT;
  value->count = 1;
  value->as.i = *bytes;
  return NXS_SUCCESS;
}

nxs_status bufferCreate(nxs_device* device, const nxs_buffer_desc* desc, nxs_buffer** buffer) {
  return guarded(host, [&] {
    // Older cores describe less.
    const bool isExtended = desc->struct_size >= offsetof(nxs_buffer_desc, device_pointer) + sizeof desc->device_pointer;
    if (isExtended && desc->device_pointer != 0)
      throw PluginError(NXS_UNSUPPORTED, "OpenCL makes no buffers of addresses of a device; copy to a buffer of its own");
    if (isExtended && (desc->flags & NXS_BUFFER_HOST) != 0 && !isHostVisible(device->facts.memoryKind))
      throw PluginError(NXS_UNSUPPORTED, "the buffers of '" + device->facts.name + "' are not visible to the host");
    *buffer = new nxs_buffer(device->open().context, desc->size, desc->host_pointer);
  });
}
nxs_status bufferDestroy(nxs_buffer* buffer) {
  delete buffer;
  return NXS_SUCCESS;
}
nxs_status bufferHostPointer(nxs_buffer* buffer, void** pointer) {
  if (!buffer->hostPointer()) return NXS_UNSUPPORTED;
  *pointer = buffer->hostPointer();
  return NXS_SUCCESS;
}
nxs_status bufferDevicePointer(nxs_buffer* buffer, uint64_t* pointer) {
  if (!buffer->address()) return NXS_UNSUPPORTED;
  *pointer = reinterpret_cast<uint64_t>(buffer->address());
  return NXS_SUCCESS;
}

nxs_status libraryCreate(nxs_device* device, const nxs_library_desc* desc, nxs_library** library) {
  return guarded(host, [&] { *library = new nxs_library(device->open().context, *desc, log); });
}
nxs_status libraryDestroy(nxs_library* library) {
  delete library;
  return NXS_SUCCESS;
}
nxs_status libraryKernelCount(nxs_library* library, uint32_t* count) {
  *count = static_cast<uint32_t>(library->kernelCount());
  return NXS_SUCCESS;
}
nxs_status libraryKernelAt(nxs_library* library, uint32_t index, nxs_kernel** kernel) {
  *kernel = &library->kernelAt(index);
  return NXS_SUCCESS;
}
nxs_status libraryKernel(nxs_library* library, const char* name, nxs_kernel** kernel) {
  nxs_kernel* const found = library->find(name);
  if (!found) return NXS_NOT_FOUND;
  *kernel = found;
  return NXS_SUCCESS;
}
nxs_status kernelInfo(nxs_kernel* kernel, nxs_kernel_info* info) {
  kernel->info(*info);
  return NXS_SUCCESS;
}

nxs_status streamCreate(nxs_device* device, nxs_stream** stream) {
  return guarded(host, [&] { *stream = new nxs_stream{device->open().createStream()}; });
}
nxs_status streamDestroy(nxs_stream* stream) {
  delete stream;
  return NXS_SUCCESS;
}
nxs_status streamSubmit(nxs_stream* stream, const nxs_command* commands, uint32_t count, uint32_t flags, uint64_t* ticket) {
  return guarded(host, [&] { *ticket = stream->stream->submit({commands, count}, (flags & NXS_SUBMIT_INLINE) != 0); });
}
nxs_status streamSynchronize(nxs_stream* stream, uint64_t timeout) {
  bool isDone = false;
  const nxs_status status = guarded(host, [&] { isDone = stream->stream->synchronize(timeout); });
  return status != NXS_SUCCESS || isDone ? status : nxs_status{NXS_TIMEOUT};
}
nxs_status streamQuery(nxs_stream* stream, uint64_t* completed) {
  return guarded(host, [&] { *completed = stream->stream->completed(); });
}

nxs_status scheduleCreate(nxs_device*, const nxs_command* commands, uint32_t count, nxs_schedule** schedule) {
  return guarded(host, [&] { *schedule = new nxs_schedule(std::span(commands, count), Queue::prepare); });
}
nxs_status scheduleDestroy(nxs_schedule* schedule) {
  delete schedule;
  return NXS_SUCCESS;
}
nxs_status scheduleUpdate(nxs_schedule* schedule, uint32_t index, const nxs_command* command) {
  return guarded(host, [&] { schedule->update(index, *command, Queue::prepare); });
}
nxs_status scheduleRun(nxs_schedule* schedule, nxs_stream* stream, uint32_t flags, uint64_t* ticket) {
  return guarded(host, [&] { *ticket = schedule->run(*stream->stream, (flags & NXS_SUBMIT_TIMED) != 0); });
}
nxs_status scheduleTimes(nxs_schedule* schedule, uint64_t* nanoseconds, uint32_t count) {
  return schedule->readTimes(nanoseconds, count) ? NXS_SUCCESS : NXS_NOT_FOUND;
}

const nxs_plugin plugin = {
    sizeof(nxs_plugin),
    NXS_PLUGIN_MAGIC,
    NXS_ABI_MAJOR,
    NXS_ABI_MINOR,
    0,
    "opencl",
    NEXUS_PLUGIN_VERSION,
    {runtimeOpen,        runtimeClose,      runtimeProperty,   runtimeDeviceCount,  runtimeDevice,   deviceProperty,
     bufferCreate,       bufferDestroy,     bufferHostPointer, bufferDevicePointer, libraryCreate,   libraryDestroy,
     libraryKernelCount, libraryKernelAt,   libraryKernel,     kernelInfo,          streamCreate,    streamDestroy,
     streamSubmit,       streamSynchronize, streamQuery,       Events::create,      Events::destroy, Events::signal,
     Events::wait,       Events::query,     Events::notify,    scheduleCreate,      scheduleDestroy, scheduleUpdate,
     scheduleRun,        Events::fail,      scheduleTimes}};

}  // namespace

const nxs_plugin* nxsGetPlugin(const nxs_host* core) {
  host = core;
  return &plugin;
}
