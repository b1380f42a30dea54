// Devices, contexts and errors.
#include "fake_gpu.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include <vendor.h>

using namespace nexus::gpu_plugin;

namespace nexus::gpu_plugin {

namespace {
thread_local OpaqueContext* current = nullptr;
std::atomic<bool> isStarted = false;
std::atomic<int> retained[fakeDevices];  // primary contexts
int deviceCount() {
  const char* count = std::getenv("NEXUS_FAKE_GPU_DEVICES");
  return count ? std::atoi(count) : fakeDevices;
}
}  // namespace

OpaqueContext* contextOf(int device) {
  static OpaqueContext contexts[fakeDevices] = {{0, success}, {1, success}};
  return &contexts[device];
}
OpaqueContext* currentContext() { return current; }
Result checkCurrent(const OpaqueContext* context) {
  if (!current) return invalidContext;
  if (current->broken != success) return current->broken;
  return current == context ? success : invalidHandle;
}

}  // namespace nexus::gpu_plugin

FAKE(cuInit, hipInit)(unsigned) {
  if (const char* code = std::getenv("NEXUS_FAKE_GPU_INIT")) return std::atoi(code);
  isStarted = true;
  return deviceCount() == 0 ? noDevice : success;
}
FAKE(cuDriverGetVersion, hipDriverGetVersion)(int* version) {
#ifdef NEXUS_FAKE_HIP
  *version = 60'100'000;
#else
  *version = 13000;
#endif
  return success;
}
FAKE(cuDeviceGetCount, hipGetDeviceCount)(int* count) {
  if (!isStarted) return notInitialized;
  *count = deviceCount();
  return success;
}
FAKE(cuDeviceGet, hipDeviceGet)(Ordinal* ordinal, int index) {
  if (index < 0 || index >= deviceCount()) return 101;
  *ordinal = index;
  return success;
}
FAKE(cuDeviceGetName, hipDeviceGetName)(char* name, int size, Ordinal ordinal) {
  std::snprintf(name, static_cast<std::size_t>(size), "Fake GPU %d", ordinal);
  return success;
}
FAKE(cuDeviceGetAttribute, hipDeviceGetAttribute)(int* value, int attribute, Ordinal) {
  switch (static_cast<Attribute>(attribute)) {
    case Attribute::maxThreadsPerBlock: *value = 1024; return success;
    case Attribute::maxSharedPerBlock: *value = 48 << 10; return success;
    case Attribute::maxSharedPerBlockOptIn: *value = 96 << 10; return success;
    case Attribute::sharedPerMultiprocessor: *value = 100 << 10; return success;
    case Attribute::constantMemory: *value = 64 << 10; return success;
    case Attribute::warpSize: *value = 32; return success;
    case Attribute::registersPerBlock:
    case Attribute::registersPerMultiprocessor: *value = 65536; return success;
    case Attribute::clockRate: *value = 1'500'000; return success;
    case Attribute::memoryClockRate: *value = 2'000'000; return success;
    case Attribute::memoryBusWidth: *value = 512; return success;
    case Attribute::multiprocessors: *value = 4; return success;
    case Attribute::l2CacheSize: *value = 4 << 20; return success;
    case Attribute::maxThreadsPerMultiprocessor: *value = 2048; return success;
    case Attribute::maxBlocksPerMultiprocessor: *value = 32; return success;
    case Attribute::copyEngines: *value = 2; return success;
    case Attribute::computeMajor: *value = 9; return success;
    case Attribute::computeMinor: *value = 0; return success;
    case Attribute::isIntegrated:
    case Attribute::hasEcc: *value = 0; return success;
    case Attribute::memoryPools: *value = 1; return success;
    case Attribute::cooperativeLaunch: *value = 1; return success;
    case Attribute::clusterLaunch: *value = 1; return static_cast<int>(Attribute::clusterLaunch) < 0 ? invalidValue : success;
    default: break;
  }
  const int x = attribute - static_cast<int>(Attribute::maxBlockX), g = attribute - static_cast<int>(Attribute::maxGridX);
  if (x >= 0 && x < 3)
    *value = x == 2 ? 64 : 1024;
  else if (g >= 0 && g < 3)
    *value = g == 0 ? 2147483647 : 65535;
  else
    return invalidValue;
  return success;
}
FAKE(cuDeviceTotalMem_v2, hipDeviceTotalMem)(std::size_t* size, Ordinal) {
  *size = fakeMemory;
  return success;
}
FAKE(cuDeviceGetUuid_v2, hipDeviceGetUuid)(Uuid* uuid, Ordinal ordinal) {
  std::memset(uuid->bytes, 0xa0 + ordinal, sizeof uuid->bytes);
  return success;
}
FAKE(cuDeviceGetPCIBusId, hipDeviceGetPCIBusId)(char* text, int size, Ordinal ordinal) {
  std::snprintf(text, static_cast<std::size_t>(size), "ffff:%02x:00.0", ordinal + 1);
  return success;
}
FAKE(cuDevicePrimaryCtxRetain, hipDevicePrimaryCtxRetain)(ContextHandle* context, Ordinal ordinal) {
  *context = contextOf(ordinal);
  ++retained[ordinal];
  return success;
}
FAKE(cuDevicePrimaryCtxRelease_v2, hipDevicePrimaryCtxRelease)(Ordinal ordinal) {
  --retained[ordinal];
  return success;
}
FAKE(cuDevicePrimaryCtxGetState, hipDevicePrimaryCtxGetState)(Ordinal ordinal, unsigned* flags, int* active) {
  *flags = 0;
  *active = retained[ordinal] > 0;
  return success;
}
FAKE(cuCtxSetCurrent, hipCtxSetCurrent)(ContextHandle context) {
  current = context;
  return success;
}
FAKE(cuCtxGetCurrent, hipCtxGetCurrent)(ContextHandle* context) {
  *context = current;
  return success;
}

namespace {
const char* nameOf(Result result) {
  switch (result) {
    case success: return "FAKE_SUCCESS";
    case invalidValue: return "FAKE_INVALID_VALUE";
    case outOfMemory: return "FAKE_OUT_OF_MEMORY";
    case noDevice: return "FAKE_NO_DEVICE";
    case invalidContext: return "FAKE_INVALID_CONTEXT";
    case notReady: return "FAKE_NOT_READY";
    case assertFailed: return "FAKE_ASSERT";
    case launchFailed: return "FAKE_LAUNCH_FAILED";
    case illegalAddress: return "FAKE_ILLEGAL_ADDRESS";
    default: return "FAKE_ERROR";
  }
}
}  // namespace

#ifdef NEXUS_FAKE_HIP
extern "C" __attribute__((visibility("default"))) const char* hipGetErrorName(Result result) { return nameOf(result); }
extern "C" __attribute__((visibility("default"))) const char* hipGetErrorString(Result) { return "as the fake driver was told"; }
extern "C" __attribute__((visibility("default"))) Result hipGetDevicePropertiesR0600(void* properties, int device) {
  char* const bytes = static_cast<char*>(properties);
  std::snprintf(bytes, 256, "Fake GPU %d", device);
  std::strcpy(bytes + 1160, "gfx942:sramecc+:xnack-");
  return success;
}
#else
FAKE(cuGetErrorName, )(Result result, const char** name) {
  *name = nameOf(result);
  return success;
}
FAKE(cuGetErrorString, )(Result, const char** text) {
  *text = "as the fake driver was told";
  return success;
}
#endif
