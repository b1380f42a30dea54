// Two devices that meet: events of one in the streams of the other, and copies between them.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

namespace {

using nexus::LaunchFailedError;

class CrossDevice : public testing::Test {
 protected:
  const nexus::Device near = cpuDevice(), far = anotherCpuDevice();
  const nexus::Stream nearStream = near.createStream(), farStream = far.createStream();
  const nexus::Event nearEvent = near.createEvent(), farEvent = far.createEvent();
  const nexus::Kernel append = loadKernel(near, "order", "append"), farAppend = loadKernel(far, "order", "append"),
                      farThrows = loadKernel(far, "basic", "throws");
  const nexus::Buffer list = zeros<std::uint32_t>(near, 1001);

  std::vector<std::uint32_t> listed() const {
    const std::vector<std::uint32_t> values = contents<std::uint32_t>(list);
    return {values.begin() + 1, values.begin() + 1 + values[0]};
  }
};

TEST_F(CrossDevice, AStreamWaitsForAnEventOfTheOther) {
  nearStream.wait(farEvent, 2);
  append.launch({1}, {1}, {list, 1}, onStream(nearStream));
  EXPECT_FALSE(nearStream.query());
  farStream.signal(farEvent, 1);
  EXPECT_TRUE(farEvent.wait(1, patience));
  EXPECT_FALSE(nearStream.synchronize(0.01));
  EXPECT_EQ(listed(), std::vector<std::uint32_t>{});
  farStream.signal(farEvent, 2);
  EXPECT_TRUE(nearStream.synchronize(patience));
  EXPECT_EQ(listed(), std::vector<std::uint32_t>{1});
  EXPECT_TRUE(nearStream.query());
}

TEST_F(CrossDevice, AStreamSignalsAnEventOfTheOther) {
  append.launch({1}, {1}, {list, 1}, onStream(nearStream));
  nearStream.signal(farEvent, 4);
  EXPECT_TRUE(farEvent.wait(4, patience));
  EXPECT_EQ(peek<std::uint32_t>(list), 1u);
}

TEST_F(CrossDevice, AWaitForWhatIsReachedHoldsNothing) {
  farEvent.signal(3);
  nearStream.wait(farEvent, 3);
  EXPECT_TRUE(nearStream.query());
}

TEST_F(CrossDevice, PingPong) {
  const nexus::Buffer farList = far.wrap(nexus::ArrayView(list.getHostPointer(), nexus::DType::UInt32, {1001}));
  for (std::uint32_t i = 1; i <= 200; ++i) {
    append.launch({1}, {1}, {list, 2 * i - 1}, onStream(nearStream));
    nearStream.signal(nearEvent, i);
    farStream.wait(nearEvent, i);
    farAppend.launch({1}, {1}, {farList, 2 * i}, onStream(farStream));
    farStream.signal(farEvent, i);
    nearStream.wait(farEvent, i);
  }
  EXPECT_TRUE(nearStream.synchronize(patience));
  EXPECT_TRUE(farStream.synchronize(patience));
  const std::vector<std::uint32_t> order = listed();
  ASSERT_EQ(order.size(), 400u);
  for (std::uint32_t i = 0; i < 400; ++i) ASSERT_EQ(order[i], i + 1);
}

TEST_F(CrossDevice, WorkBehindAWaitKeepsItsOrder) {
  nearStream.wait(farEvent, 1);
  for (std::uint32_t i = 1; i <= 900; ++i) append.launch({1}, {1}, {list, i}, onStream(nearStream));
  std::jthread signaller([&] { farEvent.signal(1); });
  nexus::LaunchOptions options = onStream(nearStream);
  options.blocking = true;
  append.launch({1}, {1}, {list, 901}, options);
  const std::vector<std::uint32_t> order = listed();
  ASSERT_EQ(order.size(), 901u);
  for (std::uint32_t i = 0; i < 901; ++i) ASSERT_EQ(order[i], i + 1);
}

TEST_F(CrossDevice, AScheduleWaitsAndSignals) {
  const nexus::Schedule schedule = near.createSchedule();
  schedule.createCommand(append, {list, 1}, {1}, {1});
  schedule.createWaitCommand(farEvent, 1);
  const nexus::Command second = schedule.createCommand(append, {list, 2}, {1}, {1});
  const nexus::Event answer = far.createEvent();
  schedule.createSignalCommand(answer, 1);
  schedule.run(nearStream, false);
  second.setArg(1, 3);
  EXPECT_FALSE(answer.wait(1, 0.01));
  farStream.signal(farEvent, 1);
  EXPECT_TRUE(answer.wait(1, patience));
  EXPECT_EQ(listed(), (std::vector<std::uint32_t>{1, 2})) << "a run keeps the values that it was given";
}

TEST_F(CrossDevice, AFailureIsPassedOn) {
  farStream.wait(farEvent, 1);
  farThrows.launch({1}, {1}, {7}, onStream(farStream));
  farStream.signal(nearEvent, 1);
  nearStream.wait(nearEvent, 1);
  append.launch({1}, {1}, {list, 1}, onStream(nearStream));
  farEvent.signal(1);
  EXPECT_TRUE(throws<LaunchFailedError>([&] { nearEvent.wait(1, patience); }, {"raise the event to 1", "failed or was skipped"}));
  EXPECT_TRUE(throws<LaunchFailedError>([&] { nearStream.synchronize(); }, {"event"}));
  EXPECT_TRUE(throws<LaunchFailedError>([&] { farStream.synchronize(); }, {"kernel 'throws'"}));
  EXPECT_EQ(listed(), std::vector<std::uint32_t>{});
}

TEST_F(CrossDevice, AFailedEventOfTheOtherFailsWhatIsBehindIt) {
  const nexus::Event start = far.createEvent(), beyond = near.createEvent(), farBeyond = far.createEvent();
  farStream.wait(start, 1);
  farThrows.launch({1}, {1}, {7}, onStream(farStream));
  farStream.signal(farEvent, 1);
  nearStream.wait(farEvent, 1);
  append.launch({1}, {1}, {list, 1}, onStream(nearStream));
  nearStream.signal(beyond, 1);
  nearStream.signal(farBeyond, 1);
  start.signal(1);
  EXPECT_TRUE(throws<LaunchFailedError>([&] { beyond.wait(1, patience); }, {"event"}));
  EXPECT_TRUE(throws<LaunchFailedError>([&] { farBeyond.wait(1, patience); }, {"event"}));
  EXPECT_TRUE(throws<LaunchFailedError>([&] { nearStream.synchronize(); }, {"an event of cpu:0", "failed"}));
  EXPECT_EQ(listed(), std::vector<std::uint32_t>{});
  append.launch({1}, {1}, {list, 2}, onStream(nearStream));
  EXPECT_TRUE(nearStream.synchronize(patience)) << "the failure ended with the wait";
  EXPECT_EQ(listed(), std::vector<std::uint32_t>{2});
}

TEST_F(CrossDevice, WhatIsSubmittedBehindAFailedWaitIsSkippedUntilItIsReported) {
  farStream.wait(farEvent, 1);
  farThrows.launch({1}, {1}, {7}, onStream(farStream));
  farStream.signal(farEvent, 2);
  nearStream.wait(farEvent, 2);
  farEvent.signal(1);
  EXPECT_TRUE(throws<LaunchFailedError>([&] { farEvent.wait(2, patience); }, {"kernel 'throws'"}));
  EXPECT_TRUE(eventually([&] { return nearStream.query(); }));
  append.launch({1}, {1}, {list, 1}, onStream(nearStream));
  EXPECT_TRUE(throws<LaunchFailedError>([&] { nearStream.synchronize(); }, {"an event of cpu:0"}));
  EXPECT_EQ(listed(), std::vector<std::uint32_t>{});
}

TEST_F(CrossDevice, AnEventThatHasFailedAlreadyFailsAWaitForIt) {
  farStream.wait(farEvent, 1);
  farThrows.launch({1}, {1}, {7}, onStream(farStream));
  farStream.signal(farEvent, 2);
  farEvent.signal(1);
  EXPECT_TRUE(throws<LaunchFailedError>([&] { farEvent.wait(2, patience); }, {"kernel 'throws'"}));
  nearStream.wait(farEvent, 2);
  append.launch({1}, {1}, {list, 1}, onStream(nearStream));
  nearStream.wait(farEvent, 3);
  nearStream.signal(nearEvent, 1);
  EXPECT_TRUE(throws<LaunchFailedError>([&] { nearEvent.wait(1, patience); }, {"event"}));
  nexus::LaunchOptions options = onStream(nearStream);
  options.blocking = true;
  EXPECT_TRUE(throws<LaunchFailedError>([&] { append.launch({1}, {1}, {list, 2}, options); }, {"an event of cpu:0"}));
  EXPECT_EQ(listed(), std::vector<std::uint32_t>{});
  EXPECT_TRUE(nearStream.synchronize(patience));
}

TEST_F(CrossDevice, CopiesGoBothWays) {
  const nexus::Buffer farBuffer = far.createBuffer(std::vector<std::int32_t>{1, 2, 3}), nearBuffer = zeros<std::int32_t>(near, 3);
  const nexus::Schedule schedule = near.createSchedule();
  schedule.createCopyCommand(nearBuffer, farBuffer);
  schedule.run();
  EXPECT_EQ(contents<std::int32_t>(nearBuffer), (std::vector<std::int32_t>{1, 2, 3}));
  nearBuffer.fillInt(9);
  const nexus::Schedule back = near.createSchedule();
  back.createCopyCommand(farBuffer, nearBuffer);
  back.run();
  EXPECT_EQ(contents<std::int32_t>(farBuffer), (std::vector<std::int32_t>{9, 9, 9}));
}

TEST_F(CrossDevice, DroppedStreamsStillDoTheirWork) {
  std::vector<std::uint32_t> memory(2);
  std::atomic<int> releases = 0;
  nexus::Event event = anotherCpuDevice().createEvent();
  {
    const nexus::Stream stream = near.createStream();
    stream.wait(event, 1);
    append.launch({1}, {1}, {near.wrap(memory, [&] { ++releases; }), 5}, onStream(stream));
  }
  EXPECT_EQ(releases, 0);
  event.signal(1);
  event = {};
  EXPECT_TRUE(eventually([&] { return releases == 1; }));
  EXPECT_EQ(memory, (std::vector<std::uint32_t>{1, 5}));
}

}  // namespace
