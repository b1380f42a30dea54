// nexus-conformance: checks that a runtime plugin does what nexus/plugin.h says, on each of its devices.
#include "host_services.h"
#include "options.h"
#include "subject.h"
#include "summary.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <stdexcept>

namespace {

using namespace nexus::conformance;

constexpr int good = 0, bad = 1, wrongOptions = 2, nothingToTest = 77;

/// The kernels that were built or installed beside this program, for the CPU or as text.
std::string ownKernels(bool isText) {
  return std::filesystem::weakly_canonical(std::filesystem::read_symlink("/proc/self/exe").parent_path() /
                                           (isText ? NEXUS_CONFORMANCE_TEXT : NEXUS_CONFORMANCE_KERNELS))
      .string();
}

/// Number of devices; 0 if the plugin says that there is nothing to offer.
std::uint32_t countDevices() {
  const nxs_plugin_table& entries = subject().table;
  if (!entries.runtime_open || !entries.runtime_close || !entries.runtime_device_count)
    throw std::runtime_error("the plugin lacks runtime_open, runtime_close or runtime_device_count");
  nxs_runtime* runtime = nullptr;
  const nxs_status status = entries.runtime_open(&runtime);
  if (status == NXS_UNAVAILABLE) {
    std::printf("nothing to test: %s\n", reportedError().message.c_str());
    return 0;
  }
  if (status != NXS_SUCCESS) throw std::runtime_error("runtime_open: " + statusName(status) + ": " + reportedError().message);
  std::uint32_t count = 0;
  if (entries.runtime_device_count(runtime, &count) != NXS_SUCCESS) throw std::runtime_error("runtime_device_count failed");
  entries.runtime_close(runtime);
  if (count == 0) std::printf("nothing to test: the runtime has no device\n");
  return count;
}

int runAll(const Options& options) {
  loadPlugin(options.plugin);
  if (options.kernels.empty() && !options.language.empty() && options.language != "nexus")
    throw std::runtime_error("the suite has no kernels in the language \"" + options.language + "\"; name them with --kernels");
  subject().kernelLanguage = options.language;
  subject().kernelPath = options.kernels.empty() ? ownKernels(!options.language.empty()) : options.kernels;
  if (options.isList) return RUN_ALL_TESTS();
  const std::uint32_t count = countDevices();
  if (count == 0) return nothingToTest;
  if (options.device && *options.device >= count)
    throw std::runtime_error("there is no device " + std::to_string(*options.device) + ", the runtime has " +
                             std::to_string(count));

  // Owned by GoogleTest.
  auto* summary = new Summary(options.expectedFailures.empty() ? ExpectedFailures() : ExpectedFailures(options.expectedFailures));
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  if (!options.isVerbose) delete listeners.Release(listeners.default_result_printer());
  listeners.Append(summary);
  for (std::uint32_t device = 0; device < count; ++device) {
    if (options.device && *options.device != device) continue;
    subject().deviceIndex = device;
    std::printf("%s, device %u of %u\n", options.plugin.c_str(), device, count);
    std::fflush(stdout);
    // The verdict is the summary's, which knows of expected failures.
    [[maybe_unused]] const int ignored = RUN_ALL_TESTS();
  }
  summary->print(options.filter == "*");
  return summary->isGood() ? good : bad;
}

}  // namespace

int main(int count, char** arguments) {
  Options options;
  try {
    options = parseOptions(count, arguments);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n%s", e.what(), usage);
    return wrongOptions;
  }
  testing::GTEST_FLAG(filter) = options.filter;
  testing::GTEST_FLAG(list_tests) = options.isList;
  testing::InitGoogleTest();
  try {
    return runAll(options);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "nexus-conformance: %s\n", e.what());
    return bad;
  }
}
