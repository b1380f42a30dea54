// Grid, block and shared memory are checked against the limits of the device.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

#include <limits>

namespace {

using nexus::Dim3;
using nexus::Property;

constexpr std::int64_t huge = std::numeric_limits<std::int64_t>::max();

class LaunchLimit : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
  const nexus::Kernel noop = loadKernel(device, "basic", "noop");
  const nexus::Schedule schedule = device.createSchedule();

  testing::AssertionResult refuses(const nexus::Kernel& kernel, const Dim3& grid, const Dim3& block, std::int64_t sharedBytes,
                                   std::initializer_list<nexus::Argument> arguments, std::vector<std::string> texts) {
    texts.push_back("kernel '" + kernel.getName() + "'");
    const auto launched =
        throws<nexus::InvalidArgumentError>([&] { kernel.launch(grid, block, arguments, blocking(sharedBytes)); }, texts);
    if (!launched) return launched;
    return throws<nexus::InvalidArgumentError>([&] { schedule.createCommand(kernel, arguments, grid, block, sharedBytes); }, texts);
  }
  testing::AssertionResult refuses(const Dim3& grid, const Dim3& block, const std::vector<std::string>& texts) {
    return refuses(noop, grid, block, 0, {}, texts);
  }
};

TEST_F(LaunchLimit, NothingIsLessThanOne) {
  EXPECT_TRUE(refuses({0}, {1}, {"grid (0, 1, 1) has x = 0", "1 to"}));
  EXPECT_TRUE(refuses({1, 0}, {1}, {"grid (1, 0, 1) has y = 0"}));
  EXPECT_TRUE(refuses({1, 1, 0}, {1}, {"grid (1, 1, 0) has z = 0"}));
  EXPECT_TRUE(refuses({1}, {0}, {"block (0, 1, 1) has x = 0"}));
  EXPECT_TRUE(refuses({1}, {1, 0}, {"block (1, 0, 1) has y = 0"}));
  EXPECT_TRUE(refuses({1}, {1, 1, 0}, {"block (1, 1, 0) has z = 0"}));
  EXPECT_TRUE(refuses({-1}, {1}, {"grid (-1, 1, 1) has x = -1"}));
  EXPECT_TRUE(refuses({1}, {1, 1, std::numeric_limits<std::int64_t>::min()}, {"block", "z = -9223372036854775808"}));
}

TEST_F(LaunchLimit, NoDimensionIsBeyondTheDevices) {
  const auto grid = device.getProperty<std::vector<std::int64_t>>(Property::MaxGridDims);
  const auto block = device.getProperty<std::vector<std::int64_t>>(Property::MaxBlockDims);
  EXPECT_TRUE(refuses({grid[0] + 1}, {1}, {"grid", "1 to " + std::to_string(grid[0])}));
  EXPECT_TRUE(refuses({1, grid[1] + 1}, {1}, {"grid", "y = "}));
  EXPECT_TRUE(refuses({1, 1, huge}, {1}, {"grid", "z = 9223372036854775807"}));
  EXPECT_TRUE(refuses({1}, {block[0] + 1}, {"block", "1 to " + std::to_string(block[0])}));
  EXPECT_TRUE(refuses({1}, {1, huge}, {"block", "y = "}));
}

TEST_F(LaunchLimit, TheBlockAsAWhole) {
  const auto most = device.getProperty<std::int64_t>(Property::MaxThreadsPerBlock);
  noop.launch({1}, {most}, {}, blocking());
  noop.launch({1}, {1, most}, {}, blocking());
  noop.launch({1}, {1, 1, most}, {}, blocking());
  EXPECT_TRUE(refuses({1}, {most, 2}, {"block", "more than the " + std::to_string(most) + " items per block"}));
  EXPECT_TRUE(refuses({1}, {most, most, most}, {"more than the"}));
  EXPECT_TRUE(refuses({1}, {most / 2, 2, 2}, {"more than the"}));
}

TEST_F(LaunchLimit, TheItemsOfTheLaunchAsAWhole) {
  const auto grid = device.getProperty<std::vector<std::int64_t>>(Property::MaxGridDims);
  EXPECT_TRUE(refuses({grid[0], grid[1], grid[2]}, {1}, {"grid", "more than 2^63 items"}));
  EXPECT_TRUE(refuses({grid[0], grid[1]}, {8}, {"grid", "more than 2^63 items"}));
}

TEST_F(LaunchLimit, SharedMemory) {
  const auto limit = device.getProperty<std::int64_t>(Property::MaxSharedMemoryPerBlock);
  const nexus::Buffer result = zeros<std::uint64_t>(device, 1);
  const nexus::Kernel scratch = loadKernel(device, "shared_memory", "scratch");
  const auto declared = static_cast<std::int64_t>(scratch.getSharedBytes());
  scratch.launch({1}, {1}, {result}, blocking(limit - declared));
  EXPECT_TRUE(refuses(scratch, {1}, {1}, limit - declared + 1, {result},
                      {std::to_string(limit - declared + 1) + " bytes of shared memory",
                       std::to_string(declared) + " that the kernel declares", "has " + std::to_string(limit)}));
  EXPECT_TRUE(refuses(scratch, {1}, {1}, -1, {result}, {"-1 bytes of shared memory"}));
  EXPECT_TRUE(refuses(scratch, {1}, {1}, huge, {result}, {"bytes of shared memory"}));
}

TEST_F(LaunchLimit, ARefusedCommandIsNotAdded) {
  EXPECT_TRUE(refuses({0}, {1}, {"grid"}));
  EXPECT_TRUE(schedule.getCommands().empty());
}

}  // namespace
