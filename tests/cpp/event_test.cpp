// Events: timelines on which host and streams meet.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

namespace {

using nexus::InvalidArgumentError;

class Events : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
  const nexus::Event event = device.createEvent();
  const nexus::Stream stream = device.createStream(), other = device.createStream();
  const nexus::Kernel store = loadKernel(device, "order", "store");
  const nexus::Buffer result = zeros<std::int32_t>(device, 1);
};

TEST_F(Events, StartWhereTheyAreToldAndOnlyGrow) {
  EXPECT_EQ(event.getValue(), 0u);
  EXPECT_TRUE(event.getDevice() == device);
  const nexus::Event late = device.createEvent(41);
  EXPECT_EQ(late.getValue(), 41u);
  late.signal(42);
  late.signal(1'000'000'000'000);
  EXPECT_EQ(late.getValue(), 1'000'000'000'000u);
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{42}, std::uint64_t{1'000'000'000'000}})
    EXPECT_TRUE(throws<InvalidArgumentError>([&] { late.signal(value); },
                                             {"to " + std::to_string(value), "at 1000000000000", "only grows"}));
  late.signal(std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRUE(late.wait(std::numeric_limits<std::uint64_t>::max(), 0));
}

TEST_F(Events, AWaitForWhatIsReachedReturnsAtOnce) {
  event.signal(5);
  EXPECT_TRUE(event.wait(0, 0));
  EXPECT_TRUE(event.wait(4));
  EXPECT_TRUE(event.wait(5));
}

TEST_F(Events, AWaitWithATimeoutReturnsFalse) {
  EXPECT_FALSE(event.wait(1, 0));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(event.wait(1, 0.02));
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(20));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { event.wait(1, -0.5); }, {"timeout is -0.5"}));
}

TEST_F(Events, HostToHost) {
  std::jthread signaller([&] { event.signal(1); });
  EXPECT_TRUE(event.wait(1, patience));
  EXPECT_EQ(event.getValue(), 1u);
}

TEST_F(Events, AllWhoWaitForAReachedValueGoOn) {
  std::vector<std::jthread> waiters;
  std::atomic<int> done = 0;
  for (std::uint64_t value = 1; value <= 4; ++value)
    waiters.emplace_back([&, value] {
      EXPECT_TRUE(event.wait(value, patience));
      ++done;
    });
  event.signal(3);
  EXPECT_TRUE(eventually([&] { return done == 3; }));
  event.signal(4);
  waiters.clear();
  EXPECT_EQ(done, 4);
}

TEST_F(Events, HostToStream) {
  stream.wait(event, 2);
  store.launch({1}, {1}, {result, 7}, onStream(stream));
  event.signal(1);
  EXPECT_FALSE(stream.synchronize(0.01));
  EXPECT_EQ(peek<std::int32_t>(result), 0);
  event.signal(3);
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_EQ(peek<std::int32_t>(result), 7);
}

TEST_F(Events, StreamToHost) {
  store.launch({1}, {1}, {result, 7}, onStream(stream));
  stream.signal(event, 1);
  EXPECT_TRUE(event.wait(1, patience));
  EXPECT_EQ(peek<std::int32_t>(result), 7);
  // With a kernel whose cost is known by now.
  store.launch({1}, {1}, {result, 8}, onStream(stream));
  stream.signal(event, 2);
  EXPECT_TRUE(event.wait(2, patience));
  EXPECT_EQ(peek<std::int32_t>(result), 8);
}

TEST_F(Events, StreamToStreamAndBack) {
  const nexus::Event answer = device.createEvent();
  const nexus::Kernel append = loadKernel(device, "order", "append");
  const nexus::Buffer list = zeros<std::uint32_t>(device, 201);
  for (std::uint32_t i = 1; i <= 100; ++i) {
    append.launch({1}, {1}, {list, 2 * i - 1}, onStream(stream));
    stream.signal(event, i);
    other.wait(event, i);
    append.launch({1}, {1}, {list, 2 * i}, onStream(other));
    other.signal(answer, i);
    stream.wait(answer, i);
  }
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_TRUE(answer.wait(100, patience));
  const auto values = contents<std::uint32_t>(list);
  for (std::uint32_t i = 1; i <= 200; ++i) ASSERT_EQ(values[i], i);
}

TEST_F(Events, AStreamMayWaitBeforeAnyoneHasSubmittedTheSignal) {
  stream.wait(event, 1);
  store.launch({1}, {1}, {result, 7}, onStream(stream));
  std::jthread submitter([&] { other.signal(event, 1); });
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_EQ(peek<std::int32_t>(result), 7);
}

TEST_F(Events, ASignalOfAStreamThatDoesNotGrowMakesItFail) {
  event.signal(5);
  stream.signal(event, 5);
  store.launch({1}, {1}, {result, 7}, onStream(stream));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { stream.synchronize(); }, {"at 5", "only grows"}));
  EXPECT_EQ(peek<std::int32_t>(result), 0);
  EXPECT_EQ(event.getValue(), 5u) << "the event itself has not failed";
}

TEST_F(Events, AnInterruptEndsAWait) {
  nexus::setInterruptCheck([] { return true; });
  EXPECT_THROW(event.wait(1), nexus::Interrupted);
  nexus::setInterruptCheck(nullptr);
  event.signal(1);
  EXPECT_TRUE(event.wait(1));
}

}  // namespace
