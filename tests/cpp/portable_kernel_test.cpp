// Every feature of nexus/kernel.h on the CPU; tests/kernels/portable.nx is the text that all targets compile.
#include "cpu_device.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>

namespace {

using nexus::Dim3;

nexus::Kernel kernel(const char* name) { return loadKernel(cpuDevice(), "portable", name); }

nexus::Buffer buffer(const auto& values) { return cpuDevice().createBuffer(values); }

std::vector<float> someFloats(std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>((i * 37 + 11) % 101) * 0.25f;
  return values;
}

}  // namespace

TEST(PortableKernel, HelpersWithPointers) {
  const std::vector<float> x = someFloats(130);
  const nexus::Buffer result = zeros<float>(cpuDevice(), 130), pairs = buffer(x);
  kernel("smoothen").launch(3, 64, {buffer(x), result, 130}, blocking());
  const auto smooth = contents<float>(result);
  EXPECT_EQ(smooth[0], 0);
  for (std::size_t i = 1; i + 1 < x.size(); ++i) EXPECT_FLOAT_EQ(smooth[i], 0.25f * x[i - 1] + 0.5f * x[i] + 0.25f * x[i + 1]);
  kernel("sort_pairs").launch(1, 65, {pairs}, blocking());
  const auto sorted = contents<float>(pairs);
  for (std::size_t i = 0; i < x.size(); i += 2) {
    EXPECT_EQ(sorted[i], std::min(x[i], x[i + 1]));
    EXPECT_EQ(sorted[i + 1], std::max(x[i], x[i + 1]));
  }
}

TEST(PortableKernel, SharedMemoryAndBarriers) {
  const std::vector<float> x = someFloats(200);
  const nexus::Buffer sums = zeros<float>(cpuDevice(), 4);
  kernel("sum_squares").launch(4, 64, {buffer(x), sums, 200}, blocking());
  const auto found = contents<float>(sums);
  for (std::size_t block = 0; block < 4; ++block) {
    double expected = 0;
    for (std::size_t i = 64 * block; i < std::min<std::size_t>(64 * block + 64, 200); ++i) expected += double{x[i]} * x[i];
    EXPECT_NEAR(found[block], expected, expected * 1e-6);
  }

  std::vector<std::int32_t> numbers(96);
  std::iota(numbers.begin(), numbers.end(), 5);
  const nexus::Buffer reversed = zeros<std::int32_t>(cpuDevice(), 96);
  kernel("reverse").launch(3, 32, {buffer(numbers), reversed}, blocking(32 * 4));
  const auto back = contents<std::int32_t>(reversed);
  for (std::size_t i = 0; i < 96; ++i) EXPECT_EQ(back[i], numbers[i / 32 * 32 + 31 - i % 32]);
}

TEST(PortableKernel, TiledMatrixProduct) {
  constexpr std::size_t n = 24;
  const std::vector<float> a = someFloats(n * n), b(a.rbegin(), a.rend());
  const nexus::Buffer c = zeros<float>(cpuDevice(), n * n);
  kernel("matmul").launch(Dim3(n / 8, n / 8), Dim3(8, 8), {buffer(a), buffer(b), c, n}, blocking());
  const auto found = contents<float>(c);
  for (std::size_t row = 0; row < n; ++row)
    for (std::size_t column = 0; column < n; ++column) {
      double expected = 0;
      for (std::size_t k = 0; k < n; ++k) expected += double{a[row * n + k]} * b[k * n + column];
      EXPECT_NEAR(found[row * n + column], expected, expected * 1e-5);
    }
}

TEST(PortableKernel, AtomicsOnSignedNumbers) {
  // Enough blocks to be spread over threads.
  constexpr std::int32_t n = 64 * 512;
  const nexus::Buffer counters = buffer(std::vector<std::int32_t>{0, 0, 100, -100, -1, 0, 0, 1, 0, 0});
  for (int run = 0; run < 2; ++run) kernel("count_signed").launch(512, 64, {counters}, blocking());
  const auto found = contents<std::int32_t>(counters);
  std::int32_t sumOfIds = 0;
  for (std::int32_t i = 0; i < n; ++i) sumOfIds ^= i;
  std::uint32_t before = 0;
  for (std::uint32_t i = 0; i < 2u * n; ++i) before += 2 * i;
  EXPECT_EQ(found[0], 2 * 2 * n);
  EXPECT_EQ(found[1], -2 * 3 * n);
  EXPECT_EQ(found[2], 5 - (n - 1));
  EXPECT_EQ(found[3], n - 1 - 5);
  EXPECT_EQ(found[4], INT32_MIN);
  EXPECT_EQ(found[5], INT32_MAX);
  EXPECT_EQ(found[6], sumOfIds ^ sumOfIds);
  EXPECT_EQ(found[7], 7);
  EXPECT_EQ(found[8], 2 * n);
  EXPECT_EQ(static_cast<std::uint32_t>(found[9]), before);
}

