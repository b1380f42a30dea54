// Bit patterns of scalars of every element type.
#include "expect_error.h"

#include "lib/scalar_encoding.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace {

using nexus::Argument;
using nexus::DType;
using nexus::InvalidArgumentError;
using nexus::detail::encodeScalar;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::uint64_t bitsOf(const Argument& value, DType dtype) {
  unsigned char bytes[16] = {};
  encodeScalar(value, dtype, bytes);
  std::uint64_t bits = 0;
  std::memcpy(&bits, bytes, nexus::dtypeInfo(dtype).size > 8 ? 8 : nexus::dtypeInfo(dtype).size);
  return bits;
}

testing::AssertionResult refuses(const Argument& value, DType dtype, const std::string& why) {
  return throws<InvalidArgumentError>([&] { bitsOf(value, dtype); }, {"does not fit", nexus::dtypeInfo(dtype).name, why});
}

struct SmallFloat {
  DType dtype;
  int exponentBits, mantissaBits;
  bool hasInfinity;
};

/// The value of a bit pattern, straight from the definition of the format.
double decode(std::uint32_t bits, const SmallFloat& format) {
  const std::uint32_t mantissa = bits & ((1u << format.mantissaBits) - 1);
  const std::uint32_t exponent = bits >> format.mantissaBits & ((1u << format.exponentBits) - 1);
  const double sign = bits >> (format.mantissaBits + format.exponentBits) ? -1 : 1;
  const int bias = (1 << (format.exponentBits - 1)) - 1;
  const std::uint32_t top = (1u << format.exponentBits) - 1;
  if (exponent == top && format.hasInfinity) return mantissa == 0 ? sign * infinity : nan;
  if (exponent == top && mantissa == (1u << format.mantissaBits) - 1) return nan;
  if (exponent == 0) return sign * std::ldexp(mantissa, 1 - bias - format.mantissaBits);
  return sign * std::ldexp((1u << format.mantissaBits) + mantissa, static_cast<int>(exponent) - bias - format.mantissaBits);
}

class SmallFloats : public testing::TestWithParam<SmallFloat> {
 protected:
  const SmallFloat format = GetParam();
  const std::uint32_t count = 1u << (1 + format.exponentBits + format.mantissaBits);
};

TEST_P(SmallFloats, EveryValueKeepsItsBits) {
  for (std::uint32_t bits = 0; bits < count; ++bits) {
    const double value = decode(bits, format);
    if (std::isnan(value)) {
      ASSERT_TRUE(std::isnan(decode(static_cast<std::uint32_t>(bitsOf(value, format.dtype)), format)));
    } else {
      ASSERT_EQ(bitsOf(value, format.dtype), bits) << value;
    }
  }
}

TEST_P(SmallFloats, WhatIsBetweenTwoValuesGoesToTheNearerOrTheEvenOne) {
  for (std::uint32_t bits = 0; bits + 1 < count / 2; ++bits) {
    const double low = decode(bits, format), high = decode(bits + 1, format);
    if (!std::isfinite(low) || !std::isfinite(high)) break;
    const double middle = (low + high) / 2;
    ASSERT_EQ(bitsOf(std::nextafter(middle, 0), format.dtype), bits) << middle;
    ASSERT_EQ(bitsOf(std::nextafter(middle, infinity), format.dtype), bits + 1) << middle;
    ASSERT_EQ(bitsOf(middle, format.dtype), bits + bits % 2) << middle;
    ASSERT_EQ(bitsOf(-middle, format.dtype), count / 2 + bits + bits % 2) << middle;
  }
}

TEST_P(SmallFloats, WhatRoundsBeyondTheLargestValueIsRefused) {
  std::uint32_t largest = 0;
  while (std::isfinite(decode(largest + 1, format))) ++largest;
  const double step = decode(largest, format) - decode(largest - 1, format), tie = decode(largest, format) + step / 2;
  EXPECT_EQ(bitsOf(std::nextafter(tie, 0), format.dtype), largest);
  // A tie goes to the even neighbour, which is the largest value itself or the first that is too large.
  if (largest % 2 == 0)
    EXPECT_EQ(bitsOf(tie, format.dtype), largest);
  else
    EXPECT_TRUE(refuses(tie, format.dtype, "beyond the largest value"));
  for (const double value :
       {std::nextafter(tie, infinity), -std::nextafter(tie, infinity), 1e300, -std::numeric_limits<double>::max()})
    EXPECT_TRUE(refuses(value, format.dtype, "beyond the largest value"));
}

