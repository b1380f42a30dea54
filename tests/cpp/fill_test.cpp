// Fills of buffers of every element type.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace {

using nexus::DType;
using nexus::InvalidArgumentError;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct FillCase {
  DType dtype;
  double value;
  std::vector<std::uint8_t> bytes;  // of one element, in memory
};

void PrintTo(const FillCase& fill, std::ostream* stream) { *stream << nexus::dtypeInfo(fill.dtype).name << " " << fill.value; }

class Fill : public testing::TestWithParam<FillCase> {};

TEST_P(Fill, WritesTheBytesOfTheValueEverywhere) {
  const auto& [dtype, value, bytes] = GetParam();
  const nexus::Device device = cpuDevice();
  for (const std::int64_t count : {1, 7, 1000}) {
    std::vector<std::uint8_t> expected;
    for (std::int64_t i = 0; i < count; ++i) expected.insert(expected.end(), bytes.begin(), bytes.end());
    const nexus::Buffer filled = device.createBuffer({count}, dtype), scheduled = device.createBuffer({count}, dtype);
    filled.fill(value);
    const nexus::Schedule schedule = device.createSchedule();
    schedule.createFillCommand(scheduled, value);
    schedule.run();
    for (const nexus::Buffer& buffer : {filled, scheduled}) {
      const auto* start = static_cast<const std::uint8_t*>(buffer.getHostPointer());
      EXPECT_EQ(std::vector<std::uint8_t>(start, start + buffer.getByteSize()), expected);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    , Fill,
    testing::Values(FillCase{DType::Bool, 1, {1}}, FillCase{DType::Int8, -2, {0xfe}}, FillCase{DType::Int16, 0x1234, {0x34, 0x12}},
                    FillCase{DType::Int32, -2, {0xfe, 0xff, 0xff, 0xff}}, FillCase{DType::Int64, 258, {2, 1, 0, 0, 0, 0, 0, 0}},
                    FillCase{DType::Int64, -9223372036854775808.0, {0, 0, 0, 0, 0, 0, 0, 0x80}},
                    FillCase{DType::UInt8, 255, {0xff}}, FillCase{DType::UInt16, 65535, {0xff, 0xff}},
                    FillCase{DType::UInt32, 4294967295.0, {0xff, 0xff, 0xff, 0xff}},
                    FillCase{DType::UInt64, 9223372036854775808.0, {0, 0, 0, 0, 0, 0, 0, 0x80}},
                    FillCase{DType::Float32, 1.5, {0, 0, 0xc0, 0x3f}}, FillCase{DType::Float64, -2, {0, 0, 0, 0, 0, 0, 0, 0xc0}},
                    FillCase{DType::Float16, 1, {0x00, 0x3c}}, FillCase{DType::Float16, -65504, {0xff, 0xfb}},
                    FillCase{DType::Float16, infinity, {0x00, 0x7c}}, FillCase{DType::Float16, nan, {0x00, 0x7e}},
                    FillCase{DType::BFloat16, 1, {0x80, 0x3f}}, FillCase{DType::BFloat16, 3.140625, {0x49, 0x40}},
                    FillCase{DType::Float8E4M3, 1, {0x38}}, FillCase{DType::Float8E4M3, 448, {0x7e}},
                    FillCase{DType::Float8E5M2, 1, {0x3c}}, FillCase{DType::Float8E5M2, -57344, {0xfb}},
                    FillCase{DType::Complex64, 1.5, {0, 0, 0xc0, 0x3f, 0, 0, 0, 0}},
                    FillCase{DType::Complex128, -2, {0, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0}}));

TEST(FillInt, ReachesIntegersThatADoubleCannotHold) {
  const nexus::Buffer buffer = cpuDevice().createBuffer({3}, DType::Int64);
  buffer.fillInt(9007199254740993);
  EXPECT_EQ(contents<std::int64_t>(buffer), std::vector<std::int64_t>(3, 9007199254740993));
}

TEST(FillInt, FillsFloatingPointBuffersWithWhatTheyHoldExactly) {
  const nexus::Buffer buffer = cpuDevice().createBuffer({3}, DType::Float32);
  buffer.fillInt(-7);
  EXPECT_EQ(contents<float>(buffer), std::vector<float>(3, -7));
  EXPECT_TRUE(
      throws<InvalidArgumentError>([&] { buffer.fillInt(16777217); }, {"cannot fill Buffer (3,) float32", "16777217", "rounded"}));
}

TEST(FillRange, IsThatOfTheElementType) {
  const struct {
    DType dtype;
    double value;
  } cases[] = {{DType::Bool, 2},
               {DType::Bool, 0.5},
               {DType::Int8, 128},
               {DType::Int8, -129},
               {DType::Int16, 32768},
               {DType::Int32, 0.5},
               {DType::Int32, 2147483648.0},
               {DType::Int32, nan},
               {DType::Int64, infinity},
               {DType::Int64, 9223372036854775808.0},
               {DType::UInt8, -1},
               {DType::UInt8, 256},
               {DType::UInt64, 18446744073709551616.0},
               {DType::UInt64, -1},
               {DType::Float32, 1e39},
               {DType::Float16, 65520},
               {DType::BFloat16, 3.4e38},
               {DType::Float8E4M3, 465},
               {DType::Float8E4M3, -1e10},
               {DType::Float8E5M2, 61440}};
  const nexus::Device device = cpuDevice();
  for (const auto& [dtype, value] : cases) {
    const nexus::Buffer buffer = device.createBuffer({2}, dtype);
    std::memset(buffer.getHostPointer(), 0, buffer.getByteSize());
    EXPECT_TRUE(throws<InvalidArgumentError>([&buffer, value = value] { buffer.fill(value); },
                                             {"cannot fill Buffer (2,)", nexus::dtypeInfo(dtype).name, "does not fit"}))
        << nexus::dtypeInfo(dtype).name << " " << value;
    const auto* start = static_cast<const std::uint8_t*>(buffer.getHostPointer());
    EXPECT_EQ(std::count(start, start + buffer.getByteSize(), 0), static_cast<std::int64_t>(buffer.getByteSize()));
  }
}

template <class T>
void expectLargeFill(DType dtype, double value, std::size_t count) {
  const nexus::Buffer buffer = cpuDevice().createBuffer({static_cast<std::int64_t>(count)}, dtype);
  buffer.fill(value);
  EXPECT_TRUE(contents<T>(buffer) == std::vector<T>(count, static_cast<T>(value))) << nexus::dtypeInfo(dtype).name;
}

TEST(LargeFill, WithAnOddTailIsWhole) {
  constexpr std::size_t bytes = std::size_t{64} << 20;
  expectLargeFill<std::uint8_t>(DType::UInt8, 200, bytes + 13);
  expectLargeFill<std::int16_t>(DType::Int16, 0x1234, bytes / 8 + 7);
  expectLargeFill<float>(DType::Float32, 1.1f, bytes / 8 + 5);
  expectLargeFill<double>(DType::Float64, 1.1, bytes / 16 + 3);
}

}  // namespace
