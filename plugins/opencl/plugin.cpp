// The function table of the OpenCL runtime. Everything here only translates between the C interface and the classes behind it.
#include "device.h"
#include "library.h"

#include "plugins/support/timeline_entries.h"

#include <cstddef>

using nexus::opencl::Queue;
using nexus::plugin_support::guarded;
using nexus::plugin_support::PluginError;

namespace {

struct Entries : nexus::plugin_support::TimelineEntries {
  static nxs_status runtime_open(nxs_runtime** runtime) {
    return guarded([&] { *runtime = new nxs_runtime; });
  }
  static nxs_status runtime_device(nxs_runtime* runtime, uint32_t index, nxs_device** device) {
    *device = &runtime->devices[index];
    return NXS_SUCCESS;
  }

  static nxs_status device_property(nxs_device* device, uint32_t property, nxs_value* value) {
    if (property != NXS_PROPERTY_MemoryFree) return device->properties.read(property, value);
    std::optional<std::int64_t> bytes;
    if (const nxs_status status = guarded([&] { bytes = freeMemory(device->facts); }); status != NXS_SUCCESS) return status;
    if (!bytes) return NXS_NOT_FOUND;
    value->type = NXS_VALUE_INT;
    value->count = 1;
    value->as.i = *bytes;
    return NXS_SUCCESS;
  }

  static nxs_status buffer_create(nxs_device* device, const nxs_buffer_desc* desc, nxs_buffer** buffer) {
    return guarded([&] {
      // Older cores describe less.
      const bool isExtended = desc->struct_size >= offsetof(nxs_buffer_desc, device_pointer) + sizeof desc->device_pointer;
      if (isExtended && desc->device_pointer != 0)
        throw PluginError(NXS_UNSUPPORTED, "OpenCL makes no buffers of addresses of a device; copy to a buffer of its own");
      if (isExtended && (desc->flags & NXS_BUFFER_HOST) != 0 && !isHostVisible(device->facts.memoryKind))
        throw PluginError(NXS_UNSUPPORTED, "the buffers of '" + device->facts.name + "' are not visible to the host");
      *buffer = new nxs_buffer(device->open().context, desc->size, desc->host_pointer);
    });
  }
  static nxs_status buffer_host_pointer(nxs_buffer* buffer, void** pointer) {
    if (!buffer->hostPointer()) return NXS_UNSUPPORTED;
    *pointer = buffer->hostPointer();
    return NXS_SUCCESS;
  }
  static nxs_status buffer_device_pointer(nxs_buffer* buffer, uint64_t* pointer) {
    if (!buffer->address()) return NXS_UNSUPPORTED;
    *pointer = reinterpret_cast<uint64_t>(buffer->address());
    return NXS_SUCCESS;
  }

  static nxs_status library_create(nxs_device* device, const nxs_library_desc* desc, nxs_library** library) {
    return guarded([&] { *library = new nxs_library(device->open().context, *desc, nexus::plugin_support::log); });
  }

  static nxs_status stream_create(nxs_device* device, nxs_stream** stream) {
    return guarded([&] { *stream = new nxs_stream{device->open().createStream()}; });
  }
  static nxs_status stream_submit(nxs_stream* stream, const nxs_command* commands, uint32_t count, uint32_t flags,
                                  uint64_t* ticket) {
    return guarded([&] { *ticket = stream->stream->submit({commands, count}, (flags & NXS_SUBMIT_INLINE) != 0); });
  }

  static nxs_status schedule_create(nxs_device*, const nxs_command* commands, uint32_t count, nxs_schedule** schedule) {
    return guarded([&] { *schedule = new nxs_schedule(std::span(commands, count), Queue::prepare); });
  }
  static nxs_status schedule_update(nxs_schedule* schedule, uint32_t index, const nxs_command* command) {
    return guarded([&] { schedule->update(index, *command, Queue::prepare); });
  }
  static nxs_status schedule_run(nxs_schedule* schedule, nxs_stream* stream, uint32_t flags, uint64_t* ticket) {
    return guarded([&] { *ticket = schedule->run(*stream->stream, (flags & NXS_SUBMIT_TIMED) != 0); });
  }
};

}  // namespace

const nxs_plugin nexus::plugin_support::plugin = nexus::plugin_support::describePlugin<Entries>("opencl");