TEST(PortableKernel, AtomicsOnUnsignedNumbersAndFloats) {
  const nexus::Buffer counters = buffer(std::vector<std::uint32_t>{7, 1000, 5});
  kernel("count_unsigned").launch(100, 32, {counters}, blocking());
  EXPECT_EQ(contents<std::uint32_t>(counters), (std::vector<std::uint32_t>{7 + 3200, 0, 3199}));

  const std::vector<float> x(64 * 512, 0.5f);  // sums that a float holds exactly
  const nexus::Buffer sum = zeros<float>(cpuDevice(), 1);
  kernel("sum_atomically").launch(512, 64, {buffer(x), sum}, blocking());
  EXPECT_EQ(contents<float>(sum)[0], 0.5f * 64 * 512);
}

TEST(PortableKernel, Mathematics) {
  const std::vector<float> x{0.25f, 1.0f, 2.5f, 3.75f, 7.5f};
  const nexus::Buffer result = zeros<float>(cpuDevice(), 27 * x.size());
  kernel("functions").launch(1, static_cast<std::int64_t>(x.size()), {buffer(x), result}, blocking());
  const auto found = contents<float>(result);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double v = x[i];
    const std::array<double, 27> expected{std::sqrt(v),
                                          1 / std::sqrt(v),
                                          std::exp(v),
                                          std::exp2(v),
                                          std::log(v),
                                          std::log2(v),
                                          std::log10(v),
                                          std::sin(v),
                                          std::cos(v),
                                          std::tan(v),
                                          std::asin(v / 8),
                                          std::acos(v / 8),
                                          std::atan(v),
                                          std::sinh(v),
                                          std::cosh(v),
                                          std::tanh(v),
                                          v,
                                          std::floor(v),
                                          std::ceil(v),
                                          std::trunc(v),
                                          std::round(v),
                                          std::pow(v, 1.5),
                                          std::atan2(v, 2),
                                          std::fmod(v, 0.75),
                                          v * v + 1,
                                          std::min(v, 1.0),
                                          std::max(std::trunc(v), 2.0)};
    for (std::size_t f = 0; f < expected.size(); ++f)
      EXPECT_NEAR(found[27 * i + f], expected[f], 1e-6 * std::max(1.0, std::abs(expected[f]))) << "function " << f << " of " << v;
  }
  const nexus::Buffer roots = zeros<double>(cpuDevice(), 2);
  kernel("roots").launch(1, 2, {buffer(std::vector<double>{2, 3}), roots}, blocking());
  EXPECT_EQ(contents<double>(roots), (std::vector<double>{std::sqrt(2.0), std::sqrt(3.0)}));
}

TEST(PortableKernel, IdsInThreeDimensions) {
  const Dim3 grid(2, 3, 2), block(3, 2, 4);
  const std::size_t items = 2 * 3 * 2 * 3 * 2 * 4;
  const nexus::Buffer result = zeros<std::uint32_t>(cpuDevice(), 6 * items);
  kernel("positions").launch(grid, block, {result}, blocking());
  const auto ids = contents<std::uint32_t>(result);
  for (std::size_t item = 0; item < items; ++item) {
    const std::size_t x = item % 6, y = item / 6 % 6, z = item / 36;
    const std::array<std::size_t, 6> expected{x % 3, y % 2, z % 4, x / 3, y / 2, z / 4};
    for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(ids[6 * item + i], expected[i]) << "item " << item << ", number " << i;
  }
}

TEST(PortableKernel, ArgumentsAreTold) {
  EXPECT_TRUE(kernel("nothing").getArguments().empty());
  const auto arguments = kernel("saxpy").getArguments();
  ASSERT_EQ(arguments.size(), 4u);
  EXPECT_EQ(arguments[1].name, "y");
  EXPECT_EQ(arguments[1].access, nexus::ArgumentAccess::ReadWrite);
  EXPECT_EQ(arguments[1].dtype, nexus::DType::Float32);
  EXPECT_EQ(arguments[3].name, "n");
  EXPECT_EQ(arguments[3].dtype, nexus::DType::UInt64);
  EXPECT_FALSE(arguments[3].isBuffer);
  EXPECT_EQ(kernel("smoothen").getArguments()[0].access, nexus::ArgumentAccess::Read);
  EXPECT_EQ(kernel("smoothen").getArguments()[1].access, nexus::ArgumentAccess::Write);
}
