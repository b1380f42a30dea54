// Shared memory of a block: declared by the kernel, sized by the launch, and both.
#include "cpu_device.h"

#include <gtest/gtest.h>

namespace {

class SharedMemory : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
};

TEST_F(SharedMemory, StaticAndDynamicArraysAreAlignedAndApart) {
  const nexus::Kernel kernel = loadKernel(device, "shared_memory", "shared_arrays");
  for (const std::int64_t count : {1, 3, 1000}) {
    const nexus::Buffer result = zeros<std::uint32_t>(device, 50);
    kernel.launch({50}, {4}, {result, count}, blocking(4 * count));
    EXPECT_EQ(contents<std::uint32_t>(result), std::vector<std::uint32_t>(50, 1)) << count;
  }
}

TEST_F(SharedMemory, TheKernelTellsWhatItDeclares) {
  // 3 chars, 5 doubles, 1 char, 2 vectors of 32 bytes, 7 shorts, with what alignment adds between them.
  const std::uint64_t declared = loadKernel(device, "shared_memory", "shared_arrays").getSharedBytes();
  EXPECT_GE(declared, 3u + 40u + 1u + 64u + 14u);
  EXPECT_LE(declared, 3u + 40u + 1u + 64u + 14u + 4 * 32u);
  EXPECT_EQ(loadKernel(device, "shared_memory", "scratch").getSharedBytes(), 32u);
  EXPECT_EQ(loadKernel(device, "shared_memory", "dynamic_only").getSharedBytes(), 0u);
}

TEST_F(SharedMemory, WorksWithoutABarrierOnAllThreads) {
  constexpr std::size_t items = 100'000;
  const nexus::Kernel kernel = loadKernel(device, "shared_memory", "scratch");
  const nexus::Buffer result = zeros<std::uint64_t>(device, items);
  for (int i = 0; i < 3; ++i) kernel.launch({items}, {1}, {result}, blocking());
  const auto values = contents<std::uint64_t>(result);
  for (std::size_t i = 0; i < items; ++i) ASSERT_EQ(values[i], 4 * i + 6);
}

TEST_F(SharedMemory, AloneStartsAtACacheLineAndMayFillTheLimit) {
  const nexus::Kernel kernel = loadKernel(device, "shared_memory", "dynamic_only");
  const auto limit = device.getProperty<std::int64_t>(nexus::Property::MaxSharedMemoryPerBlock);
  for (const std::int64_t bytes : {std::int64_t{1}, std::int64_t{200}, limit}) {
    const nexus::Buffer result = zeros<std::uint64_t>(device, 1);
    kernel.launch({1}, {1}, {result, bytes}, blocking(bytes));
    EXPECT_EQ(contents<std::uint64_t>(result)[0], static_cast<std::uint64_t>((bytes - 1) % 256)) << bytes;
  }
}

TEST_F(SharedMemory, GrowsAndShrinksFromLaunchToLaunch) {
  const nexus::Kernel reverse = loadKernel(device, "basic", "reverse");
  for (const std::int64_t items : {4, 1000, 2, 4096, 1}) {
    std::vector<std::int32_t> values(static_cast<std::size_t>(items)), expected(values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<std::int32_t>(i);
      expected[values.size() - 1 - i] = values[i];
    }
    const nexus::Buffer result = zeros<std::int32_t>(device, values.size());
    reverse.launch({1}, {items}, {device.createBuffer(values), result}, blocking(4 * items));
    EXPECT_EQ(contents<std::int32_t>(result), expected);
  }
}

}  // namespace
