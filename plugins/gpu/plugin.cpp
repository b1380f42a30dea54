// The function table of a GPU runtime. Everything here only translates between the C interface and the classes behind it.
#include "buffer.h"
#include "host.h"
#include "kernel.h"
#include "schedule.h"
#include "vendor_functions.h"

namespace gpu = nexus::gpu_plugin;
using gpu::driver;
using nexus::plugin_support::guarded;
using nexus::plugin_support::PluginError;
using nexus::plugin_support::PropertySet;

struct nxs_runtime {
  PropertySet properties;
  std::vector<std::unique_ptr<nxs_device>> devices;
};

namespace nexus::gpu_plugin {
const nxs_host* host = nullptr;
void log(std::int32_t level, const char* message) { host->log(level, Vendor::runtimeName, message); }
}  // namespace nexus::gpu_plugin

namespace {

using gpu::host;

nxs_status runtimeOpen(nxs_runtime** runtime) {
  return guarded(host, [&] {
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
    opened->properties.set(NXS_PROPERTY_DriverVersion, gpu::driverVersionText());
    opened->properties.set(NXS_PROPERTY_DeviceCount, std::int64_t{count});
    *runtime = opened.release();
  });
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
  *device = runtime->devices[index].get();
  return NXS_SUCCESS;
}

nxs_status deviceProperty(nxs_device* device, uint32_t property, nxs_value* value) {
  nxs_status found = NXS_NOT_FOUND;
  const nxs_status status = guarded(host, [&] { found = device->property(property, value); });
  return status == NXS_SUCCESS ? found : status;
}

nxs_status bufferCreate(nxs_device* device, const nxs_buffer_desc* desc, nxs_buffer** buffer) {
  return guarded(host, [&] { *buffer = new nxs_buffer(*device, *desc); });
}
nxs_status bufferDestroy(nxs_buffer* buffer) {
  delete buffer;
  return NXS_SUCCESS;
}
nxs_status bufferHostPointer(nxs_buffer* buffer, void** pointer) {
  if (!buffer->host) return NXS_UNSUPPORTED;
  *pointer = buffer->host;
  return NXS_SUCCESS;
}
nxs_status bufferDevicePointer(nxs_buffer* buffer, uint64_t* pointer) {
  buffer->isKnownToOthers = true;
  *pointer = buffer->address;
  return NXS_SUCCESS;
}

nxs_status libraryCreate(nxs_device* device, const nxs_library_desc* desc, nxs_library** library) {
  return guarded(host, [&] { *library = new nxs_library(*device, *desc); });
}
nxs_status libraryDestroy(nxs_library* library) {
  delete library;
  return NXS_SUCCESS;
}
nxs_status libraryKernelCount(nxs_library* library, uint32_t* count) {
  return guarded(host, [&] { *count = static_cast<uint32_t>(library->kernelCount()); });
}
nxs_status libraryKernelAt(nxs_library* library, uint32_t index, nxs_kernel** kernel) {
  return guarded(host, [&] { *kernel = &library->kernelAt(index); });
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
  return guarded(host, [&] {
    auto created = std::make_unique<nxs_stream>(nxs_stream{std::make_shared<gpu::Stream>(*device)});
    device->addStream(created->stream);
    *stream = created.release();
  });
}
nxs_status streamDestroy(nxs_stream* stream) {
  delete stream;
  return NXS_SUCCESS;
}
nxs_status streamSubmit(nxs_stream* stream, const nxs_command* commands, uint32_t count, uint32_t, uint64_t* ticket) {
  return guarded(host, [&] { *ticket = stream->stream->submit({commands, count}); });
}
nxs_status streamSynchronize(nxs_stream* stream, uint64_t timeout) {
  bool isDone = false;
  const nxs_status status = guarded(host, [&] { isDone = stream->stream->synchronize(timeout); });
  return status != NXS_SUCCESS || isDone ? status : nxs_status{NXS_TIMEOUT};
}
nxs_status streamQuery(nxs_stream* stream, uint64_t* completed) {
  return guarded(host, [&] { *completed = stream->stream->completed(); });
}

nxs_status eventCreate(nxs_device* device, uint64_t initial, nxs_event** event) {
  return guarded(host, [&] { *event = new nxs_event{std::make_shared<gpu::Event>(*device, initial)}; });
}
nxs_status eventDestroy(nxs_event* event) {
  delete event;
  return NXS_SUCCESS;
}
nxs_status eventSignal(nxs_event* event, uint64_t value) {
  return guarded(host, [&] { std::shared_ptr(event->event)->signal(value); });
}
nxs_status eventWait(nxs_event* event, uint64_t value, uint64_t timeout) {
  bool isDone = false;
  const nxs_status status = guarded(host, [&] { isDone = event->event->wait(value, timeout); });
  return status != NXS_SUCCESS || isDone ? status : nxs_status{NXS_TIMEOUT};
}
nxs_status eventQuery(nxs_event* event, uint64_t* value) {
  return guarded(host, [&] { *value = event->event->value(); });
}
nxs_status eventNotify(nxs_event* event, uint64_t value, nxs_host_call call) {
  return guarded(host, [&] { std::shared_ptr(event->event)->notify(value, call); });
}
nxs_status eventFail(nxs_event* event, nxs_status status, const char* message) {
  return guarded(host, [&] { std::shared_ptr(event->event)->fail(PluginError(status, message)); });
}

nxs_status scheduleCreate(nxs_device* device, const nxs_command* commands, uint32_t count, nxs_schedule** schedule) {
  return guarded(host, [&] { *schedule = new nxs_schedule(*device, {commands, count}); });
}
nxs_status scheduleDestroy(nxs_schedule* schedule) {
  delete schedule;
  return NXS_SUCCESS;
}
nxs_status scheduleUpdate(nxs_schedule* schedule, uint32_t index, const nxs_command* command) {
  return guarded(host, [&] { schedule->update(index, *command); });
}
nxs_status scheduleRun(nxs_schedule* schedule, nxs_stream* stream, uint32_t flags, uint64_t* ticket) {
  return guarded(host, [&] { *ticket = schedule->run(*stream->stream, (flags & NXS_SUBMIT_TIMED) != 0); });
}
nxs_status scheduleTimes(nxs_schedule* schedule, uint64_t* nanoseconds, uint32_t count) {
  bool isKnown = false;
  const nxs_status status = guarded(host, [&] { isKnown = schedule->readTimes(nanoseconds, count); });
  return status != NXS_SUCCESS || isKnown ? status : nxs_status{NXS_NOT_FOUND};
}

const nxs_plugin plugin = {
    sizeof(nxs_plugin),
    NXS_PLUGIN_MAGIC,
    NXS_ABI_MAJOR,
    NXS_ABI_MINOR,
    0,
    gpu::Vendor::runtimeName,
    NEXUS_PLUGIN_VERSION,
    {runtimeOpen,        runtimeClose,      runtimeProperty,   runtimeDeviceCount,  runtimeDevice,   deviceProperty,
     bufferCreate,       bufferDestroy,     bufferHostPointer, bufferDevicePointer, libraryCreate,   libraryDestroy,
     libraryKernelCount, libraryKernelAt,   libraryKernel,     kernelInfo,          streamCreate,    streamDestroy,
     streamSubmit,       streamSynchronize, streamQuery,       eventCreate,         eventDestroy,    eventSignal,
     eventWait,          eventQuery,        eventNotify,       scheduleCreate,      scheduleDestroy, scheduleUpdate,
     scheduleRun,        eventFail,         scheduleTimes}};

}  // namespace

const nxs_plugin* nxsGetPlugin(const nxs_host* core) {
  gpu::host = core;
  return &plugin;
}
