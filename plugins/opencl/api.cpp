#include "api.h"

#include "plugins/support/driver_library.h"

#include <mutex>
#include <optional>

namespace nexus::opencl {

using plugin_support::DriverLibrary;
using plugin_support::OPTIONAL;
using plugin_support::PluginError;
using plugin_support::REQUIRED;

namespace {

Api functions;

void load() {
  DriverLibrary library;
#if defined(__APPLE__)
  const std::vector<std::string> names = {"/System/Library/Frameworks/OpenCL.framework/OpenCL"};
#else
  const std::vector<std::string> names = {"libOpenCL.so.1", "libOpenCL.so"};
#endif
  if (!library.open(names))
    throw PluginError(NXS_UNAVAILABLE, "the OpenCL loader was not found (" + library.reason() +
                                           "); install it (Debian and Ubuntu: ocl-icd-libopencl1) and a driver for the device");
  Api found;
#define NEXUS_CL_FUNCTION(need, name, result, parameters) library.resolve(found.name, #name, need);
#include "function_table.h"
#undef NEXUS_CL_FUNCTION
  library.requireComplete();
  functions = found;
}

}  // namespace

const Api& openApi() {
  static std::mutex mutex;
  static bool isLoaded = false;
  std::lock_guard lock(mutex);
  if (!isLoaded) load();
  isLoaded = true;
  return functions;
}

const Api& api() noexcept { return functions; }

Extensions::Extensions(cl_platform_id platform) {
#define NEXUS_CL_EXTENSION(name, result, parameters) \
  name = reinterpret_cast<result(*) parameters>(api().clGetExtensionFunctionAddressForPlatform(platform, #name));
#include "extension_table.h"
#undef NEXUS_CL_EXTENSION
}

std::string errorName(cl_int code) {
  switch (code) {
#define NEXUS_CL_ERROR(name, number, status) \
  case number: return "CL_" #name;
#include "error_table.h"
#undef NEXUS_CL_ERROR
    default: return "OpenCL error " + std::to_string(code);
  }
}

nxs_status errorStatus(cl_int code) noexcept {
  switch (code) {
#define NEXUS_CL_ERROR(name, number, status) \
  case number: return NXS_##status;
#include "error_table.h"
#undef NEXUS_CL_ERROR
    default: return NXS_INTERNAL;
  }
}

void throwError(const std::string& what, cl_int code) { throw PluginError(errorStatus(code), what + ": " + errorName(code), code); }

}  // namespace nexus::opencl
