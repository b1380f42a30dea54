// Copies and fills.
#include "device_test.h"

#include <algorithm>
#include <cstring>
#include <tuple>

namespace nexus::conformance {
namespace {

constexpr std::uint64_t mebi = 1 << 20;
using Bytes = std::vector<std::byte>;

struct Span {
  std::uint64_t from, to, size;
};

std::string spanName(const testing::TestParamInfo<Span>& info) {
  const Span& s = info.param;
  return std::to_string(s.size) + "From" + std::to_string(s.from) + "To" + std::to_string(s.to);
}

const auto spans = testing::Values(Span{0, 0, 1}, Span{0, 1, 1}, Span{1, 0, 3}, Span{3, 5, 7}, Span{8, 16, 64}, Span{63, 1, 64},
                                   Span{1, 64, 65}, Span{100, 7, 4096}, Span{4095, 4097, 4099}, Span{13, 17, 65'537},
                                   Span{1, 2, mebi + 1}, Span{4096, 0, 3 * mebi}, Span{7, 9, 20 * mebi + 11});

class CopySpan : public DeviceTest, public testing::WithParamInterface<Span> {
 protected:
  /// Bytes before and behind the span, which must stay as they are.
  static constexpr std::uint64_t margin = 100;
};

TEST_P(CopySpan, FromTheHostToTheDevice) {
  const Span& s = GetParam();
  const Bytes source = someBytes(s.from + s.size, 1), before = someBytes(s.to + s.size + margin, 2);
  const auto buffer = bufferOf(before);
  const auto stream = createStream();
  run(stream.get(), {writeCommand(buffer.get(), s.to, source.data() + s.from, s.size)});
  Bytes expected = before;
  std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(s.from), s.size, expected.begin() + static_cast<std::ptrdiff_t>(s.to));
  EXPECT_TRUE(read(buffer.get(), expected.size()) == expected);
}

TEST_P(CopySpan, FromTheDeviceToTheHost) {
  const Span& s = GetParam();
  const Bytes source = someBytes(s.from + s.size + margin, 3);
  Bytes destination = someBytes(s.to + s.size + margin, 4), expected = destination;
  const auto buffer = bufferOf(source);
  const auto stream = createStream();
  run(stream.get(), {readCommand(destination.data() + s.to, buffer.get(), s.from, s.size)});
  std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(s.from), s.size, expected.begin() + static_cast<std::ptrdiff_t>(s.to));
  EXPECT_TRUE(destination == expected);
}

TEST_P(CopySpan, BetweenBuffers) {
  const Span& s = GetParam();
  const Bytes source = someBytes(s.from + s.size + margin, 5);
  Bytes expected = someBytes(s.to + s.size + margin, 6);
  const auto from = bufferOf(source), to = bufferOf(expected);
  const auto stream = createStream();
  run(stream.get(), {moveCommand(to.get(), s.to, from.get(), s.from, s.size)});
  std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(s.from), s.size, expected.begin() + static_cast<std::ptrdiff_t>(s.to));
  EXPECT_TRUE(read(to.get(), expected.size()) == expected);
  EXPECT_TRUE(read(from.get(), source.size()) == source) << "the source has changed";
}

TEST_P(CopySpan, WithinABuffer) {
  const Span& s = GetParam();
  const std::uint64_t to = s.from + s.size + s.to;
  Bytes expected = someBytes(to + s.size + margin, 7);
  const auto buffer = bufferOf(expected);
  const auto stream = createStream();
  run(stream.get(), {moveCommand(buffer.get(), to, buffer.get(), s.from, s.size)});
  std::copy_n(expected.begin() + static_cast<std::ptrdiff_t>(s.from), s.size, expected.begin() + static_cast<std::ptrdiff_t>(to));
  EXPECT_TRUE(read(buffer.get(), expected.size()) == expected);
}

INSTANTIATE_TEST_SUITE_P(Copy, CopySpan, spans, spanName);

struct FillSpan {
  std::uint64_t offset, patterns;
};

class FillPattern : public DeviceTest, public testing::WithParamInterface<std::tuple<std::uint32_t, FillSpan>> {};

TEST_P(FillPattern, IsRepeated) {
  const auto& [patternSize, span] = GetParam();
  // Not every device fills at an offset that is no multiple of the pattern.
  const std::uint64_t offset = span.offset * patternSize, size = span.patterns * patternSize;
  Bytes expected = someBytes(offset + size + 100, 8);
  const auto buffer = bufferOf(expected);
  const auto stream = createStream();
  nxs_command command = fillCommand(buffer.get(), offset, size, std::uint8_t{0});
  const Bytes pattern = someBytes(patternSize, 9);
  command.as.fill.pattern_size = patternSize;
  std::memcpy(command.as.fill.pattern, pattern.data(), patternSize);
  run(stream.get(), {command});
  for (std::uint64_t i = 0; i < size; ++i) expected[offset + i] = pattern[i % patternSize];
  EXPECT_TRUE(read(buffer.get(), expected.size()) == expected);
}

std::string fillName(const testing::TestParamInfo<FillPattern::ParamType>& info) {
  const auto& [patternSize, span] = info.param;
  return std::to_string(span.patterns) + "Of" + std::to_string(patternSize) + "BytesFrom" + std::to_string(span.offset);
}

INSTANTIATE_TEST_SUITE_P(Fill, FillPattern,
                         testing::Combine(testing::Values(1u, 2u, 4u, 8u, 16u),
                                          testing::Values(FillSpan{0, 1}, FillSpan{1, 1}, FillSpan{0, 3}, FillSpan{3, 65},
                                                          FillSpan{5, 4099}, FillSpan{1, 400'001})),
                         fillName);

using Fill = DeviceTest;

TEST_F(Fill, OfEqualBytes) {
  const auto buffer = bufferOf(someBytes(5'000'000, 10));
  const auto stream = createStream();
  run(stream.get(), {fillCommand(buffer.get(), 0, 5'000'000, std::uint64_t{0})});
  EXPECT_TRUE(read(buffer.get(), 5'000'000) == Bytes(5'000'000));
}

using Copy = DeviceTest;

TEST_F(Copy, ReadsHostMemoryUntilItHasCompleted) {
  const auto gate = createEvent();
  const auto buffer = createBuffer(8);
  const auto stream = createStream();
  std::uint64_t value = 1;
  ASSERT_OK(submit(stream.get(), {waitCommand(gate.get(), 1), writeCommand(buffer.get(), 0, &value, sizeof value)}).status);
  value = 2;
  ASSERT_OK(table().event_signal(gate.get(), 1));
  finish(stream.get());
  EXPECT_EQ(readAs<std::uint64_t>(buffer.get(), 1)[0], 2u) << "the copy ran before its turn";
}

TEST_F(Copy, BorrowsTheCommandsForTheCallOnly) {
  const auto from = bufferOf(someBytes(3000, 11)), to = createBuffer(3000);
  const auto stream = createStream();
  std::vector<nxs_command> commands;
  for (std::uint64_t i = 0; i < 3000; ++i) commands.push_back(moveCommand(to.get(), 2999 - i, from.get(), i, 1));
  ASSERT_OK(submit(stream.get(), commands).status);
  std::fill(commands.begin(), commands.end(), nxs_command{});
  finish(stream.get());
  Bytes expected = someBytes(3000, 11);
  std::reverse(expected.begin(), expected.end());
  EXPECT_TRUE(read(to.get(), 3000) == expected);
}

}  // namespace
}  // namespace nexus::conformance
