// The function table of the CPU runtime. Everything here only translates between the C interface and the classes behind it.
#include "buffer.h"
#include "device.h"
#include "kernel_library.h"
#include "schedule.h"

#include "plugins/support/timeline_entries.h"

using nexus::cpu_plugin::KernelLibrary;
using nexus::cpu_plugin::Memory;
using nexus::plugin_support::guarded;

struct nxs_library : KernelLibrary {
  using KernelLibrary::KernelLibrary;
};

namespace {

struct Entries : nexus::plugin_support::TimelineEntries {
  static nxs_status runtime_open(nxs_runtime** runtime) {
    return guarded([&] { *runtime = new nxs_runtime; });
  }
  static nxs_status runtime_device_count(nxs_runtime*, uint32_t* count) {
    *count = 1;
    return NXS_SUCCESS;
  }
  static nxs_status runtime_device(nxs_runtime* runtime, uint32_t, nxs_device** device) {
    *device = &runtime->device;
    return NXS_SUCCESS;
  }

  static nxs_status device_property(nxs_device* device, uint32_t property, nxs_value* value) {
    if (property != NXS_PROPERTY_MemoryFree) return device->properties.read(property, value);
    return guarded([&] {
      value->as.i = nexus::cpu_plugin::freeMemory();
      value->type = NXS_VALUE_INT;
      value->count = 1;
    });
  }

  static nxs_status buffer_create(nxs_device*, const nxs_buffer_desc* desc, nxs_buffer** buffer) {
    return guarded([&] {
      *buffer = desc->host_pointer ? new nxs_buffer{Memory(desc->size, desc->host_pointer)} : new nxs_buffer{Memory(desc->size)};
    });
  }
  static nxs_status buffer_host_pointer(nxs_buffer* buffer, void** pointer) {
    *pointer = buffer->memory.data();
    return NXS_SUCCESS;
  }
  static nxs_status buffer_device_pointer(nxs_buffer* buffer, uint64_t* pointer) {
    *pointer = reinterpret_cast<uint64_t>(buffer->memory.data());
    return NXS_SUCCESS;
  }

  static nxs_status library_create(nxs_device* device, const nxs_library_desc* desc, nxs_library** library) {
    return guarded([&] {
      if (!desc->language) {
        *library = new nxs_library(*desc);
        return;
      }
      const std::string program = device->compiler.compile(*desc, nexus::plugin_support::log);
      nxs_library_desc binary{};
      binary.struct_size = sizeof binary;
      binary.data = program.data();
      binary.size = program.size();
      *library = new nxs_library(binary);
    });
  }

  static nxs_status stream_create(nxs_device* device, nxs_stream** stream) {
    return guarded([&] { *stream = new nxs_stream{std::make_shared<nexus::cpu_plugin::Stream>(device->pool)}; });
  }
  static nxs_status stream_submit(nxs_stream* stream, const nxs_command* commands, uint32_t count, uint32_t flags,
                                  uint64_t* ticket) {
    const bool isInline = (flags & NXS_SUBMIT_INLINE) != 0;
    return guarded([&] {
      if (count == 1) {
        *ticket = stream->stream->submit(*commands, isInline);
      } else {
        const nxs_schedule once(commands, count);
        *ticket = once.run(*stream->stream, isInline, false);
      }
    });
  }

  static nxs_status schedule_create(nxs_device*, const nxs_command* commands, uint32_t count, nxs_schedule** schedule) {
    return guarded([&] { *schedule = new nxs_schedule(commands, count); });
  }
  static nxs_status schedule_run(nxs_schedule* schedule, nxs_stream* stream, uint32_t flags, uint64_t* ticket) {
    return guarded(
        [&] { *ticket = schedule->run(*stream->stream, (flags & NXS_SUBMIT_INLINE) != 0, (flags & NXS_SUBMIT_TIMED) != 0); });
  }
};

}  // namespace

const nxs_plugin nexus::plugin_support::plugin = nexus::plugin_support::describePlugin<Entries>("cpu");
