// Every item of a launch runs once and knows its place, whatever the shape.
#include "cpu_device.h"

#include <gtest/gtest.h>

#include <numeric>

namespace {

using nexus::Dim3;

struct LaunchShape {
  Dim3 grid, block;
  std::int64_t items() const { return grid.x * grid.y * grid.z * block.x * block.y * block.z; }
};

void PrintTo(const LaunchShape& shape, std::ostream* stream) {
  const auto& [grid, block] = shape;
  *stream << grid.x << "," << grid.y << "," << grid.z << " x " << block.x << "," << block.y << "," << block.z;
}

class LaunchShapes : public testing::TestWithParam<LaunchShape> {
 protected:
  const LaunchShape shape = GetParam();
  const nexus::Device device = cpuDevice();

  void expectDescriptions(const std::string& kernelName) {
    const auto items = static_cast<std::size_t>(shape.items());
    const nexus::Buffer result = zeros<std::uint64_t>(device, 15 * items);
    loadKernel(device, "dimensions", kernelName).launch(shape.grid, shape.block, {result}, blocking());
    const std::vector<std::uint64_t> rows = contents<std::uint64_t>(result);
    const std::int64_t grid[] = {shape.grid.x, shape.grid.y, shape.grid.z}, block[] = {shape.block.x, shape.block.y, shape.block.z};
    for (std::size_t item = 0; item < items; ++item) {
      std::uint64_t rest = item;
      for (std::size_t d = 0; d < 3; ++d) {
        const std::uint64_t size = static_cast<std::uint64_t>(block[d]), blocks = static_cast<std::uint64_t>(grid[d]);
        const std::uint64_t global = rest % (size * blocks);
        rest /= size * blocks;
        const std::uint64_t* row = &rows[15 * item];
        const std::vector<std::uint64_t> found = {row[d], row[3 + d], row[6 + d], row[9 + d], row[12 + d]};
        ASSERT_EQ(found, (std::vector<std::uint64_t>{global, global % size, global / size, size, blocks}))
            << "item " << item << ", dimension " << d;
      }
    }
  }
};

TEST_P(LaunchShapes, EveryItemKnowsItsPlace) { expectDescriptions("describe_item"); }
TEST_P(LaunchShapes, EveryItemKnowsItsPlaceBesideABarrier) { expectDescriptions("describe_waiting_item"); }

TEST_P(LaunchShapes, EveryItemRunsOnceAtEveryLaunch) {
  const nexus::Buffer runs = zeros<std::uint32_t>(device, static_cast<std::size_t>(shape.items()));
  const nexus::Kernel kernel = loadKernel(device, "dimensions", "count_runs");
  // The first launches decide how later ones are spread over threads.
  for (int i = 0; i < 5; ++i) kernel.launch(shape.grid, shape.block, {runs}, blocking());
  EXPECT_EQ(contents<std::uint32_t>(runs), std::vector<std::uint32_t>(static_cast<std::size_t>(shape.items()), 5));
}

INSTANTIATE_TEST_SUITE_P(, LaunchShapes,
                         testing::Values(LaunchShape{{1}, {1}}, LaunchShape{{1}, {7}}, LaunchShape{{13}, {1}},
                                         LaunchShape{{5}, {256}}, LaunchShape{{1}, {4096}}, LaunchShape{{3, 2}, {4, 5}},
                                         LaunchShape{{1, 7}, {1, 3}}, LaunchShape{{2, 3, 4}, {5, 2, 3}},
                                         LaunchShape{{1, 1, 9}, {1, 1, 8}}, LaunchShape{{1, 5, 1}, {2, 1, 2}},
                                         LaunchShape{{4, 1, 3}, {16, 16, 4}}, LaunchShape{{1000}, {8}},
                                         LaunchShape{{40, 50}, {1}}));

class VectorSizes : public testing::TestWithParam<std::pair<std::int64_t, std::int64_t>> {
 protected:
  const std::int64_t count = GetParam().first, block = GetParam().second;
  const nexus::Device device = cpuDevice();
  std::vector<float> x = std::vector<float>(static_cast<std::size_t>(count)), y = x;

  void SetUp() override {
    std::iota(x.begin(), x.end(), 0.0f);
    std::iota(y.begin(), y.end(), 1000.0f);
  }
};

TEST_P(VectorSizes, AddsVectors) {
  const nexus::Buffer sum = zeros<float>(device, x.size());
  loadKernel(device, "basic", "vadd")
      .launch({(count + block - 1) / block}, {block}, {device.createBuffer(x), device.createBuffer(y), sum, count}, blocking());
  std::vector<float> expected(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) expected[i] = x[i] + y[i];
  EXPECT_EQ(contents<float>(sum), expected);
}

TEST_P(VectorSizes, ScalesAndAdds) {
  const nexus::Buffer result = device.createBuffer(y);
  loadKernel(device, "basic", "saxpy")
      .launch({(count + block - 1) / block}, {block}, {device.createBuffer(x), result, 2.0f, count});
  std::vector<float> expected(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) expected[i] = y[i] + 2.0f * x[i];
  EXPECT_EQ(contents<float>(result), expected);
}

INSTANTIATE_TEST_SUITE_P(, VectorSizes,
                         testing::Values(std::pair(1, 1), std::pair(1, 64), std::pair(63, 64), std::pair(65, 64),
                                         std::pair(1000, 1), std::pair(100'001, 256), std::pair(100'001, 4096)));

TEST(BigGrid, MillionsOfBlocksOfOneItem) {
  constexpr std::int64_t blocks = 3'000'001;
  const nexus::Device device = cpuDevice();
  const nexus::Buffer result = device.createBuffer({blocks}, nexus::DType::Int32);
  loadKernel(device, "basic", "fill_index").launch({blocks}, {1}, {result}, blocking());
  std::vector<std::int32_t> expected(blocks);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_TRUE(contents<std::int32_t>(result) == expected);
}

TEST(ConcurrentLaunches, OfOneKernelFromManyThreadsAllRun) {
  const nexus::Device device = cpuDevice();
  const nexus::Kernel kernel = loadKernel(device, "order", "add_atomically");
  const nexus::Buffer sum = zeros<std::int64_t>(device, 1);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int launch = 0; launch < 100; ++launch) kernel.launch({50}, {20}, {sum, 1}, blocking());
    });
  threads.clear();
  EXPECT_EQ(contents<std::int64_t>(sum)[0], 4 * 100 * 50 * 20);
}

}  // namespace
