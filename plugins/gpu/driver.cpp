#include "driver.h"

#include "vendor_functions.h"

#include <fstream>
#include <mutex>

namespace nexus::gpu_plugin {

using plugin_support::PluginError;

Driver driver;

void Driver::open() {
  static std::mutex mutex;
  static bool isOpen = false;
  std::lock_guard lock(mutex);
  if (!isOpen) {
    Driver opened;
    if (!opened.library_.open({std::begin(Vendor::driverLibraries), std::end(Vendor::driverLibraries)}))
      throw PluginError(NXS_UNAVAILABLE, std::string("there is no ") + Vendor::driverName + " driver: " + opened.library_.reason());
    using plugin_support::OPTIONAL;
    using plugin_support::REQUIRED;
#define NEXUS_GPU_FUNCTION(need, name, cuda, hip, parameters) \
  opened.library_.resolve(opened.name, NEXUS_GPU_SYMBOL(cuda, hip), need);
#include "driver_table.h"
#undef NEXUS_GPU_FUNCTION
#define NEXUS_VENDOR_FUNCTION(need, type, name, symbol, parameters) opened.library_.resolve(opened.name, #symbol, need);
#include <vendor_table.h>
#undef NEXUS_VENDOR_FUNCTION
    opened.library_.requireComplete();
    driver = std::move(opened);
    isOpen = true;
  }
  const Result result = driver.init(0);
  if (result == success) return;
  const std::string advice = result == notInitialized ? std::string("; ") + Vendor::forkAdvice : "";
  throw PluginError(NXS_UNAVAILABLE,
                    std::string("the ") + Vendor::driverName + " driver does not start: " + driver.describe(result) + advice,
                    result);
}

std::string Driver::describe(Result result) const {
  return vendorErrorName(result) + " (" + std::to_string(result) + "): " + vendorErrorText(result);
}

std::string Driver::version() const {
  std::string text;
  if (std::ifstream(std::string("/sys/module/") + Vendor::kernelModule + "/version") >> text) text += ", ";
  return text + Vendor::driverName + " " + interfaceVersion();
}

bool isSticky(Result result) noexcept {
  switch (result) {
    case 214:  // uncorrectable ECC error
    case 220:  // NVLink
    case 226:  // contained
    case 700:  // illegal address
    case 702:  // launch timeout
    case 709:  // context destroyed
    case 710:  // assert
    case 714:  // hardware stack error
    case 715:  // illegal instruction
    case 716:  // misaligned address
    case 717:  // invalid address space
    case 718:  // invalid program counter
    case 719:  // launch failure
    case 999:  // unknown
      return true;
    default: return false;
  }
}

nxs_status statusOf(Result result) noexcept {
  if (isSticky(result)) return NXS_DEVICE_LOST;
  switch (result) {
    case invalidValue: return NXS_INVALID_ARGUMENT;
    case outOfMemory: return NXS_OUT_OF_MEMORY;
    case notInitialized:
    case noDevice:
    case 46:  // device is in use by another process
      return NXS_UNAVAILABLE;
    case invalidImage:
    case noBinaryForGpu:
    case 300:  // invalid source
    case 301:  // file not found
    case 302:  // shared object symbol not found
    case 303:  // shared object init failed
      return NXS_INVALID_ARGUMENT;
    case 218:  // PTX is not valid
    case 222:  // PTX is newer than the driver
      return NXS_COMPILE_FAILED;
    case notFound: return NXS_NOT_FOUND;
    case notSupported: return NXS_UNSUPPORTED;
    case 701:  // too many resources asked for
    case 720:  // cooperative launch too large
      return NXS_LAUNCH_FAILED;
    default: return NXS_INTERNAL;
  }
}

}  // namespace nexus::gpu_plugin
