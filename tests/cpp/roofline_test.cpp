// Peaks, ridge points, division of work, and flags of compilers.
#include "cpu_device.h"
#include "expect_error.h"

#include <nexus/compile_flags.h>
#include <nexus/database.h>
#include <nexus/roofline.h>

#include <gtest/gtest.h>

#include <numeric>

namespace {

using nexus::compileFlags;
using nexus::distribute;
using nexus::InvalidArgumentError;
using nexus::NotFoundError;
using nexus::Roofline;
using nexus::roofline;
using nexus::UnsupportedError;

TEST(RooflineOfH100, IsRateTimesCoresTimesClock) {
  const Roofline h100 = roofline("NVIDIA H100 80GB HBM3");
  EXPECT_EQ(h100.name, "NVIDIA H100 80GB HBM3");
  EXPECT_DOUBLE_EQ(h100.bandwidth, 3352320000000.0);
  EXPECT_NEAR(h100.getPeak("fp32").opsPerSecond, 66.9e12, 0.05e12) << "as published";
  EXPECT_NEAR(h100.getPeak("bf16").opsPerSecond, 989.4e12, 0.5e12) << "as published, at the clock of the matrix units";
  EXPECT_DOUBLE_EQ(h100.getPeak("fp32").ridge, h100.getPeak("fp32").opsPerSecond / h100.bandwidth);
  EXPECT_EQ(h100.getPeak("bf16").unit, "Matrix");
  EXPECT_EQ(h100.getPeak("bf16").accumulator, "fp32");
  EXPECT_DOUBLE_EQ(h100.attainable(1), h100.bandwidth);
  EXPECT_DOUBLE_EQ(h100.attainable(1e6), h100.getPeak("fp32").opsPerSecond);
  EXPECT_DOUBLE_EQ(h100.attainable(0), 0);
}

TEST(RooflineOfH100, SaysWhatIsMissing) {
  const Roofline h100 = roofline("NVIDIA H100 80GB HBM3");
  EXPECT_TRUE(throws<NotFoundError>([&] { h100.getPeak("fp3"); }, {"'fp3'", "'fp32'"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { h100.attainable(-1); }, {"intensity"}));
  EXPECT_TRUE(throws<UnsupportedError>([] { roofline("sm_90"); }, {"several products", "'NVIDIA H200'"}));
  EXPECT_TRUE(throws<UnsupportedError>([] { roofline("znver4"); }, {"amd-cpu-znver4", "/Products"}));
}

TEST(RooflineOfEveryProduct, HasPositivePeaksInTheOrderOfTheUnits) {
  int known = 0;
  for (const nexus::Info& entry : nexus::Database::get().find("", "gpu")) {
    if (!entry.contains("Products")) continue;
    for (const std::string& product : entry.at("Products").getKeys()) {
      try {
        for (const nexus::Peak& peak : roofline(product).peaks) EXPECT_GT(peak.opsPerSecond, 1e9) << product;
        ++known;
      } catch (const UnsupportedError& e) {
        EXPECT_NE(std::string(e.what()).find(entry.getEntryName()), std::string::npos) << e.what();
      }
    }
  }
  EXPECT_GT(known, 100);
}

Roofline made(const std::string& name, double peak, double bandwidth) {
  return {name, bandwidth, {{"Vector", "fp32", "", peak, peak / bandwidth}}};
}

TEST(Distribution, IsInProportionToWhatEachReaches) {
  const std::vector<Roofline> devices{made("a", 300, 10), made("b", 100, 30)};
  EXPECT_EQ(distribute(100, devices, 1000), (std::vector<std::int64_t>{75, 25})) << "limited by the peaks";
  EXPECT_EQ(distribute(100, devices, 0.1), (std::vector<std::int64_t>{25, 75})) << "limited by the memories";
  EXPECT_EQ(distribute(0, devices, 1), (std::vector<std::int64_t>{0, 0}));
  EXPECT_EQ(distribute(100, {devices[0]}, 1), std::vector<std::int64_t>{100});
  EXPECT_EQ(distribute(100, devices, 1000, "fp32", 32), (std::vector<std::int64_t>{64, 36}));
}

TEST(Distribution, AddsUpForEveryAmount) {
  const std::vector<Roofline> devices{made("a", 3, 1), made("b", 1, 1), made("c", 7, 1), made("d", 1e-6, 1)};
  for (std::int64_t work = 0; work < 300; ++work)
    for (const std::int64_t multiple : {1, 7, 64}) {
      const auto shares = distribute(work, devices, 1e9, "fp32", multiple);
      EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), std::int64_t{0}), work);
      for (const std::int64_t share : shares) EXPECT_GE(share, 0);
    }
}

TEST(Distribution, RefusesWhatMakesNoSense) {
  const std::vector<Roofline> devices{made("a", 300, 10)};
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { distribute(-1, devices, 1); }, {"work is -1"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { distribute(1, {}, 1); }, {"no device"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { distribute(1, devices, 0); }, {"intensity"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { distribute(1, devices, 1, "fp32", 0); }, {"multiple is 0"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { distribute(1, {made("z", 0, 1)}, 1); }, {"z has a peak"}));
  EXPECT_TRUE(throws<NotFoundError>([&] { distribute(1, devices, 1, "fp8"); }, {"'fp8'"}));
}

TEST(CompileFlags, AreThoseOfTheEntry) {
  EXPECT_EQ(compileFlags("sm_90", "nvcc"), "-arch=sm_90");
  EXPECT_EQ(compileFlags("H100", "clang"), "--cuda-gpu-arch=sm_90");
  EXPECT_EQ(compileFlags("sm_90", "nvcc", "", "sm_90a"), "-arch=sm_90a");
  EXPECT_EQ(compileFlags("gfx942:sramecc+", "hipcc"), "--offload-arch=gfx942");
  EXPECT_EQ(compileFlags("znver4", "gcc"), "-march=znver4 -mtune=znver4");
  EXPECT_EQ(compileFlags("znver4", "gcc", "12.3"), "-march=znver4 -mtune=znver4");
  EXPECT_NE(compileFlags("znver4", "gcc", "12.2.1").find("-march=znver3"), std::string::npos);
  EXPECT_EQ(compileFlags("graniterapids", "gcc", "13.2"), "-march=graniterapids");
  EXPECT_EQ(compileFlags("graniterapids", "gcc", "12.2"), "-march=x86-64-v4 -mtune=generic") << "that version does not know it";
}

TEST(CompileFlags, SayWhatThereIs) {
  EXPECT_TRUE(throws<NotFoundError>([] { compileFlags("sm_90", "gcc"); }, {"no flags of 'gcc'", "'clang', 'nvcc'"}));
  EXPECT_TRUE(throws<NotFoundError>([] { compileFlags("sm_90", "nvcc", "", "sm_91a"); }, {"'sm_91a'", "did you mean 'sm_90a'"}));
  EXPECT_TRUE(throws<NotFoundError>([] { compileFlags("znver4", "gcc", "4.1"); }, {"no flags of gcc 4.1", "from 6.0"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([] { compileFlags("znver4", "gcc", "twelve"); }, {"'twelve'", "12.3"}));
}

TEST(CompileFlags, OfALiveDevice) { EXPECT_NE(compileFlags(cpuDevice(), "clang").find("-m"), std::string::npos); }

}  // namespace
