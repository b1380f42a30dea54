#pragma once

#include "plugins/support/host.h"

#include <nexus/plugin.h>

#include <cstdint>
#include <memory>

namespace nexus::plugin_support {

/// Entries that plugins have in common, named as in the table. A plugin's own entries derive from these, add the others and replace what they do
/// differently; the handles (nxs_buffer, nxs_stream ...) have the members that the rest uses.
struct CommonEntries {
  template <class Runtime>
  static nxs_status runtime_close(Runtime* runtime) {
    return destroy(runtime);
  }
  template <class Runtime>
  static nxs_status runtime_property(Runtime* runtime, uint32_t property, nxs_value* value) {
    return runtime->properties.read(property, value);
  }
  template <class Runtime>
  static nxs_status runtime_device_count(Runtime* runtime, uint32_t* count) {
    *count = static_cast<uint32_t>(runtime->devices.size());
    return NXS_SUCCESS;
  }

  template <class Buffer>
  static nxs_status buffer_destroy(Buffer* buffer) {
    return destroy(buffer);
  }

  template <class Library>
  static nxs_status library_destroy(Library* library) {
    return destroy(library);
  }
  template <class Library>
  static nxs_status library_kernel_count(Library* library, uint32_t* count) {
    return guarded([&] { *count = static_cast<uint32_t>(library->kernelCount()); });
  }
  template <class Library>
  static nxs_status library_kernel_at(Library* library, uint32_t index, nxs_kernel** kernel) {
    return guarded([&] { *kernel = &library->kernelAt(index); });
  }
  template <class Library>
  static nxs_status library_kernel(Library* library, const char* name, nxs_kernel** kernel) {
    nxs_kernel* found = nullptr;
    if (const nxs_status status = guarded([&] { found = library->find(name); }); status != NXS_SUCCESS) return status;
    if (!found) return NXS_NOT_FOUND;
    *kernel = found;
    return NXS_SUCCESS;
  }
  template <class Kernel>
  static nxs_status kernel_info(Kernel* kernel, nxs_kernel_info* info) {
    kernel->info(*info);
    return NXS_SUCCESS;
  }

  template <class Stream>
  static nxs_status stream_destroy(Stream* stream) {
    return destroy(stream);
  }
  template <class Stream>
  static nxs_status stream_synchronize(Stream* stream, uint64_t timeout) {
    return orElse(NXS_TIMEOUT, [&] { return stream->stream->synchronize(timeout); });
  }
  template <class Stream>
  static nxs_status stream_query(Stream* stream, uint64_t* completed) {
    return guarded([&] { *completed = stream->stream->completed(); });
  }

  template <class Event>
  static nxs_status event_destroy(Event* event) {
    return destroy(event);
  }
  template <class Event>
  static nxs_status event_signal(Event* event, uint64_t value) {
    // A waiter may destroy the event before this has returned.
    return guarded([&] { std::shared_ptr(event->event)->signal(value); });
  }
  template <class Event>
  static nxs_status event_wait(Event* event, uint64_t value, uint64_t timeout) {
    return orElse(NXS_TIMEOUT, [&] { return event->event->wait(value, timeout); });
  }
  template <class Event>
  static nxs_status event_query(Event* event, uint64_t* value) {
    return guarded([&] { *value = event->event->value(); });
  }
  template <class Event>
  static nxs_status event_fail(Event* event, nxs_status status, const char* message) {
    return guarded([&] { std::shared_ptr(event->event)->fail(PluginError(status, message)); });
  }

  template <class Schedule>
  static nxs_status schedule_destroy(Schedule* schedule) {
    return destroy(schedule);
  }
  template <class Schedule>
  static nxs_status schedule_update(Schedule* schedule, uint32_t index, const nxs_command* command) {
    return guarded([&] { schedule->update(index, *command); });
  }
  template <class Schedule>
  static nxs_status schedule_times(Schedule* schedule, uint64_t* nanoseconds, uint32_t count) {
    return orElse(NXS_NOT_FOUND, [&] { return schedule->readTimes(nanoseconds, count); });
  }

 private:
  template <class Object>
  static nxs_status destroy(Object* object) {
    return guarded([&] { delete object; });
  }
  /// The status `otherwise` if the body returns false.
  template <class Body>
  static nxs_status orElse(nxs_status otherwise, Body&& body) {
    bool isDone = false;
    const nxs_status status = guarded([&] { isDone = body(); });
    return status != NXS_SUCCESS || isDone ? status : otherwise;
  }
};

/// The plugin with a class that has every entry of the table as a static member of the entry's name.
template <class Entries>
constexpr nxs_plugin describePlugin(const char* runtimeName) {
#define NEXUS_ENTRY(need, name, parameters) .name = Entries::name,
  return {.struct_size = sizeof(nxs_plugin),
          .magic = NXS_PLUGIN_MAGIC,
          .abi_major = NXS_ABI_MAJOR,
          .abi_minor = NXS_ABI_MINOR,
          .reserved = 0,
          .name = runtimeName,
          .version = NEXUS_PLUGIN_VERSION,
          .table = {NXS_PLUGIN_ENTRIES(NEXUS_ENTRY)}};
#undef NEXUS_ENTRY
}

}  // namespace nexus::plugin_support
