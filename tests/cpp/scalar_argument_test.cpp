// Scalars arrive in the kernel's own type, or are refused.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace {

using nexus::Argument;
using nexus::InvalidArgumentError;

template <class T>
const char* kernelFor() {
  switch (nexus::dtypeOf<T>()) {
    case nexus::DType::Bool: return "take_bool";
    case nexus::DType::Int8: return "take_int8";
    case nexus::DType::Int16: return "take_int16";
    case nexus::DType::Int32: return "take_int32";
    case nexus::DType::Int64: return "take_int64";
    case nexus::DType::UInt8: return "take_uint8";
    case nexus::DType::UInt16: return "take_uint16";
    case nexus::DType::UInt32: return "take_uint32";
    case nexus::DType::UInt64: return "take_uint64";
    case nexus::DType::Float32: return "take_float32";
    default: return "take_float64";
  }
}

template <class T>
T pass(const Argument& value) {
  const nexus::Device device = cpuDevice();
  const nexus::Buffer result = zeros<std::uint8_t>(device, 16);
  loadKernel(device, "arguments", kernelFor<T>()).launch({1}, {1}, {result, value}, blocking());
  T arrived;
  std::memcpy(&arrived, contents<std::uint8_t>(result).data(), sizeof arrived);
  return arrived;
}

template <class T>
testing::AssertionResult refuses(const Argument& value, std::vector<std::string> texts) {
  texts.push_back(std::string("kernel '") + kernelFor<T>() + "', argument 1 'value'");
  texts.emplace_back(nexus::dtypeInfo(nexus::dtypeOf<T>()).name);
  return throws<InvalidArgumentError>([&] { pass<T>(value); }, texts);
}

template <class T>
class IntegerArgument : public testing::Test {};
using Integers = testing::Types<std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t,
                                std::uint64_t>;
TYPED_TEST_SUITE(IntegerArgument, Integers);

TYPED_TEST(IntegerArgument, TakesItsWholeRange) {
  using Limits = std::numeric_limits<TypeParam>;
  for (const TypeParam value : {Limits::min(), TypeParam{0}, TypeParam{1}, Limits::max()}) EXPECT_EQ(pass<TypeParam>(value), value);
  EXPECT_EQ(pass<TypeParam>(std::uint64_t{100}), TypeParam{100});
  EXPECT_EQ(pass<TypeParam>(std::int64_t{100}), TypeParam{100});
}

TYPED_TEST(IntegerArgument, RefusesWhatIsBeyond) {
  using Limits = std::numeric_limits<TypeParam>;
  const std::string range = "the range is " + std::to_string(Limits::min()) + " to " + std::to_string(Limits::max());
  if constexpr (sizeof(TypeParam) < 8) {
    EXPECT_TRUE(
        refuses<TypeParam>(static_cast<std::int64_t>(Limits::max()) + 1, {range, std::to_string(std::int64_t{Limits::max()} + 1)}));
    EXPECT_TRUE(refuses<TypeParam>(static_cast<std::int64_t>(Limits::min()) - 1, {range}));
  }
  if constexpr (std::is_unsigned_v<TypeParam>)
    EXPECT_TRUE(refuses<TypeParam>(-1, {range, "-1"}));
  else
    EXPECT_TRUE(refuses<TypeParam>(std::numeric_limits<std::uint64_t>::max(), {range, "18446744073709551615"}));
}

TYPED_TEST(IntegerArgument, RefusesFloatingPointNumbers) {
  EXPECT_TRUE(refuses<TypeParam>(1.0, {"1", "floating-point number"}));
  EXPECT_TRUE(refuses<TypeParam>(0.5f, {"0.5", "floating-point number"}));
}

TEST(BoolArgument, TakesTwoValues) {
  EXPECT_TRUE(pass<bool>(true));
  EXPECT_FALSE(pass<bool>(false));
  EXPECT_TRUE(pass<bool>(1));
  EXPECT_FALSE(pass<bool>(0u));
  for (const Argument& value : {Argument(2), Argument(-1), Argument(1.0)}) EXPECT_TRUE(refuses<bool>(value, {"it must be 0 or 1"}));
}

template <class T>
class FloatArgument : public testing::Test {};
using Floats = testing::Types<float, double>;
TYPED_TEST_SUITE(FloatArgument, Floats);

TYPED_TEST(FloatArgument, TakesItsWholeRange) {
  using Limits = std::numeric_limits<TypeParam>;
  for (const TypeParam value :
       {Limits::lowest(), Limits::min(), Limits::denorm_min(), TypeParam{-0.0}, Limits::max(), Limits::infinity()})
    EXPECT_EQ(pass<TypeParam>(value), value);
  EXPECT_TRUE(std::signbit(pass<TypeParam>(-0.0)));
  EXPECT_EQ(pass<TypeParam>(-std::numeric_limits<double>::infinity()), -Limits::infinity());
  EXPECT_TRUE(std::isnan(pass<TypeParam>(std::numeric_limits<double>::quiet_NaN())));
}

TYPED_TEST(FloatArgument, TakesIntegersThatItCanHoldExactly) {
  constexpr std::int64_t exact = std::int64_t{1} << std::numeric_limits<TypeParam>::digits;
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{-3}, exact, -exact, std::numeric_limits<std::int64_t>::min(), exact + 2})
    EXPECT_EQ(pass<TypeParam>(value), static_cast<TypeParam>(value));
  for (const std::int64_t value : {exact + 1, -exact - 1, std::numeric_limits<std::int64_t>::max()})
    EXPECT_TRUE(refuses<TypeParam>(value, {std::to_string(value), "would be rounded"}));
  EXPECT_TRUE(refuses<TypeParam>(std::numeric_limits<std::uint64_t>::max(), {"would be rounded"}));
}

TEST(FloatArgument, ADoubleIsRoundedButNotMadeInfinite) {
  EXPECT_EQ(pass<float>(0.1), 0.1f);
  EXPECT_EQ(pass<float>(1e-60), 0.0f);
  EXPECT_TRUE(refuses<float>(1e39, {"1e+39", "would become infinite"}));
  EXPECT_TRUE(refuses<float>(-1e300, {"would become infinite"}));
}

}  // namespace
