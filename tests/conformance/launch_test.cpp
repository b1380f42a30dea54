// Launches, with the suite's kernels.
#include "kernel_test.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

namespace nexus::conformance {
namespace {

constexpr Size3 one = {1, 1, 1};

struct Shape {
  Size3 grid, block;
};

constexpr Shape smallShapes[] = {
    {one, one},
    {{7, 1, 1}, one},
    {one, {7, 1, 1}},
    {{1, 5, 1}, {1, 3, 1}},
    {{1, 1, 5}, {1, 1, 3}},
    {{2, 3, 4}, {5, 6, 7}},
    {{3, 1, 2}, {1, 64, 2}},
    {{4, 4, 4}, {4, 4, 4}},
    {{100, 1, 1}, {256, 1, 1}},
    {{10, 10, 1}, {16, 16, 1}},
    {{1000, 1, 1}, one},
    {{1, 1000, 3}, {2, 1, 1}},
    {{1, 2, 1000}, {3, 1, 1}},
    {{1, 30'000, 1}, {1, 2, 1}},
    {{1, 1, 30'000}, {1, 1, 2}},
};
constexpr Shape largeShapes[] = {
    {{17, 13, 11}, {3, 5, 7}},
    {{100'000, 1, 1}, {8, 1, 1}},
    {{1'000'000, 1, 1}, one},
    {{2000, 1, 1}, {1024, 1, 1}},
};

std::string shapeName(const testing::TestParamInfo<Shape>& info) {
  const auto text = [](const Size3& s) { return std::to_string(s[0]) + "x" + std::to_string(s[1]) + "x" + std::to_string(s[2]); };
  return "Grid" + text(info.param.grid) + "Block" + text(info.param.block);
}

class Launch : public KernelTest {
 protected:
  /// Launches a kernel that writes `perItem` numbers for each item, and returns them.
  std::vector<std::uint32_t> launchForItems(const char* name, const Shape& shape, std::uint64_t perItem) {
    nxs_kernel* const found = kernel(name);
    if (!found) return {};
    const std::uint64_t numbers = volume(shape.grid) * volume(shape.block) * perItem;
    const auto result = createBuffer(numbers * 4);
    const auto stream = createStream();
    const std::vector<nxs_argument> arguments = {bufferArgument(result.get())};
    run(stream.get(),
        {fillCommand(result.get(), 0, numbers * 4, 0xffffffffu), launchCommand(found, shape.grid, shape.block, arguments)});
    return readAs<std::uint32_t>(result.get(), numbers);
  }
  void expectIndices(const Shape& shape) {
    const auto result = launchForItems("fill_index", shape, 1);
    std::vector<std::uint32_t> expected(volume(shape.grid) * volume(shape.block));
    std::iota(expected.begin(), expected.end(), 0u);
    EXPECT_TRUE(result == expected) << "every item runs once, at its own place";
  }
};

class LaunchShape : public Launch, public testing::WithParamInterface<Shape> {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    if (!isWithinLimits(GetParam().grid, GetParam().block)) GTEST_SKIP() << "the device reports a lower limit of grid or block";
  }
};

TEST_P(LaunchShape, RunsEveryItem) { expectIndices(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Launch, LaunchShape, testing::ValuesIn(smallShapes), shapeName);
INSTANTIATE_TEST_SUITE_P(LaunchMany, LaunchShape, testing::ValuesIn(largeShapes), shapeName);

class LaunchPlace : public LaunchShape {};

TEST_P(LaunchPlace, IsToldToEveryItem) {
  const auto& [grid, block] = GetParam();
  const auto rows = launchForItems("describe_item", GetParam(), 12);
  ASSERT_EQ(rows.size(), 12 * volume(grid) * volume(block));
  const std::uint32_t* row = rows.data();
  for (std::uint64_t z = 0; z < grid[2] * block[2]; ++z)
    for (std::uint64_t y = 0; y < grid[1] * block[1]; ++y)
      for (std::uint64_t x = 0; x < grid[0] * block[0]; ++x, row += 12) {
        const Size3 place = {x, y, z};
        for (std::size_t d = 0; d < 3; ++d) {
          ASSERT_EQ(row[d], place[d] % block[d]) << "local index " << d;
          ASSERT_EQ(row[3 + d], place[d] / block[d]) << "block index " << d;
          ASSERT_EQ(row[6 + d], block[d]) << "block size " << d;
          ASSERT_EQ(row[9 + d], grid[d]) << "grid size " << d;
        }
      }
}

INSTANTIATE_TEST_SUITE_P(Launch, LaunchPlace, testing::ValuesIn(smallShapes), shapeName);

class LargestBlock : public Launch, public testing::WithParamInterface<int> {};

TEST_P(LargestBlock, Runs) {
  const auto threads = intProperty(NXS_PROPERTY_MaxThreadsPerBlock);
  const auto limits = size3Property(NXS_PROPERTY_MaxBlockDims);
  if (!threads || !limits) GTEST_SKIP() << "the device does not know the properties MaxThreadsPerBlock and MaxBlockDims";
  Shape shape = {{3, 2, 2}, one};
  const auto dimension = static_cast<std::size_t>(GetParam());
  shape.block[dimension] = std::min((*limits)[dimension], static_cast<std::uint64_t>(*threads));
  expectIndices(shape);
}

INSTANTIATE_TEST_SUITE_P(Launch, LargestBlock, testing::Values(0, 1, 2),
                         [](const auto& info) { return std::string(1, "XYZ"[info.param]); });

// ---------------------------------------------------------------- arguments

/// A scalar of one type: its kernel, and values whose bytes must arrive.
struct Scalar {
  const char* type;
  std::vector<nxs_argument> values;
};

template <class T>
Scalar integers(const char* type) {
  constexpr T low = std::numeric_limits<T>::lowest(), high = std::numeric_limits<T>::max();
  return {type, {scalarArgument(low), scalarArgument(high), scalarArgument(T{1}), scalarArgument(static_cast<T>(high / 3))}};
}
template <class T>
Scalar reals(const char* type) {
  using Limits = std::numeric_limits<T>;
  return {type,
          {scalarArgument(T{-0.0}), scalarArgument(Limits::max()), scalarArgument(Limits::denorm_min()),
           scalarArgument(Limits::infinity()), scalarArgument(static_cast<T>(0.1))}};
}

class LaunchScalar : public Launch, public testing::WithParamInterface<Scalar> {};

TEST_P(LaunchScalar, Arrives) {
  nxs_kernel* const store = kernel((std::string("store_") + GetParam().type).c_str());
  ASSERT_NE(store, nullptr);
  const auto result = createBuffer(16);
  const auto stream = createStream();
  for (const nxs_argument& value : GetParam().values) {
    const std::vector<nxs_argument> arguments = {bufferArgument(result.get()), value};
    run(stream.get(), {launchCommand(store, one, one, arguments)});
    const auto bytes = read(result.get(), value.size);
    EXPECT_EQ(std::memcmp(bytes.data(), value.value.scalar, value.size), 0);
  }
}

struct Four {
  std::uint32_t part[4];
};

INSTANTIATE_TEST_SUITE_P(Launch, LaunchScalar,
                         testing::Values(Scalar{"bool", {scalarArgument(true), scalarArgument(false)}},
                                         integers<std::int8_t>("int8"), integers<std::int16_t>("int16"),
                                         integers<std::int32_t>("int32"), integers<std::int64_t>("int64"),
                                         integers<std::uint8_t>("uint8"), integers<std::uint16_t>("uint16"),
                                         integers<std::uint32_t>("uint32"), integers<std::uint64_t>("uint64"),
                                         reals<float>("float32"), reals<double>("float64"),
                                         Scalar{"16_bytes", {scalarArgument(Four{{1, 2, 3, 0xffffffffu}})}}),
                         [](const auto& info) { return std::string(info.param.type); });

TEST_F(Launch, TakesScalarsOfDifferentSizesBesideBuffers) {
  nxs_kernel* const store = kernel("store_mixed");
  ASSERT_NE(store, nullptr);
  const auto result = createBuffer(48), more = bufferOf(std::vector<std::int64_t>{-7});
  const auto stream = createStream();
  const std::vector<nxs_argument> arguments = {scalarArgument(std::int8_t{-1}),
                                               bufferArgument(result.get()),
                                               scalarArgument(1e15),
                                               scalarArgument(std::uint16_t{65'535}),
                                               bufferArgument(more.get()),
                                               scalarArgument(Four{{1, 2, 3, 4}}),
                                               scalarArgument(-5.5f)};
  run(stream.get(), {launchCommand(store, one, one, arguments)});
  EXPECT_EQ(readAs<std::int64_t>(result.get(), 6), (std::vector<std::int64_t>{-1, 1'000'000'000'000'000, 65'535, -7, 4, -5}));
}

TEST_F(Launch, TakesManyArguments) {
  nxs_kernel* const sum = kernel("sum_20");
  ASSERT_NE(sum, nullptr);
  const auto result = createBuffer(8);
  const auto stream = createStream();
  std::vector<nxs_argument> arguments = {bufferArgument(result.get())};
  std::int64_t expected = 0;
  for (std::int32_t k = 1; k <= 20; ++k) {
    arguments.push_back(scalarArgument(k * 1'000 - 3));
    expected += std::int64_t{k * 1'000 - 3} * k;
  }
  run(stream.get(), {launchCommand(sum, one, one, arguments)});
  EXPECT_EQ(readAs<std::int64_t>(result.get(), 1)[0], expected);
}

TEST_F(Launch, TakesNoArguments) {
  nxs_kernel* const noop = kernel("noop");
  ASSERT_NE(noop, nullptr);
  const auto stream = createStream();
  run(stream.get(), {launchCommand(noop, {10, 2, 3}, {4, 5, 1}, {})});
}

TEST_F(Launch, StartsABufferAtItsOffset) {
  nxs_kernel* const store = kernel("store_uint32");
  ASSERT_NE(store, nullptr);
  const auto result = bufferOf(std::vector<std::uint32_t>(100, 7));
  const auto stream = createStream();
  std::vector<std::uint32_t> expected(100, 7);
  for (const std::uint32_t index : {0u, 1u, 50u, 99u}) {
    const std::vector<nxs_argument> arguments = {bufferArgument(result.get(), 4 * index), scalarArgument(1000 + index)};
    run(stream.get(), {launchCommand(store, one, one, arguments)});
    expected[index] = 1000 + index;
  }
  EXPECT_EQ(readAs<std::uint32_t>(result.get(), 100), expected);
}

TEST_F(Launch, CopiesItsArgumentsWhenSubmitted) {
  nxs_kernel* const store = kernel("store_uint64");
  ASSERT_NE(store, nullptr);
  const auto gate = createEvent();
  const auto result = createBuffer(8);
  const auto stream = createStream();
  std::vector<nxs_argument> arguments = {bufferArgument(result.get()), scalarArgument(std::uint64_t{11})};
  std::vector<nxs_command> commands = {waitCommand(gate.get(), 1), launchCommand(store, one, one, arguments)};
  ASSERT_OK(submit(stream.get(), commands).status);
  std::fill(arguments.begin(), arguments.end(), nxs_argument{});
  std::fill(commands.begin(), commands.end(), nxs_command{});
  ASSERT_OK(table().event_signal(gate.get(), 1));
  finish(stream.get());
  EXPECT_EQ(readAs<std::uint64_t>(result.get(), 1)[0], 11u);
}

TEST_F(Launch, TakesTheSameBufferTwice) {
  nxs_kernel* const multiplyAdd = kernel("multiply_add");
  ASSERT_NE(multiplyAdd, nullptr);
  const auto buffer = bufferOf(std::vector<std::uint32_t>(1000, 3));
  const auto stream = createStream();
  const std::vector<nxs_argument> arguments = {bufferArgument(buffer.get()), bufferArgument(buffer.get(), 2000), scalarArgument(2u),
                                               scalarArgument(std::uint64_t{500})};
  run(stream.get(), {launchCommand(multiplyAdd, {10, 1, 1}, {50, 1, 1}, arguments)});
  std::vector<std::uint32_t> expected(1000, 3);
  std::fill(expected.begin() + 500, expected.end(), 9);
  EXPECT_EQ(readAs<std::uint32_t>(buffer.get(), 1000), expected);
}

// ---------------------------------------------------------------- order

class LaunchOrder : public Launch {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    step = kernel("advance");
    ASSERT_NE(step, nullptr);
  }
  /// value = value * factor + summand
  std::vector<nxs_argument> stepArguments(nxs_buffer* value, std::uint64_t factor, std::uint64_t summand) const {
    return {bufferArgument(value), scalarArgument(factor), scalarArgument(summand)};
  }
  nxs_kernel* step = nullptr;
};

TEST_F(LaunchOrder, IsThatOfTheStream) {
  const auto value = bufferOf(std::vector<std::uint64_t>{1});
  const auto stream = createStream();
  std::uint64_t expected = 1;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const auto arguments = stepArguments(value.get(), 2 * i + 3, i);
    ASSERT_OK(submit(stream.get(), {launchCommand(step, one, one, arguments)}, i % 7 == 0 ? NXS_SUBMIT_INLINE : 0).status);
    expected = expected * (2 * i + 3) + i;
  }
  finish(stream.get());
  EXPECT_EQ(readAs<std::uint64_t>(value.get(), 1)[0], expected);
}

TEST_F(LaunchOrder, HoldsWithinOneCall) {
  const auto value = bufferOf(std::vector<std::uint64_t>{1});
  const auto stream = createStream();
  std::vector<std::vector<nxs_argument>> arguments;
  for (std::uint64_t i = 0; i < 300; ++i) arguments.push_back(stepArguments(value.get(), i + 2, i));
  std::vector<nxs_command> commands;
  std::uint64_t expected = 1;
  for (std::uint64_t i = 0; i < 300; ++i) {
    commands.push_back(launchCommand(step, one, one, arguments[i]));
    expected = expected * (i + 2) + i;
  }
  ASSERT_OK(submit(stream.get(), commands).status);
  finish(stream.get());
  EXPECT_EQ(readAs<std::uint64_t>(value.get(), 1)[0], expected);
}

TEST_F(LaunchOrder, HoldsBetweenLaunchesFillsAndCopies) {
  const auto value = createBuffer(8), other = createBuffer(8);
  const auto stream = createStream();
  std::vector<std::uint64_t> out(200);
  for (std::uint64_t i = 0; i < out.size(); ++i) {
    const auto arguments = stepArguments(value.get(), 10, 7);
    ASSERT_OK(submit(stream.get(), {fillCommand(value.get(), 0, 8, i), launchCommand(step, one, one, arguments),
                                    moveCommand(other.get(), 0, value.get(), 0, 8), readCommand(&out[i], other.get(), 0, 8)})
                  .status);
  }
  finish(stream.get());
  for (std::uint64_t i = 0; i < out.size(); ++i) ASSERT_EQ(out[i], i * 10 + 7);
}

TEST_F(LaunchOrder, HoldsBehindSlowWork) {
  nxs_kernel* const delay = kernel("delay");
  ASSERT_NE(delay, nullptr);
  const auto slow = bufferOf(std::vector<std::uint32_t>{0}), value = bufferOf(std::vector<std::uint64_t>{1});
  const auto stream = createStream();
  std::uint64_t out = 0;
  const std::vector<nxs_argument> delayArguments = {bufferArgument(slow.get()), scalarArgument(3'000'000u)};
  const auto arguments = stepArguments(value.get(), 5, 1);
  ASSERT_OK(submit(stream.get(), {launchCommand(delay, one, one, delayArguments)}).status);
  ASSERT_OK(submit(stream.get(), {launchCommand(step, one, one, arguments)}).status);
  ASSERT_OK(submit(stream.get(), {readCommand(&out, value.get(), 0, 8)}).status);
  finish(stream.get());
  EXPECT_EQ(out, 6u);
}

TEST_F(LaunchOrder, LeadsThroughEvents) {
  const auto event = createEvent();
  const auto value = bufferOf(std::vector<std::uint64_t>{1});
  const Owned<nxs_stream> streams[] = {createStream(), createStream(), createStream()};
  std::uint64_t expected = 1;
  for (std::uint64_t i = 0; i < 150; ++i) {
    const auto arguments = stepArguments(value.get(), i + 2, i);
    ASSERT_OK(submit(streams[i % 3].get(),
                     {waitCommand(event.get(), i), launchCommand(step, one, one, arguments), signalCommand(event.get(), i + 1)})
                  .status);
    expected = expected * (i + 2) + i;
  }
  ASSERT_OK(table().event_wait(event.get(), 150, patience));
  EXPECT_EQ(readAs<std::uint64_t>(value.get(), 1)[0], expected);
}

TEST_F(LaunchOrder, IsKeptWhenSeveralThreadsUseOneStream) {
  const auto value = bufferOf(std::vector<std::uint64_t>{0});
  const auto stream = createStream();
  onThreads([&](int) {
    const auto arguments = stepArguments(value.get(), 1, 1);
    for (int i = 0; i < 500; ++i) EXPECT_OK(submit(stream.get(), {launchCommand(step, one, one, arguments)}).status);
  });
  finish(stream.get());
  EXPECT_EQ(readAs<std::uint64_t>(value.get(), 1)[0], 500u * threadCount) << "two launches of one stream ran at once";
}

TEST_F(LaunchOrder, IsKeptOnAStreamForEachThread) {
  onThreads([&](int) {
    const auto value = createBuffer(8);
    const auto stream = createStream();
    std::uint64_t expected = 1, out = 0;
    ASSERT_OK(submit(stream.get(), {fillCommand(value.get(), 0, 8, std::uint64_t{1})}).status);
    for (std::uint64_t i = 0; i < 300; ++i) {
      const auto arguments = stepArguments(value.get(), i + 2, i);
      ASSERT_OK(submit(stream.get(), {launchCommand(step, one, one, arguments)}).status);
      expected = expected * (i + 2) + i;
    }
    run(stream.get(), {readCommand(&out, value.get(), 0, 8)});
    EXPECT_EQ(out, expected);
  });
}

TEST_F(Launch, OfMuchWorkFromSeveralThreads) {
  nxs_kernel* const multiplyAdd = kernel("multiply_add");
  ASSERT_NE(multiplyAdd, nullptr);
  constexpr std::uint32_t n = 100'003;
  onThreads([&](int thread) {
    const auto x = createBuffer(4 * n), y = createBuffer(4 * n);
    const auto stream = createStream();
    std::vector<std::uint32_t> out(n);
    const auto a = static_cast<std::uint32_t>(thread + 2);
    const std::vector<nxs_argument> arguments = {bufferArgument(x.get()), bufferArgument(y.get()), scalarArgument(a),
                                                 scalarArgument(std::uint64_t{n})};
    run(stream.get(),
        {fillCommand(x.get(), 0, 4 * n, 3u), fillCommand(y.get(), 0, 4 * n, 5u),
         launchCommand(multiplyAdd, {(n + 63) / 64, 1, 1}, {64, 1, 1}, arguments), readCommand(out.data(), y.get(), 0, 4 * n)});
    EXPECT_TRUE(out == std::vector<std::uint32_t>(n, 5 + 3 * a));
  });
}

// ---------------------------------------------------------------- shared memory and barriers

TEST_F(Launch, GivesEachBlockItsSharedMemory) {
  nxs_kernel* const sum = kernel("static_shared");
  ASSERT_NE(sum, nullptr);
  const auto result = createBuffer(4 * 300);
  const auto stream = createStream();
  const std::vector<nxs_argument> arguments = {bufferArgument(result.get())};
  run(stream.get(), {launchCommand(sum, {300, 1, 1}, one, arguments)});
  EXPECT_EQ(readAs<std::uint32_t>(result.get(), 300), std::vector<std::uint32_t>(300, 63 * 64 / 2));
}

class LaunchShared : public Launch, public testing::WithParamInterface<std::uint32_t> {};

TEST_P(LaunchShared, MemoryHasTheSizeOfTheLaunch) {
  nxs_kernel* const sum = kernel("dynamic_shared");
  ASSERT_NE(sum, nullptr);
  const auto limit = intProperty(NXS_PROPERTY_MaxSharedMemoryPerBlock);
  const std::uint32_t count = GetParam();
  if (limit && count * 4 > *limit) GTEST_SKIP() << "the device reports a lower MaxSharedMemoryPerBlock";
  const auto result = createBuffer(4 * 100);
  const auto stream = createStream();
  const std::vector<nxs_argument> arguments = {bufferArgument(result.get()), scalarArgument(count)};
  run(stream.get(), {launchCommand(sum, {100, 1, 1}, one, arguments, 4 * count)});
  std::vector<std::uint32_t> expected(100);
  for (std::uint32_t block = 0; block < 100; ++block)
    expected[block] = count * block + static_cast<std::uint32_t>(std::uint64_t{count} * (count - 1) / 2);
  EXPECT_EQ(readAs<std::uint32_t>(result.get(), 100), expected);
}

INSTANTIATE_TEST_SUITE_P(Launch, LaunchShared, testing::Values(1u, 3u, 64u, 1000u, 4096u, 12'000u, 16'000u),
                         [](const auto& info) { return std::to_string(4 * info.param) + "Bytes"; });

class BarrierTest : public Launch {
 protected:
  /// Runs a launch of a kernel with barriers; false if the plugin does not support it, with its reason in `refusal`.
  bool runsWithBarriers(nxs_stream* stream, const nxs_command& command) {
    reportedError() = {};
    nxs_status status = submit(stream, {command}).status;
    if (status == NXS_SUCCESS) status = table().stream_synchronize(stream, patience);
    refusal = reportedError().message;
    if (status == NXS_UNSUPPORTED && !refusal.empty()) return false;
    EXPECT_OK(status);
    return true;
  }
  std::string refusal;
};

class LaunchBarrier : public BarrierTest, public testing::WithParamInterface<Shape> {};

TEST_P(LaunchBarrier, LetsItemsMeet) {
  const auto& [grid, block] = GetParam();
  nxs_kernel* const reverse = kernel("reverse_block");
  ASSERT_NE(reverse, nullptr);
  if (!isWithinLimits(grid, block)) GTEST_SKIP() << "the device reports a lower limit of grid or block";
  const std::uint64_t perBlock = volume(block), items = volume(grid) * perBlock;
  std::vector<std::uint32_t> values(items), expected(items);
  for (std::uint64_t i = 0; i < items; ++i) values[i] = static_cast<std::uint32_t>(i * 7 + 1);
  for (std::uint64_t i = 0; i < items; ++i) expected[i] = values[i / perBlock * perBlock + perBlock - 1 - i % perBlock];
  const auto input = bufferOf(values), result = createBuffer(4 * items);
  const auto stream = createStream();
  const std::vector<nxs_argument> arguments = {bufferArgument(input.get()), bufferArgument(result.get())};
  if (!runsWithBarriers(stream.get(), launchCommand(reverse, grid, block, arguments, 4 * perBlock)))
    GTEST_SKIP() << "a launch with barriers: " << refusal;
  EXPECT_TRUE(readAs<std::uint32_t>(result.get(), items) == expected);
}

INSTANTIATE_TEST_SUITE_P(Barrier, LaunchBarrier,
                         testing::Values(Shape{one, one}, Shape{one, {2, 1, 1}}, Shape{{5, 1, 1}, {64, 1, 1}},
                                         Shape{{3, 2, 2}, {4, 4, 4}}, Shape{{2, 1, 1}, {3, 5, 7}}, Shape{{20, 1, 1}, {256, 1, 1}},
                                         Shape{{2, 3, 1}, {1, 1, 32}}, Shape{{2, 1, 1}, {1024, 1, 1}},
                                         Shape{{200, 1, 1}, {32, 1, 1}}),
                         shapeName);

class BarrierRounds : public BarrierTest, public testing::WithParamInterface<std::uint32_t> {};

TEST_P(BarrierRounds, KeepItemsInStep) {
  nxs_kernel* const rotate = kernel("rotate_often");
  ASSERT_NE(rotate, nullptr);
  const auto result = createBuffer(4 * 32 * 4);
  const auto stream = createStream();
  const std::vector<nxs_argument> arguments = {bufferArgument(result.get()), scalarArgument(GetParam())};
  if (!runsWithBarriers(stream.get(), launchCommand(rotate, {4, 1, 1}, {32, 1, 1}, arguments)))
    GTEST_SKIP() << "a launch with barriers: " << refusal;
  std::vector<std::uint32_t> expected(4 * 32);
  for (std::uint32_t i = 0; i < expected.size(); ++i) expected[i] = (i % 32 + GetParam()) % 32;
  EXPECT_EQ(readAs<std::uint32_t>(result.get(), 4 * 32), expected);
}

INSTANTIATE_TEST_SUITE_P(Barrier, BarrierRounds, testing::Values(0u, 1u, 2u, 31u, 500u),
                         [](const auto& info) { return std::to_string(info.param); });

// ---------------------------------------------------------------- kernels that fail

class LaunchFailure : public Launch {
 protected:
  void SetUp() override {
    KernelTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    const nxs_status status = table().library_kernel(library.get(), "fails", &failing);
    if (status == NXS_NOT_FOUND) GTEST_SKIP() << "the plugin finds no kernel 'fails' in the kernels";
    ASSERT_OK(status);
  }
  nxs_command failingLaunch(const Size3& grid = {1, 1, 1}) const { return launchCommand(failing, grid, one, arguments); }

  nxs_kernel* failing = nullptr;
  const std::vector<nxs_argument> arguments = {scalarArgument(std::int32_t{4711})};
};

TEST_F(LaunchFailure, IsReportedWithTheReasonAndEndsThere) {
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {failingLaunch()}).status);
  EXPECT_TRUE(failsWith(NXS_LAUNCH_FAILED, [&] { return table().stream_synchronize(stream.get(), patience); }));
  EXPECT_NE(reportedError().message.find("4711"), std::string::npos) << reportedError().message;
  EXPECT_OK(table().stream_synchronize(stream.get(), patience));
}

TEST_F(LaunchFailure, IsReportedEveryTime) {
  const auto stream = createStream();
  // Also when the plugin knows from earlier launches that the kernel is short.
  for (int i = 0; i < 50; ++i) {
    ASSERT_OK(submit(stream.get(), {failingLaunch()}).status);
    ASSERT_TRUE(failsWith(NXS_LAUNCH_FAILED, [&] { return table().stream_synchronize(stream.get(), patience); })) << i;
  }
}

TEST_F(LaunchFailure, OfManyBlocksIsReportedOnce) {
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {failingLaunch({1000, 1, 1})}).status);
  EXPECT_TRUE(failsWith(NXS_LAUNCH_FAILED, [&] { return table().stream_synchronize(stream.get(), patience); }));
  EXPECT_OK(table().stream_synchronize(stream.get(), patience));
}

TEST_F(LaunchFailure, SkipsWhatFollowsAndFailsItsEvents) {
  const auto event = createEvent();
  const auto value = bufferOf(std::vector<std::uint32_t>{1});
  HostCallRecord call;
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {failingLaunch(), fillCommand(value.get(), 0, 4, 2u), signalCommand(event.get(), 1),
                                  hostCallCommand(call.call())})
                .status);
  EXPECT_TRUE(failsWith(NXS_LAUNCH_FAILED, [&] { return table().event_wait(event.get(), 1, patience); }));
  ASSERT_TRUE(call.waitForCalls(1));
  EXPECT_EQ(call.statuses(), std::vector<nxs_status>{NXS_LAUNCH_FAILED});
  EXPECT_TRUE(failsWith(NXS_LAUNCH_FAILED, [&] { return table().stream_synchronize(stream.get(), patience); }));
  EXPECT_EQ(readAs<std::uint32_t>(value.get(), 1)[0], 1u);
}

TEST_F(LaunchFailure, IsReturnedByAnInlineSubmission) {
  const auto event = createEvent();
  const auto stream = createStream();
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(failsWith(NXS_LAUNCH_FAILED, [&] {
      const Submission submission = submit(stream.get(), {failingLaunch()}, NXS_SUBMIT_INLINE);
      return submission.status != NXS_SUCCESS ? submission.status : table().stream_synchronize(stream.get(), patience);
    }));
    EXPECT_OK(table().stream_synchronize(stream.get(), patience));
  }
  EXPECT_TRUE(failsWith(NXS_LAUNCH_FAILED, [&] {
    const Submission submission = submit(stream.get(), {failingLaunch(), signalCommand(event.get(), 1)}, NXS_SUBMIT_INLINE);
    return submission.status != NXS_SUCCESS ? submission.status : table().stream_synchronize(stream.get(), patience);
  }));
  EXPECT_TRUE(failsWith(NXS_LAUNCH_FAILED, [&] { return table().event_wait(event.get(), 1, aMoment); }));
}

TEST_F(LaunchFailure, LeavesOtherStreamsAlone) {
  const auto value = createBuffer(4);
  const auto bad = createStream(), good = createStream();
  ASSERT_OK(submit(bad.get(), {failingLaunch()}).status);
  run(good.get(), {fillCommand(value.get(), 0, 4, 6u)});
  EXPECT_TRUE(failsWith(NXS_LAUNCH_FAILED, [&] { return table().stream_synchronize(bad.get(), patience); }));
}

}  // namespace
}  // namespace nexus::conformance
