// Memory of a device as arrays: made, copied to and from, wrapped.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

#include <numeric>

namespace {

using nexus::ArrayView;
using nexus::Buffer;
using nexus::DType;
using nexus::InvalidArgumentError;
using nexus::OutOfMemoryError;
using nexus::Shape;

class Buffers : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
};

TEST_F(Buffers, TellTheirLayout) {
  const Buffer buffer = device.createBuffer({2, 3, 5}, DType::Float16);
  EXPECT_EQ(buffer.getShape(), (Shape{2, 3, 5}));
  EXPECT_EQ(buffer.getStrides(), (Shape{30, 10, 2}));
  EXPECT_EQ(buffer.getDType(), DType::Float16);
  EXPECT_EQ(buffer.getByteSize(), 60u);
  EXPECT_TRUE(buffer.getDevice() == device);
  EXPECT_EQ(device.createBuffer({7}).getDType(), DType::Float32);
  const Buffer scalar = device.createBuffer(Shape{}, DType::Int64);
  EXPECT_EQ(scalar.getByteSize(), 8u);
  EXPECT_EQ(scalar.getShape().rank(), 0u);
}

TEST_F(Buffers, StartAtACacheLine) {
  const auto alignment = static_cast<std::uintptr_t>(device.getProperty<std::int64_t>("BufferAlignment"));
  EXPECT_GE(alignment, 64u);
  std::vector<Buffer> buffers;
  for (const std::int64_t size : {1, 3, 64, 100, 4097, 1 << 21, (1 << 22) + 1})
    for (int i = 0; i < 3; ++i) {
      buffers.push_back(device.createBuffer({size}, DType::UInt8));
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffers.back().getHostPointer()) % alignment, 0u) << size;
    }
}

TEST_F(Buffers, ThatCanNeverFitAreRefused) {
  for (const std::int64_t size : {std::int64_t{1} << 45, std::int64_t{1} << 60, std::numeric_limits<std::int64_t>::max()})
    EXPECT_TRUE(
        throws<OutOfMemoryError>([&] { device.createBuffer({size}, DType::UInt8); }, {"cpu:0", "cannot create a buffer of"}));
  EXPECT_TRUE(throws<OutOfMemoryError>([&] { device.createBuffer({std::int64_t{1} << 60}, DType::UInt8); },
                                       {"1 EiB", "(1152921504606846976,)", "the largest"}));
  EXPECT_TRUE(throws<OutOfMemoryError>([&] { device.createBuffer({std::int64_t{1} << 62, 4}, DType::Float64); },
                                       {"float64", "more than 2^63 bytes"}));
  EXPECT_TRUE(throws<OutOfMemoryError>([&] { device.createBuffer({std::int64_t{1} << 32, std::int64_t{1} << 32, 1}); }, {"2^63"}));
}

TEST_F(Buffers, OfNegativeSizesOrNoTypeAreRefused) {
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { device.createBuffer({4, -1}); }, {"(4, -1)", "no size may be negative"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { device.createBuffer({-2, -2}); }, {"(-2, -2)"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { device.createBuffer({1}, DType::Unknown); }, {"no element type"}));
  EXPECT_TRUE(
      throws<InvalidArgumentError>([&] { device.createBuffer({1, 1, 1, 1, 1, 1, 1, 1, 1}); }, {"9 dimensions", "at most 8"}));
}

TEST_F(Buffers, MayHaveNoElements) {
  std::vector<float> nothing;
  for (const Buffer& buffer :
       {device.createBuffer({0}), device.createBuffer({3, 0, 2}), device.createBuffer(nothing), device.wrap(nothing)}) {
    EXPECT_EQ(buffer.getByteSize(), 0u);
    buffer.fill(1);
    buffer.copyFrom(nothing);
    buffer.copyTo(nothing);
    buffer.copyFrom(buffer);
    EXPECT_TRUE(throws<InvalidArgumentError>([&] { device.createSchedule().createFillCommand(buffer, 1); }, {"no elements"}));
    EXPECT_TRUE(throws<InvalidArgumentError>([&] { device.createSchedule().createCopyCommand(buffer, buffer); }, {"no elements"}));
  }
}

TEST_F(Buffers, MadeFromAnArrayAreCopies) {
  std::vector<std::int32_t> values = {1, 2, 3};
  const Buffer buffer = device.createBuffer(values);
  values[0] = 100;
  EXPECT_EQ(contents<std::int32_t>(buffer), (std::vector<std::int32_t>{1, 2, 3}));
  EXPECT_EQ(buffer.getDType(), DType::Int32);
}

TEST_F(Buffers, CopyThereAndBack) {
  std::vector<double> in = {1.5, -2, 3}, out(3);
  const Buffer buffer = device.createBuffer({3}, DType::Float64);
  buffer.copyFrom(in);
  buffer.copyTo(out);
  EXPECT_EQ(out, in);
  buffer.copyFrom(std::span<const double>(out));
  EXPECT_EQ(static_cast<double*>(buffer.getHostPointer())[2], 3);
}

