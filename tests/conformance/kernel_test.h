#pragma once

#include "device_test.h"

namespace nexus::conformance {

/// A test with the suite's kernels. Skips if the plugin refuses them: they are not for every device.
class KernelTest : public DeviceTest {
 protected:
  void SetUp() override;

  /// Fails the test if the library does not have it; then NULL.
  nxs_kernel* kernel(const char* name);
  /// Whether a block of that shape lies inside the limits that the device reports.
  bool isWithinLimits(const Size3& grid, const Size3& block) const;

  Owned<nxs_library> library;
};

/// Description of a library in a file. Borrows the path.
nxs_library_desc fileDescription(const std::string& path);
/// Contents of a file.
std::string fileContents(const std::string& path);
/// Description of the suite's kernels, a binary in a file or source text.
nxs_library_desc kernelsDescription();

}  // namespace nexus::conformance
