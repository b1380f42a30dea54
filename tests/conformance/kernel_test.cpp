#include "kernel_test.h"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace nexus::conformance {

nxs_library_desc fileDescription(const std::string& path) {
  nxs_library_desc desc = {};
  desc.struct_size = sizeof desc;
  desc.path = path.c_str();
  return desc;
}

std::string fileContents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

nxs_library_desc kernelsDescription() {
  if (subject().kernelLanguage.empty()) return fileDescription(subject().kernelPath);
  static const std::string text = fileContents(subject().kernelPath);
  nxs_library_desc desc = {};
  desc.struct_size = sizeof desc;
  desc.data = text.data();
  desc.size = text.size();
  desc.language = subject().kernelLanguage.c_str();
  return desc;
}

void KernelTest::SetUp() {
  ASSERT_NO_FATAL_FAILURE(DeviceTest::SetUp());
  const std::string& path = subject().kernelPath;
  ASSERT_TRUE(std::filesystem::exists(path)) << "the kernels '" << path << "' are missing; name them with --kernels";
  const nxs_library_desc desc = kernelsDescription();
  nxs_library* created = nullptr;
  reportedError() = {};
  const nxs_status status = table().library_create(device, &desc, &created);
  if (status == NXS_UNAVAILABLE || status == NXS_UNSUPPORTED || status == NXS_INVALID_ARGUMENT)
    GTEST_SKIP() << "library_create refuses the kernels: " << reportedError().message;
  ASSERT_OK(status);
  library.reset(created);
}

nxs_kernel* KernelTest::kernel(const char* name) {
  nxs_kernel* found = nullptr;
  const nxs_status status = table().library_kernel(library.get(), name, &found);
  EXPECT_EQ(status, NXS_SUCCESS) << "the library has no kernel '" << name << "': " << statusName(status);
  return found;
}

bool KernelTest::isWithinLimits(const Size3& grid, const Size3& block) const {
  const auto threads = intProperty(NXS_PROPERTY_MaxThreadsPerBlock);
  const auto maxBlock = size3Property(NXS_PROPERTY_MaxBlockDims), maxGrid = size3Property(NXS_PROPERTY_MaxGridDims);
  if (threads && volume(block) > static_cast<std::uint64_t>(*threads)) return false;
  for (int d = 0; d < 3; ++d) {
    if (maxBlock && block[d] > (*maxBlock)[d]) return false;
    if (maxGrid && grid[d] > (*maxGrid)[d]) return false;
  }
  return true;
}

}  // namespace nexus::conformance