TEST_F(Buffers, RefuseArraysThatDoNotFit) {
  const Buffer buffer = device.createBuffer({2, 3}, DType::Int32);
  std::vector<std::int32_t> five(5), six(6), twelve(12);
  std::vector<float> floats(6);
  for (const bool isDestination : {false, true}) {
    const auto copy = [&](const ArrayView& array) { isDestination ? buffer.copyTo(array) : buffer.copyFrom(array); };
    const std::string what = "Buffer (2, 3) int32 on cpu:0";
    EXPECT_TRUE(throws<InvalidArgumentError>([&] { copy(floats); }, {what, "element type is float32", "convert"}));
    EXPECT_TRUE(throws<InvalidArgumentError>([&] { copy(five); }, {what, "5 elements (shape (5,)) instead of 6"}));
    EXPECT_TRUE(throws<InvalidArgumentError>([&] { copy(twelve); }, {what, "12 elements"}));
    EXPECT_TRUE(throws<InvalidArgumentError>([&] { copy(ArrayView(nullptr, DType::Int32, {6})); }, {what, "no memory"}));
    EXPECT_TRUE(throws<InvalidArgumentError>([&] { copy(ArrayView()); }, {what, "no memory"}));
    copy(six);
  }
  ArrayView repeated(six.data(), DType::Int32, {2, 3});
  repeated.strides = {0, 4};
  buffer.copyFrom(repeated);
  EXPECT_TRUE(
      throws<InvalidArgumentError>([&] { buffer.copyTo(repeated); }, {"several elements of the array share memory", "(0, 4)"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { buffer.copyTo(std::span<const std::int32_t>(six)); }, {"the array is read-only"}));
}

TEST_F(Buffers, DoNotMindTheStrideOfADimensionOfOne) {
  std::vector<std::int32_t> values = {1, 2, 3};
  ArrayView view(values.data(), DType::Int32, {1, 3});
  view.strides = {-1000, 4};
  EXPECT_TRUE(view.isContiguous());
  EXPECT_EQ(contents<std::int32_t>(device.createBuffer(view)), values);
}

TEST_F(Buffers, WrapMemoryWithoutACopy) {
  std::vector<std::int32_t> memory = {1, 2, 3, 4};
  const Buffer buffer = device.wrap(memory);
  EXPECT_EQ(buffer.getHostPointer(), memory.data());
  memory[1] = 20;
  EXPECT_EQ(contents<std::int32_t>(buffer), memory);
  buffer.fillInt(7);
  EXPECT_EQ(memory, std::vector<std::int32_t>(4, 7));
}

TEST_F(Buffers, RefuseToWrapWhatIsNoPlainArray) {
  std::vector<std::int32_t> memory(4);
  ArrayView strided(memory.data(), DType::Int32, {2});
  strided.strides = {8};
  bool isReleased = false;
  const auto release = [&] { isReleased = true; };
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { device.wrap(strided, release); }, {"not contiguous"}));
  EXPECT_TRUE(
      throws<InvalidArgumentError>([&] { device.wrap(ArrayView(nullptr, DType::Int32, {4}), release); }, {"without memory"}));
  EXPECT_TRUE(
      throws<InvalidArgumentError>([&] { device.wrap(ArrayView(memory.data(), DType::Int32, {-1}), release); }, {"negative"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { device.wrap(ArrayView(memory.data(), DType::Unknown, {4}), release); },
                                           {"no element type"}));
  EXPECT_FALSE(isReleased) << "memory that was refused is still its owner's";
}

TEST_F(Buffers, WrappedReadOnlyMemoryIsNotWritten) {
  const std::vector<std::int32_t> memory = {1, 2};
  const Buffer buffer = device.wrap(memory);
  EXPECT_EQ(contents<std::int32_t>(buffer), memory);
  const std::string what = "Buffer (2,) int32 on cpu:0 wraps read-only memory";
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { buffer.fillInt(3); }, {what}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { buffer.copyFrom(std::vector<std::int32_t>{5, 6}); }, {what}));
  EXPECT_EQ(memory, (std::vector<std::int32_t>{1, 2}));
}

TEST_F(Buffers, LargeOnesWithAnOddTailAreCopiedWhole) {
  constexpr std::size_t size = (std::size_t{64} << 20) + 13;
  std::vector<std::uint8_t> in(size), out(size);
  for (std::size_t i = 0; i < size; ++i) in[i] = static_cast<std::uint8_t>(i * 7 + i / 4096);
  const Buffer first = device.createBuffer(in), second = device.createBuffer({static_cast<std::int64_t>(size)}, DType::UInt8);
  const nexus::Schedule schedule = device.createSchedule();
  schedule.createCopyCommand(second, first);
  schedule.run();
  second.copyTo(out);
  EXPECT_TRUE(out == in);
  second.copyFrom(std::vector<std::uint8_t>(size, 9));
  second.copyTo(out);
  EXPECT_TRUE(out == std::vector<std::uint8_t>(size, 9));
}

TEST_F(Buffers, AreUsedByManyThreadsAtOnce) {
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      std::vector<std::int32_t> values(1000), out(1000);
      for (int i = 0; i < 50; ++i) {
        std::iota(values.begin(), values.end(), 1000 * thread + i);
        const Buffer buffer = device.createBuffer(values);
        buffer.copyTo(out);
        ASSERT_EQ(out, values);
      }
    });
}

}  // namespace
