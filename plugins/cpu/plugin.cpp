// The function table of the CPU runtime. Everything here only translates between the C interface and the classes behind it.
#include "buffer.h"
#include "device.h"
#include "kernel_library.h"
#include "schedule.h"

#include "plugins/support/event_entries.h"
#include "plugins/support/plugin_error.h"

#include <atomic>

using nexus::cpu_plugin::KernelLibrary;
using nexus::cpu_plugin::Memory;
using nexus::plugin_support::guarded;

struct nxs_library : KernelLibrary {
  using KernelLibrary::KernelLibrary;
};

namespace {

// The same for all systems of the process that load this plugin, on whatever threads.
std::atomic<const nxs_host*> host = nullptr;
using Events = nexus::plugin_support::EventEntries<host>;

nxs_status runtimeOpen(nxs_runtime** runtime) {
  return guarded(host, [&] { *runtime = new nxs_runtime; });
}
nxs_status runtimeClose(nxs_runtime* runtime) {
  return guarded(host, [&] { delete runtime; });
}
nxs_status runtimeProperty(nxs_runtime* runtime, uint32_t property, nxs_value* value) {
  return runtime->properties.read(property, value);
}
nxs_status runtimeDeviceCount(nxs_runtime*, uint32_t* count) {
  *count = 1;
  return NXS_SUCCESS;
}
nxs_status runtimeDevice(nxs_runtime* runtime, uint32_t, nxs_device** device) {
  *device = &runtime->device;
  return NXS_SUCCESS;
}

nxs_status deviceProperty(nxs_device* device, uint32_t property, nxs_value* value) {
  if (property != NXS_PROPERTY_MemoryFree) return device->properties.read(property, value);
  return guarded(host, [&] {
    value->as.i = nexus::cpu_plugin::freeMemory();
    value->type = NXS_VALUE_INT;
    value->count = 1;
  });
}

nxs_status bufferCreate(nxs_device*, const nxs_buffer_desc* desc, nxs_buffer** buffer) {
  return guarded(host, [&] {
    *buffer = desc->host_pointer ? new nxs_buffer{Memory(desc->size, desc->host_pointer)} : new nxs_buffer{Memory(desc->size)};
  });
}
nxs_status bufferDestroy(nxs_buffer* buffer) {
  delete buffer;
  return NXS_SUCCESS;
}
nxs_status bufferHostPointer(nxs_buffer* buffer, void** pointer) {
  *pointer = buffer->memory.data();
  return NXS_SUCCESS;
}
nxs_status bufferDevicePointer(nxs_buffer* buffer, uint64_t* pointer) {
  *pointer = reinterpret_cast<uint64_t>(buffer->memory.data());
  return NXS_SUCCESS;
}

nxs_status libraryCreate(nxs_device* device, const nxs_library_desc* desc, nxs_library** library) {
  return guarded(host, [&] {
    if (!desc->language) {
      *library = new nxs_library(*desc);
      return;
    }
    const std::string program =
        device->compiler.compile(*desc, [](int32_t level, const char* line) { host.load()->log(level, "cpu", line); });
    nxs_library_desc binary{};
    binary.struct_size = sizeof binary;
    binary.data = program.data();
    binary.size = program.size();
    *library = new nxs_library(binary);
  });
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
  nxs_kernel* found = nullptr;
  if (const nxs_status status = guarded(host, [&] { found = library->find(name); }); status != NXS_SUCCESS) return status;
  if (!found) return NXS_NOT_FOUND;
  *kernel = found;
  return NXS_SUCCESS;
}
nxs_status kernelInfo(nxs_kernel* kernel, nxs_kernel_info* info) {
  kernel->info(*info);
  return NXS_SUCCESS;
}

nxs_status streamCreate(nxs_device* device, nxs_stream** stream) {
  return guarded(host, [&] { *stream = new nxs_stream{std::make_shared<nexus::cpu_plugin::Stream>(device->pool)}; });
}
nxs_status streamDestroy(nxs_stream* stream) {
  delete stream;
  return NXS_SUCCESS;
}
nxs_status streamSubmit(nxs_stream* stream, const nxs_command* commands, uint32_t count, uint32_t flags, uint64_t* ticket) {
  const bool isInline = (flags & NXS_SUBMIT_INLINE) != 0;
  return guarded(host, [&] {
    if (count == 1) {
      *ticket = stream->stream->submit(*commands, isInline);
    } else {
      const nxs_schedule once(commands, count);
      *ticket = once.run(*stream->stream, isInline, false);
    }
  });
}
nxs_status streamSynchronize(nxs_stream* stream, uint64_t timeout) {
  bool isDone = false;
  const nxs_status status = guarded(host, [&] { isDone = stream->stream->synchronize(timeout); });
  return status != NXS_SUCCESS || isDone ? status : nxs_status{NXS_TIMEOUT};
}
nxs_status streamQuery(nxs_stream* stream, uint64_t* completed) {
  *completed = stream->stream->completed();
  return NXS_SUCCESS;
}

nxs_status scheduleCreate(nxs_device*, const nxs_command* commands, uint32_t count, nxs_schedule** schedule) {
  return guarded(host, [&] { *schedule = new nxs_schedule(commands, count); });
}
nxs_status scheduleDestroy(nxs_schedule* schedule) {
  delete schedule;
  return NXS_SUCCESS;
}
nxs_status scheduleUpdate(nxs_schedule* schedule, uint32_t index, const nxs_command* command) {
  return guarded(host, [&] { schedule->update(index, *command); });
}
nxs_status scheduleRun(nxs_schedule* schedule, nxs_stream* stream, uint32_t flags, uint64_t* ticket) {
  return guarded(
      host, [&] { *ticket = schedule->run(*stream->stream, (flags & NXS_SUBMIT_INLINE) != 0, (flags & NXS_SUBMIT_TIMED) != 0); });
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
    "cpu",
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
