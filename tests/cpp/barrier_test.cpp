// Items of a block that wait for each other.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

#include <numeric>

namespace {

using nexus::Dim3;

class Barrier : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
  nexus::Kernel kernel(const std::string& name) const { return loadKernel(device, "barriers", name); }

  void expectRotation(const Dim3& grid, const Dim3& block) {
    const auto items = static_cast<std::size_t>(block.x * block.y * block.z);
    const auto blocks = static_cast<std::size_t>(grid.x * grid.y * grid.z);
    std::vector<std::int32_t> values(items * blocks), expected(values);
    std::iota(values.begin(), values.end(), 0);
    for (std::size_t i = 0; i < values.size(); ++i)
      expected[i] = static_cast<std::int32_t>(i / items * items + (i % items + 1) % items);
    const nexus::Buffer result = zeros<std::int32_t>(device, values.size());
    kernel("rotate").launch(grid, block, {device.createBuffer(values), result}, blocking());
    EXPECT_EQ(contents<std::int32_t>(result), expected) << items << " items";
  }
};

TEST_F(Barrier, InBlocksOfOneDimension) {
  for (const std::int64_t items : {1, 2, 3, 64, 1000}) expectRotation({5}, {items});
}
TEST_F(Barrier, InBlocksOfTwoDimensions) { expectRotation({3, 4}, {6, 7}); }
TEST_F(Barrier, InBlocksOfThreeDimensions) { expectRotation({2, 1, 3}, {4, 3, 5}); }
TEST_F(Barrier, InTheLargestBlock) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "ThreadSanitizer counts every item as a thread and has room for 8128";
#endif
  expectRotation({2}, {4096});
  expectRotation({1}, {16, 16, 16});
}
TEST_F(Barrier, InManyBlocksOnAllThreads) {
  for (int i = 0; i < 3; ++i) expectRotation({500}, {16});
}

TEST_F(Barrier, ItemsMayEndEarly) {
  constexpr std::size_t items = 20;
  const nexus::Buffer result = zeros<std::uint32_t>(device, 2 * items);
  kernel("leave_early").launch({2}, {items}, {result}, blocking());
  // In the round of its number, an item meets all those with higher numbers.
  std::vector<std::uint32_t> expected;
  for (int block = 0; block < 2; ++block)
    for (std::uint32_t item = 0; item < items; ++item) expected.push_back(items - item);
  EXPECT_EQ(contents<std::uint32_t>(result), expected);
}

TEST_F(Barrier, ThousandsInOneKernel) {
  constexpr std::uint32_t items = 32, rounds = 1005;
  const nexus::Buffer result = zeros<std::uint32_t>(device, items);
  kernel("many_barriers").launch({1}, {items}, {result, rounds}, blocking());
  std::vector<std::uint32_t> expected;
  for (std::uint32_t item = 0; item < items; ++item) expected.push_back((item + rounds) % items);
  EXPECT_EQ(contents<std::uint32_t>(result), expected);
}

TEST_F(Barrier, AnItemThatThrowsLeavesNoneWaiting) {
  for (const std::uint32_t thrower : {0u, 5u, 15u}) {
    const nexus::Buffer result = zeros<std::uint32_t>(device, 16);
    EXPECT_TRUE(
        throws<nexus::LaunchFailedError>([&] { kernel("throw_beside_barrier").launch({1}, {16}, {result, thrower}, blocking()); },
                                         {"'throw_beside_barrier'", "item " + std::to_string(thrower) + " left"}));
    std::vector<std::uint32_t> expected(16, 1);
    expected[thrower] = 0;
    EXPECT_EQ(contents<std::uint32_t>(result), expected);
  }
}

TEST_F(Barrier, EveryItemHasAStackOfItsOwn) {
  const nexus::Buffer result = zeros<std::uint64_t>(device, 3 * 100);
  kernel("deep_items").launch({3}, {100}, {result}, blocking());
  const auto sums = contents<std::uint64_t>(result);
  for (std::size_t i = 0; i < sums.size(); ++i) ASSERT_EQ(sums[i], 512 * (i % 100));
}

TEST_F(Barrier, InLaunchesFromManyThreads) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([this] {
      for (int launch = 0; launch < 10; ++launch) expectRotation({7}, {33});
    });
}

TEST_F(Barrier, ASumOverTheBlock) {
  std::vector<float> values(4 * 256, 0.5f);
  const nexus::Buffer sums = zeros<float>(device, 4);
  loadKernel(device, "basic", "block_sum").launch({4}, {256}, {device.createBuffer(values), sums}, blocking());
  EXPECT_EQ(contents<float>(sums), std::vector<float>(4, 128.0f));
}

}  // namespace