TEST_P(SmallFloats, NeverRoundIntegers) {
  const std::int64_t exact = std::int64_t{1} << (format.mantissaBits + 1);
  EXPECT_EQ(decode(static_cast<std::uint32_t>(bitsOf(exact, format.dtype)), format), static_cast<double>(exact));
  EXPECT_EQ(decode(static_cast<std::uint32_t>(bitsOf(-exact + 1, format.dtype)), format), static_cast<double>(-exact + 1));
  EXPECT_TRUE(refuses(exact + 1, format.dtype, "would be rounded"));
  EXPECT_TRUE(refuses(-exact - 1, format.dtype, "would be rounded"));
}

INSTANTIATE_TEST_SUITE_P(, SmallFloats,
                         testing::Values(SmallFloat{DType::Float16, 5, 10, true}, SmallFloat{DType::BFloat16, 8, 7, true},
                                         SmallFloat{DType::Float8E4M3, 4, 3, false}, SmallFloat{DType::Float8E5M2, 5, 2, true}),
                         [](const auto& test) { return std::string(nexus::dtypeInfo(test.param.dtype).name); });

// From the papers and headers that define the formats, since a decoder of our own could share a mistake.
TEST(SmallFloatAnchors, AreAsPublished) {
  EXPECT_EQ(bitsOf(1.0, DType::Float16), 0x3c00u);
  EXPECT_EQ(bitsOf(65504.0, DType::Float16), 0x7bffu);
  EXPECT_EQ(bitsOf(std::ldexp(1, -24), DType::Float16), 0x0001u);
  EXPECT_EQ(bitsOf(-infinity, DType::Float16), 0xfc00u);
  EXPECT_EQ(bitsOf(1.0, DType::BFloat16), 0x3f80u);
  EXPECT_EQ(bitsOf(3.14159265, DType::BFloat16), 0x4049u);
  EXPECT_EQ(bitsOf(std::numeric_limits<float>::infinity(), DType::BFloat16), 0x7f80u);
  EXPECT_EQ(bitsOf(448.0, DType::Float8E4M3), 0x7eu);
  EXPECT_EQ(bitsOf(std::ldexp(1, -9), DType::Float8E4M3), 0x01u);
  EXPECT_EQ(bitsOf(nan, DType::Float8E4M3), 0x7fu);
  EXPECT_EQ(bitsOf(infinity, DType::Float8E4M3), 0x7fu) << "there is no infinity";
  EXPECT_EQ(bitsOf(57344.0, DType::Float8E5M2), 0x7bu);
  EXPECT_EQ(bitsOf(infinity, DType::Float8E5M2), 0x7cu);
  EXPECT_EQ(bitsOf(std::ldexp(1, -16), DType::Float8E5M2), 0x01u);
  EXPECT_EQ(bitsOf(-0.0, DType::Float8E5M2), 0x80u);
}

TEST(ScalarEncoding, IntegersAreStoredInTheirOwnSize) {
  EXPECT_EQ(bitsOf(-2, DType::Int8), 0xfeu);
  EXPECT_EQ(bitsOf(-2, DType::Int16), 0xfffeu);
  EXPECT_EQ(bitsOf(-2, DType::Int32), 0xfffffffeu);
  EXPECT_EQ(bitsOf(-2, DType::Int64), 0xfffffffffffffffeu);
  EXPECT_EQ(bitsOf(std::numeric_limits<std::uint64_t>::max(), DType::UInt64), 0xffffffffffffffffu);
  EXPECT_EQ(bitsOf(true, DType::UInt16), 1u);
  EXPECT_TRUE(refuses(std::numeric_limits<std::uint64_t>::max(), DType::Int64, "-9223372036854775808 to 9223372036854775807"));
  EXPECT_TRUE(refuses(std::int64_t{-1}, DType::UInt64, "0 to 18446744073709551615"));
}

TEST(ScalarEncoding, ComplexNumbersHaveNoImaginaryPart) {
  unsigned char bytes[16];
  std::memset(bytes, 0xff, sizeof bytes);
  encodeScalar(1.5, DType::Complex128, bytes);
  double parts[2];
  std::memcpy(parts, bytes, sizeof parts);
  EXPECT_EQ(parts[0], 1.5);
  EXPECT_EQ(parts[1], 0.0);
  EXPECT_EQ(bitsOf(1.5, DType::Complex64), std::bit_cast<std::uint32_t>(1.5f));
}

TEST(ScalarEncoding, NeedsANumberAndAType) {
  unsigned char bytes[16];
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { encodeScalar(nexus::Buffer(), DType::Int32, bytes); },
                                           {"a Buffer was given where a number"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { encodeScalar(1, DType::Unknown, bytes); }, {"type that Nexus does not know"}));
}

TEST(ScalarText, IsTheShortestThatReadsBack) {
  using nexus::detail::scalarText;
  EXPECT_EQ(scalarText(-5), "-5");
  EXPECT_EQ(scalarText(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(scalarText(0.1), "0.1");
  EXPECT_EQ(scalarText(infinity), "inf");
  EXPECT_EQ(scalarText(nexus::Buffer()), "of a Buffer");
}

}  // namespace
