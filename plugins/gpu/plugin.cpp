// The function table of a GPU runtime. Everything here only translates between the C interface and the classes behind it.
#include "buffer.h"
#include "kernel.h"
#include "schedule.h"
#include "vendor_functions.h"

#include "plugins/support/plugin_table.h"

namespace gpu = nexus::gpu_plugin;
using gpu::driver;
using nexus::plugin_support::guarded;
using nexus::plugin_support::PluginError;
using nexus::plugin_support::PropertySet;

struct nxs_runtime {
  PropertySet properties;
  std::vector<std::unique_ptr<nxs_device>> devices;
};

namespace {

struct Entries : nexus::plugin_support::CommonEntries {
  static nxs_status runtime_open(nxs_runtime** runtime) {
    return guarded([&] {
      gpu::Driver::open();
      int count = 0;
      const gpu::Result result = driver.deviceCount(&count);
      if (result != gpu::success || count == 0)
        throw PluginError(NXS_UNAVAILABLE,
                          std::string("the ") + gpu::Vendor::driverName + " driver finds no device" +
                              (result == gpu::success ? "" : ": " + driver.describe(result)),
                          result);
      auto opened = std::make_unique<nxs_runtime>();
      for (int i = 0; i < count; ++i) {
        gpu::Ordinal ordinal = 0;
        gpu::check(driver.deviceGet(&ordinal, i), "cannot get a device");
        opened->devices.push_back(std::make_unique<nxs_device>(i, ordinal));
      }
      opened->properties.set(NXS_PROPERTY_Name, std::string(gpu::Vendor::runtimeName));
      opened->properties.set(NXS_PROPERTY_Version, std::string(NEXUS_PLUGIN_VERSION));
      opened->properties.set(NXS_PROPERTY_DriverVersion, driver.version());
      opened->properties.set(NXS_PROPERTY_DeviceCount, std::int64_t{count});
      *runtime = opened.release();
    });
  }
  static nxs_status runtime_device(nxs_runtime* runtime, uint32_t index, nxs_device** device) {
    *device = runtime->devices[index].get();
    return NXS_SUCCESS;
  }

  static nxs_status device_property(nxs_device* device, uint32_t property, nxs_value* value) {
    nxs_status found = NXS_NOT_FOUND;
    const nxs_status status = guarded([&] { found = device->property(property, value); });
    return status == NXS_SUCCESS ? found : status;
  }

  static nxs_status buffer_create(nxs_device* device, const nxs_buffer_desc* desc, nxs_buffer** buffer) {
    return guarded([&] { *buffer = new nxs_buffer(*device, *desc); });
  }
  static nxs_status buffer_host_pointer(nxs_buffer* buffer, void** pointer) {
    if (!buffer->host) return NXS_UNSUPPORTED;
    *pointer = buffer->host;
    return NXS_SUCCESS;
  }
  static nxs_status buffer_device_pointer(nxs_buffer* buffer, uint64_t* pointer) {
    buffer->isKnownToOthers = true;
    *pointer = buffer->address;
    return NXS_SUCCESS;
  }

  static nxs_status library_create(nxs_device* device, const nxs_library_desc* desc, nxs_library** library) {
    return guarded([&] { *library = new nxs_library(*device, *desc); });
  }

  static nxs_status stream_create(nxs_device* device, nxs_stream** stream) {
    return guarded([&] {
      auto created = std::make_unique<nxs_stream>(nxs_stream{std::make_shared<gpu::Stream>(*device)});
      device->addStream(created->stream);
      *stream = created.release();
    });
  }
  static nxs_status stream_submit(nxs_stream* stream, const nxs_command* commands, uint32_t count, uint32_t, uint64_t* ticket) {
    return guarded([&] { *ticket = stream->stream->submit({commands, count}); });
  }

  static nxs_status event_create(nxs_device* device, uint64_t initial, nxs_event** event) {
    return guarded([&] { *event = new nxs_event{std::make_shared<gpu::Event>(*device, initial)}; });
  }
  static nxs_status event_notify(nxs_event* event, uint64_t value, nxs_host_call call) {
    return guarded([&] { std::shared_ptr(event->event)->notify(value, call); });
  }

  static nxs_status schedule_create(nxs_device* device, const nxs_command* commands, uint32_t count, nxs_schedule** schedule) {
    return guarded([&] { *schedule = new nxs_schedule(*device, {commands, count}); });
  }
  static nxs_status schedule_run(nxs_schedule* schedule, nxs_stream* stream, uint32_t flags, uint64_t* ticket) {
    return guarded([&] { *ticket = schedule->run(*stream->stream, (flags & NXS_SUBMIT_TIMED) != 0); });
  }
};

}  // namespace

const nxs_plugin nexus::plugin_support::plugin = nexus::plugin_support::describePlugin<Entries>(gpu::Vendor::runtimeName);
