// Occupancy against what the driver of an H100 reported, and the model of AMD against LLVM's numbers.
#include "expect_error.h"

#include <nexus/database.h>
#include <nexus/occupancy.h>

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace {

using nexus::BlockResources;
using nexus::InvalidArgumentError;
using nexus::Occupancy;
using nexus::occupancy;
using nexus::UnsupportedError;

TEST(OccupancyOfNvidia, EqualsEveryMeasuredPoint) {
  std::ifstream file(NEXUS_MEASURED_OCCUPANCY);
  ASSERT_TRUE(file) << NEXUS_MEASURED_OCCUPANCY;
  const auto device = nexus::DeviceModel::of("nvidia-gpu-sm_90");
  int points = 0;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::int64_t threads = 0, registers = 0, ofKernel = 0, ofLaunch = 0, barriers = 0, expected = -1;
    char comma;
    fields >> threads >> comma >> registers >> comma >> ofKernel >> comma >> ofLaunch >> comma >> barriers >> comma >> expected;
    const BlockResources block = {
        .threads = threads, .registersPerThread = registers, .sharedBytes = ofKernel + ofLaunch, .barriers = barriers};
    const Occupancy found = occupancy(block, device);
    EXPECT_EQ(found.blocks, expected) << line << ": " << found.reason;
    ++points;
  }
  EXPECT_EQ(points, 964);
}

struct Case {
  const char* device;
  BlockResources block;
  std::int64_t blocks;
  const char* limit;
};
void check(const Case& each) {
  const Occupancy found = occupancy(each.block, each.device);
  EXPECT_EQ(found.blocks, each.blocks) << each.device << ": " << found.reason;
  EXPECT_EQ(found.limit, each.limit) << each.device << ": " << found.reason;
  EXPECT_DOUBLE_EQ(found.fraction, static_cast<double>(found.subgroups) / static_cast<double>(found.maxSubgroups));
}

TEST(OccupancyOfNvidia, HasTheLimitsOfTheDevice) {
  check({"sm_90", {.threads = 256, .registersPerThread = 32}, 8, "subgroups"});
  check({"sm_90", {.threads = 256, .registersPerThread = 33}, 6, "registers"});
  check({"sm_90", {.threads = 256, .registersPerThread = 255}, 1, "registers"});
  check({"sm_90", {.threads = 512, .registersPerThread = 255}, 0, "registers"});
  check({"sm_90", {.threads = 256, .registersPerThread = 256}, 0, "registers"});
  check({"sm_90", {.threads = 32}, 32, "blocks"});
  check({"sm_90", {.threads = 128, .sharedBytes = 100 * 1024}, 2, "shared memory"});
  check({"sm_90", {.threads = 128, .sharedBytes = 232448}, 1, "shared memory"});
  check({"sm_90", {.threads = 128, .sharedBytes = 232449}, 0, "shared memory"});
  check({"sm_90", {.threads = 1025}, 0, "subgroups"});
  check({"sm_90", {.threads = 64, .barriers = 16}, 4, "barriers"});
  check({"sm_89", {.threads = 256, .registersPerThread = 32}, 6, "subgroups"});
}

TEST(OccupancyOfAmd, HasTheLimitsOfTheDevice) {
  // gfx942: 4 SIMD units of 8 waves of 64, 512 registers in steps of 8, 64 KiB of LDS.
  check({"gfx942", {.threads = 256}, 8, "subgroups"});
  check({"gfx942", {.threads = 256, .registersPerThread = 64}, 8, "subgroups"});
  check({"gfx942", {.threads = 256, .registersPerThread = 65}, 7, "registers"});
  check({"gfx942", {.threads = 256, .registersPerThread = 128}, 4, "registers"});
  check({"gfx942", {.threads = 64, .registersPerThread = 512}, 4, "registers"});
  check({"gfx942", {.threads = 64, .registersPerThread = 513}, 0, "registers"});
  check({"gfx942", {.threads = 256, .sharedBytes = 32768}, 2, "shared memory"});
  check({"gfx942", {.threads = 256, .sharedBytes = 32769}, 1, "shared memory"});
  check({"gfx942", {.threads = 256, .sharedBytes = 65537}, 0, "shared memory"});
  check({"gfx942", {.threads = 128}, 16, "subgroups"});
  check({"gfx942", {.threads = 64}, 32, "subgroups"});
  check({"gfx942", {.threads = 2048}, 0, "subgroups"});
  // gfx1100: 4 SIMD units of 16 waves in a workgroup processor, two sizes of waves, 128 KiB of LDS.
  check({"gfx1100", {.threads = 256, .registersPerThread = 96}, 8, "subgroups"});
  check({"gfx1100", {.threads = 256, .registersPerThread = 97}, 6, "registers"});
  check({"gfx1100", {.threads = 256, .registersPerThread = 96, .subgroupSize = 64}, 8, "registers"});
  check({"gfx1100", {.threads = 64}, 32, "subgroups"});
  check({"gfx1100", {.threads = 1024, .sharedBytes = 65536}, 2, "subgroups"});
  // gfx900: scalar registers count, 800 of a SIMD unit in steps of 16.
  check({"gfx900", {.threads = 64, .scalarRegisters = 80}, 40, "subgroups"});
  check({"gfx900", {.threads = 64, .scalarRegisters = 96}, 32, "scalar registers"});
  check({"gfx1100", {.threads = 64, .scalarRegisters = 106}, 32, "subgroups"});
}

TEST(Occupancy, RefusesWhatNoBlockCanHave) {
  for (const BlockResources& block :
       {BlockResources{.threads = 0}, BlockResources{.threads = -1}, BlockResources{.registersPerThread = -1},
        BlockResources{.sharedBytes = -1}, BlockResources{.sharedBytes = INT64_MAX}, BlockResources{.barriers = -1}})
    EXPECT_TRUE(throws<InvalidArgumentError>([&] { occupancy(block, "sm_90"); }, {"expected"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { occupancy({.subgroupSize = 64}, "sm_90"); }, {"warps of 32"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { occupancy({.subgroupSize = 16}, "gfx1100"); }, {"waves of 32, 64"}));
  EXPECT_TRUE(throws<UnsupportedError>([&] { occupancy({}, "znver4"); }, {"amd-cpu-znver4", "OccupancyModel"}));
  EXPECT_TRUE(throws<nexus::NotFoundError>([&] { occupancy({}, "sm_1"); }, {"'sm_1'"}));
}

TEST(Occupancy, IsKnownOfNearlyEveryEntryWithAModel) {
  int entries = 0;
  for (const nexus::Info& entry : nexus::Database::get().find()) {
    // A generic target is no device.
    if (!entry.contains("/ExecutionLimits/OccupancyModel") || entry.getString("Kind") != "hardware") continue;
    try {
      const Occupancy found = occupancy({.threads = 64, .registersPerThread = 16, .sharedBytes = 512, .scalarRegisters = 16},
                                        nexus::DeviceModel::of(entry));
      EXPECT_GT(found.blocks, 0) << entry.getEntryName();
      EXPECT_LE(found.fraction, 1.0) << entry.getEntryName();
    } catch (const UnsupportedError& e) {
      EXPECT_NE(std::string(e.what()).find("has no '/"), std::string::npos) << "what the entry lacks is named: " << e.what();
      continue;
    }
    ++entries;
  }
  EXPECT_GT(entries, 45);
}

}  // namespace
