#include "device.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>

using namespace nexus::opencl;
using nexus::plugin_support::PluginError;

namespace nexus::opencl {

namespace {

/// The devices that are open. Never destroyed: the end of the process comes late.
struct OpenDevices {
  std::mutex mutex;
  std::vector<OpenDevice*> devices;

  static OpenDevices& get() {
    static OpenDevices* const all = new OpenDevices;
    return *all;
  }
  void awaitDrivers() {
    std::lock_guard lock(mutex);
    for (OpenDevice* device : devices) device->awaitDriver();
  }
};

/// PoCL compiles on threads of its own, and crashes if the process ends meanwhile: the end waits for what drivers have begun. The
/// objects of the main thread go first, before the handlers that drivers and their compilers have registered, whenever that was.
struct EndOfProcess {
  const pid_t process = getpid();
  ~EndOfProcess() {
    if (getpid() == process && isMainThread()) OpenDevices::get().awaitDrivers();
  }
  static bool isMainThread() {
#if defined(__APPLE__)
    return pthread_main_np() != 0;
#else
    return gettid() == getpid();
#endif
  }
  static void watch() { static thread_local const EndOfProcess end; }
};

}  // namespace

OpenDevice::OpenDevice(const Platform& platform, const DeviceFacts& facts) : context(platform, facts) {
  OpenDevices& all = OpenDevices::get();
  std::lock_guard lock(all.mutex);
  all.devices.push_back(this);
}

std::shared_ptr<Stream> OpenDevice::createStream() {
  auto stream = std::make_shared<Stream>(dispatcher, signals_, Queue(context));
  std::lock_guard lock(mutex_);
  std::erase_if(streams_, [](const auto& known) { return known.expired(); });
  streams_.push_back(stream);
  return stream;
}

void OpenDevice::awaitDriver() {
  std::lock_guard lock(mutex_);
  for (const auto& known : streams_)
    if (const auto stream = known.lock()) stream->awaitDriver();
}

OpenDevice::~OpenDevice() {
  {
    OpenDevices& all = OpenDevices::get();
    std::lock_guard lock(all.mutex);
    std::erase(all.devices, this);
  }
  for (const auto& known : streams_)
    if (const auto stream = known.lock()) stream->abandon();
  dispatcher->close();
}

}  // namespace nexus::opencl

OpenDevice& nxs_device::open() {
  EndOfProcess::watch();
  std::lock_guard lock(mutex_);
  if (!open_) open_ = std::make_unique<OpenDevice>(platform, facts);
  return *open_;
}

namespace {

constexpr const char* remedy =
    "install a driver for the device (for the CPU, Debian and Ubuntu: pocl-opencl-icd) or name one in OCL_ICD_VENDORS";

std::vector<cl_platform_id> listPlatforms() {
  cl_uint count = 0;
  const cl_int error = openApi().clGetPlatformIDs(0, nullptr, &count);
  if (error == -1001 || (error == COMPLETE && count == 0))
    throw PluginError(NXS_UNAVAILABLE, "the OpenCL loader is there, but it finds no driver (" + errorName(-1001) + "); " + remedy,
                      error);
  check(error, "cannot list the OpenCL platforms");
  std::vector<cl_platform_id> platforms(count);
  check(api().clGetPlatformIDs(count, platforms.data(), nullptr), "cannot list the OpenCL platforms");
  return platforms;
}

std::vector<cl_device_id> listDevices(cl_platform_id platform) {
  cl_uint count = 0;
  // A driver whose device is missing says so with an error.
  if (api().clGetDeviceIDs(platform, static_cast<cl_bitfield>(DEVICE_TYPE_ALL), 0, nullptr, &count) != COMPLETE || count == 0)
    return {};
  std::vector<cl_device_id> devices(count);
  check(api().clGetDeviceIDs(platform, static_cast<cl_bitfield>(DEVICE_TYPE_ALL), count, devices.data(), nullptr),
        "cannot list the devices of an OpenCL platform");
  return devices;
}

bool isAvailable(cl_device_id device) {
  cl_bool isAvailable = 0;
  return api().clGetDeviceInfo(device, static_cast<cl_uint>(DEVICE_AVAILABLE), sizeof isAvailable, &isAvailable, nullptr) ==
             COMPLETE &&
         isAvailable;
}

/// Drivers keep threads and locks that a forked child has no part of.
void refuseForkedChild() {
  static const pid_t first = getpid();
  if (getpid() != first)
    throw PluginError(
        NXS_UNAVAILABLE,
        "OpenCL was opened by the parent of this forked process, and drivers do not survive a fork; start processes with 'spawn'");
}

}  // namespace

nxs_runtime::nxs_runtime() {
  refuseForkedChild();
  std::string names;
  for (cl_platform_id id : listPlatforms()) {
    const Platform& platform = platforms.emplace_back(id);
    names += (names.empty() ? "" : ", ") + platform.name;
    for (cl_device_id device : listDevices(id))
      if (isAvailable(device)) devices.emplace_back(platform, device);
  }
  if (devices.empty()) throw PluginError(NXS_UNAVAILABLE, "the OpenCL drivers (" + names + ") find no device; " + remedy);
  properties.set(NXS_PROPERTY_Name, std::string("opencl"));
  properties.set(NXS_PROPERTY_Version, std::string(NEXUS_PLUGIN_VERSION));
  properties.set(NXS_PROPERTY_DeviceCount, static_cast<std::int64_t>(devices.size()));
}
