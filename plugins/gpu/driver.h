// The driver's functions, opened at run time.
#pragma once

#include <vendor.h>

#include "plugins/support/driver_library.h"

namespace nexus::gpu_plugin {

class Driver {
 public:
#define NEXUS_GPU_FUNCTION(need, name, cuda, hip, parameters) Result(*name) parameters = nullptr;
#include "driver_table.h"
#undef NEXUS_GPU_FUNCTION
#define NEXUS_VENDOR_FUNCTION(need, type, name, symbol, parameters) type(*name) parameters = nullptr;
#include <vendor_table.h>
#undef NEXUS_VENDOR_FUNCTION

  /// Opens the driver at the first call. Throws Unavailable with the reason if it is missing, too old or refuses to start.
  static void open();

  /// "CUDA_ERROR_ILLEGAL_ADDRESS (700): an illegal memory access was encountered"
  std::string describe(Result result) const;
  /// "580.159.04, CUDA 13.0": the version of the kernel's module, where the system tells it, and of the interface.
  std::string version() const;
  const std::string& libraryName() const noexcept { return library_.name(); }

 private:
  plugin_support::DriverLibrary library_;
};

/// The one of this process; open() comes first.
extern Driver driver;

/// After an error of this kind nothing runs on the device any more: the driver returns it from every later call.
bool isSticky(Result result) noexcept;

/// The status that says what the caller can do about it.
nxs_status statusOf(Result result) noexcept;

/// Throws if the call failed. `what` says what was tried.
inline void check(Result result, const char* what) {
  if (result != success) [[unlikely]]
    throw plugin_support::PluginError(statusOf(result), std::string(what) + ": " + driver.describe(result), result);
}

}  // namespace nexus::gpu_plugin
