// Views of buffers, and copies and fills between memory of any strides.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

namespace {

using nexus::ArrayView;
using nexus::Buffer;
using nexus::DType;
using nexus::InvalidArgumentError;
using nexus::Shape;

std::vector<std::int32_t> countUp(std::size_t count) {
  std::vector<std::int32_t> values(count);
  std::iota(values.begin(), values.end(), 0);
  return values;
}

using Values = std::vector<std::int32_t>;

class BufferViews : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
  Values values = countUp(24);
  const Buffer buffer = device.createBuffer(values).reshape({2, 3, 4});
};

TEST_F(BufferViews, ShareTheMemory) {
  const Buffer row = buffer.select(0, 1).select(0, 2);
  EXPECT_EQ(row.getShape(), (Shape{4}));
  EXPECT_EQ(row.getOffset(), 80u);
  EXPECT_EQ(contents<std::int32_t>(row), (Values{20, 21, 22, 23}));
  row.fillInt(-1);
  EXPECT_EQ(contents<std::int32_t>(buffer)[21], -1);
  EXPECT_TRUE(row.isContiguous());
  EXPECT_FALSE(row == buffer);
}

TEST_F(BufferViews, TakeEveryStepInBothDirections) {
  const Buffer columns = buffer.slice(2, 3, 2, -2);
  EXPECT_EQ(columns.getStrides(), (Shape{48, 16, -8}));
  EXPECT_FALSE(columns.isContiguous());
  EXPECT_EQ(contents<std::int32_t>(columns), (Values{3, 1, 7, 5, 11, 9, 15, 13, 19, 17, 23, 21}));
  EXPECT_EQ(contents<std::int32_t>(columns.slice(1, 2, 3, -1).select(0, 0)), (Values{11, 9, 7, 5, 3, 1}));
  EXPECT_EQ(contents<std::int32_t>(buffer.slice(0, 1, 1).slice(1, 0, 0)), Values());
}

TEST_F(BufferViews, StayInsideTheirBounds) {
  const auto refuses = [&](const std::function<void()>& call, const std::string& text) {
    EXPECT_TRUE(throws<InvalidArgumentError>(call, {text, "(2, 3, 4)"}));
  };
  constexpr std::int64_t huge = std::numeric_limits<std::int64_t>::max();
  refuses([&] { buffer.select(0, 2); }, "index 2 is beyond dimension 0");
  refuses([&] { buffer.select(0, -1); }, "index -1");
  refuses([&] { buffer.select(3, 0); }, "no dimension 3");
  refuses([&] { buffer.slice(1, 1, 3); }, "index 3");
  refuses([&] { buffer.slice(1, -1, 1); }, "index -1");
  refuses([&] { buffer.slice(1, 2, 2, huge); }, "beyond");
  refuses([&] { buffer.slice(1, 2, huge, -huge); }, "beyond");
  refuses([&] { buffer.slice(1, 0, -1); }, "-1 indices");
  refuses([&] { buffer.slice(1, 0, 2, 0); }, "step");
}

