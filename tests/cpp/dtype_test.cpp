// Element types and shapes.
#include "expect_error.h"

#include <nexus/array_view.h>

#include <gtest/gtest.h>

#include <set>

namespace {

using nexus::DType;
using nexus::InvalidArgumentError;
using nexus::Shape;

TEST(DTypes, EveryRowIsFoundByItsNames) {
  std::set<std::string> names;
#define NEXUS_DTYPE(enumerator, code, numpy, short_name, bits_, dlpack, format_)          \
  {                                                                                       \
    const nexus::DTypeInfo& info = nexus::dtypeInfo(DType::enumerator);                   \
    EXPECT_EQ(static_cast<int>(info.dtype), code);                                        \
    EXPECT_STREQ(info.name, numpy);                                                       \
    EXPECT_STREQ(info.shortName, short_name);                                             \
    EXPECT_EQ(info.bits, std::uint32_t{bits_});                                           \
    EXPECT_EQ(info.size, std::uint32_t{bits_ < 8 ? 1 : bits_ / 8});                       \
    EXPECT_EQ(info.dlpackCode, dlpack);                                                   \
    EXPECT_STREQ(info.format, format_);                                                   \
    EXPECT_EQ(nexus::parseDType(numpy), DType::enumerator);                               \
    EXPECT_EQ(nexus::parseDType(short_name), DType::enumerator);                          \
    EXPECT_TRUE(names.insert(numpy).second);                                              \
    EXPECT_TRUE(names.insert(short_name).second || info.name == std::string(short_name)); \
  }
#include <nexus/dtype_table.h>
#undef NEXUS_DTYPE
  EXPECT_GT(names.size(), nexus::allDTypes().size());
}

TEST(DTypes, AnUnknownNameListsAll) {
  EXPECT_TRUE(throws<InvalidArgumentError>([] { nexus::parseDType("fp12"); },
                                           {"'fp12'", "float32 (fp32)", "bfloat16 (bf16)", "complex128"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([] { nexus::parseDType(""); }, {"''"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([] { nexus::parseDType("i8"); }, {"'i8'", "int8 to compilers", "int64 to NumPy"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([] { nexus::parseDType("u4"); }, {"uint4 to compilers", "uint32 to NumPy"}));
  for (const int code : {0, 21, 1000, -1}) {
    EXPECT_STREQ(nexus::dtypeInfo(static_cast<DType>(code)).name, "unknown") << code;
    EXPECT_EQ(nexus::dtypeInfo(static_cast<DType>(code)).size, 1u);
  }
}

TEST(DTypes, OfTypesOfTheLanguage) {
  EXPECT_EQ(nexus::dtypeOf<bool>(), DType::Bool);
  EXPECT_EQ(nexus::dtypeOf<long>(), DType::Int64);
  EXPECT_EQ(nexus::dtypeOf<long long>(), DType::Int64);
  EXPECT_EQ(nexus::dtypeOf<unsigned char>(), DType::UInt8);
  EXPECT_EQ(nexus::dtypeOf<float>(), DType::Float32);
  EXPECT_EQ(nexus::dtypeOf<std::string>(), DType::Unknown);
}

TEST(Shapes, AreWrittenAsInPython) {
  EXPECT_EQ(Shape{}.toString(), "()");
  EXPECT_EQ((Shape{3}).toString(), "(3,)");
  EXPECT_EQ((Shape{3, -4, 5}).toString(), "(3, -4, 5)");
}

TEST(Shapes, AreEqualIfTheirSizesAre) {
  EXPECT_EQ((Shape{1, 2}), (Shape{1, 2}));
  EXPECT_FALSE((Shape{1, 2}) == (Shape{1, 2, 1}));
  EXPECT_FALSE((Shape{1, 2}) == (Shape{2, 1}));
  EXPECT_EQ((Shape{1, 2, 3, 4, 5, 6, 7, 8}).rank(), 8u);
  EXPECT_TRUE(throws<InvalidArgumentError>([] { Shape{1, 2, 3, 4, 5, 6, 7, 8, 9}; }, {"9 dimensions"}));
}

TEST(ArrayViews, AreContiguousUnlessToldOtherwise) {
  std::vector<double> values(24);
  nexus::ArrayView view(values.data(), DType::Float64, {2, 3, 4});
  EXPECT_EQ(view.strides, (Shape{96, 32, 8}));
  EXPECT_EQ(view.elements(), 24u);
  EXPECT_EQ(view.bytes(), 192u);
  EXPECT_TRUE(view.isContiguous());
  view.strides = {96, 32, 16};
  EXPECT_FALSE(view.isContiguous());
  const nexus::ArrayView readOnly = nexus::ArrayView(std::span<const double>(values));
  EXPECT_TRUE(readOnly.readOnly);
  EXPECT_FALSE(nexus::ArrayView(values).readOnly);
  EXPECT_EQ(nexus::ArrayView(values).shape, (Shape{24}));
}

}  // namespace