TEST_F(BufferViews, AreReshapedIfContiguous) {
  EXPECT_EQ(buffer.reshape({4, -1}).getShape(), (Shape{4, 6}));
  EXPECT_EQ(buffer.select(0, 1).reshape({12}).getOffset(), 48u);
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { buffer.reshape({5, -1}); }, {"(5, -1)", "24 elements"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { buffer.reshape({0, -1}); }, {"24 elements"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { buffer.reshape({-1, -1}); }, {"only one"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { buffer.reshape({23}); }, {"24 elements, not 23"}));
  EXPECT_TRUE(
      throws<InvalidArgumentError>([&] { buffer.slice(1, 0, 2).reshape({-1}); }, {"cannot reshape", "strides (48, 16, 4)"}));
}

TEST_F(BufferViews, ShowTheBytesAsAnotherType) {
  EXPECT_EQ(buffer.view(DType::UInt16).getShape(), (Shape{2, 3, 8}));
  EXPECT_EQ(buffer.view(DType::Float64).getStrides(), (Shape{48, 16, 8}));
  EXPECT_EQ(contents<float>(buffer.view(DType::Float32)).size(), 24u);
  EXPECT_EQ(buffer.view(DType::Int4).getShape(), (Shape{2, 3, 32}));
  EXPECT_EQ(buffer.view(DType::Int4).getByteSize(), 96u);
  EXPECT_EQ(contents<std::uint8_t>(buffer.slice(1, 1, 1).view(DType::UInt8)).at(4), 5);
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { buffer.slice(2, 0, 3).view(DType::Float64); }, {"12 bytes", "of 8 bytes"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { buffer.slice(2, 0, 2, 2).view(DType::UInt16); }, {"last dimension"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { buffer.view(DType::Unknown); }, {"no element type"}));
}

TEST_F(BufferViews, OfPackedElementsBeginAndEndAtWholeBytes) {
  const Buffer nibbles = device.createBuffer({3, 5}, DType::UInt4);
  EXPECT_EQ(nibbles.getByteSize(), 8u);
  nibbles.fillInt(5);
  EXPECT_EQ(contents<std::uint8_t>(nibbles.reshape({-1}).view(DType::UInt8)), std::vector<std::uint8_t>(8, 0x55));
  EXPECT_EQ(nibbles.select(0, 2).getByteSize(), 3u);
  EXPECT_EQ(nibbles.select(0, 2).getOffset(), 5u);
  for (const auto& call : std::vector<std::function<void()>>{[&] { nibbles.select(0, 1); }, [&] { nibbles.select(0, 0); },
                                                             [&] { nibbles.slice(1, 0, 2); }, [&] { nibbles.slice(0, 2, 3, -1); }})
    EXPECT_TRUE(throws<InvalidArgumentError>(call, {"4 bits are packed"}));
}

TEST_F(BufferViews, AreCopiedFromAndToArraysOfAnyStrides) {
  Values twelve(12), out(24);
  ArrayView turned(values.data(), DType::Int32, {2, 3, 2});
  turned.strides = {4, 8, 24};
  const Buffer columns = buffer.slice(2, 0, 2, 2);
  columns.copyFrom(turned);
  ArrayView back(out.data() + 23, DType::Int32, {2, 3, 2});
  back.strides = {-4, -8, -24};
  columns.copyTo(back);
  for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(out[23 - i], values[i]);
  columns.copyTo(twelve);
  EXPECT_EQ(twelve[1], 6);
  EXPECT_EQ(contents<std::int32_t>(buffer)[1], 1) << "what lies between is left alone";
}

TEST_F(BufferViews, AreCopiedAsIfThroughATemporary) {
  const Buffer flat = buffer.reshape({24});
  flat.slice(0, 1, 23).copyFrom(flat.slice(0, 0, 23));
  EXPECT_EQ(contents<std::int32_t>(flat),
            (Values{0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22}));
  flat.copyFrom(flat.slice(0, 23, 24, -1));
  EXPECT_EQ(contents<std::int32_t>(flat)[0], 22);
  const Buffer again = device.wrap(values);
  device.wrap(values).slice(0, 1, 23).copyFrom(again.slice(0, 0, 23));
  EXPECT_EQ(values[23], 22);
}

TEST_F(BufferViews, AreCopiedToAnotherDevice) {
  const Buffer other = anotherCpuDevice().createBuffer({2, 3, 2}, DType::Int32);
  other.copyFrom(buffer.slice(2, 3, 2, -2));
  EXPECT_EQ(contents<std::int32_t>(other), (Values{3, 1, 7, 5, 11, 9, 15, 13, 19, 17, 23, 21}));
  buffer.slice(2, 0, 2).copyFrom(other);
  EXPECT_EQ(contents<std::int32_t>(buffer)[4], 7);
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { buffer.copyFrom(other); }, {"numbers of elements differ, 12 and 24"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { buffer.copyFrom(buffer.view(DType::Float32)); }, {"element types differ"}));
}

TEST_F(BufferViews, OfAnyStridesAreFilled) {
  buffer.slice(2, 1, 2, 2).fill(nexus::Argument(9));
  EXPECT_EQ(contents<std::int32_t>(buffer.select(0, 0)), (Values{0, 9, 2, 9, 4, 9, 6, 9, 8, 9, 10, 9}));
}

TEST_F(BufferViews, AreKernelArgumentsIfContiguous) {
  const nexus::Kernel kernel = loadKernel(device, "basic", "vadd");
  const Buffer x = device.createBuffer(std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}), result = zeros<float>(device, 8);
  kernel.launch(1, 4, {x.slice(0, 0, 4), x.slice(0, 4, 4), result.slice(0, 2, 4), 4}, blocking());
  EXPECT_EQ(contents<float>(result), (std::vector<float>{0, 0, 6, 8, 10, 12, 0, 0}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { kernel.launch(1, 4, {x, x.slice(0, 0, 4, 2), result, 4}); },
                                           {"'y'", "strides (8,)", "copy it"}));
  const nexus::Schedule schedule = device.createSchedule();
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { schedule.createCopyCommand(x.slice(0, 0, 2), x.slice(0, 0, 2, 2)); },
                                           {"record", "strides"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { schedule.createFillCommand(x.slice(0, 0, 4, 2), 1); }, {"record", "strides"}));
  schedule.createCopyCommand(result.slice(0, 6, 2), x.slice(0, 0, 2));
  schedule.run();
  EXPECT_EQ(contents<float>(result), (std::vector<float>{0, 0, 6, 8, 10, 12, 1, 2}));
}

TEST_F(BufferViews, OfReadOnlyMemoryAreReadOnly) {
  const std::vector<float> memory(8, 1);
  const Buffer buffer = device.wrap(memory), result = zeros<float>(device, 8);
  const Buffer part = buffer.slice(0, 2, 4);
  EXPECT_TRUE(part.isReadOnly());
  EXPECT_FALSE(result.isReadOnly());
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { part.fill(1); }, {"read-only"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { part.copyFrom(result.slice(0, 0, 4)); }, {"read-only"}));
  const nexus::Kernel kernel = loadKernel(device, "basic", "vadd");
  kernel.launch(1, 4, {part, part, result, 4}, blocking());
  EXPECT_TRUE(
      throws<InvalidArgumentError>([&] { kernel.launch(1, 4, {result, result, part, 4}); }, {"'result' is written", "read-only"}));
  const nexus::Kernel plain = loadKernel(device, "plain", "scale_index");
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { plain.launch(1, 1, {part, 1.0}); }, {"may be written", "read-only"}));
}

}  // namespace
