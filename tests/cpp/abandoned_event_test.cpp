// An event that nothing can raise any more: what waits for it fails and is given back.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

namespace {

using nexus::LaunchFailedError;

/// The device of the event: the one of the streams, for which the plugin waits, or another one, for which the core does.
class AbandonedEvent : public testing::TestWithParam<bool> {
 protected:
  const nexus::Device device = cpuDevice();
  nexus::Device home = GetParam() ? anotherCpuDevice() : device;
  nexus::Event event = home.createEvent(5);
  nexus::Stream stream = device.createStream();
  const nexus::Kernel store = loadKernel(device, "order", "store");
  const nexus::Buffer result = zeros<std::int32_t>(device, 1);

  void expectAbandoned() {
    EXPECT_TRUE(throws<LaunchFailedError>([&] { stream.synchronize(patience); },
                                          {"every handle of the event was dropped", "keep the event"}));
  }
};

TEST_P(AbandonedEvent, FailsTheWaitsForIt) {
  stream.wait(event, 6);
  store.launch({1}, {1}, {result, 7}, onStream(stream));
  EXPECT_FALSE(stream.query());
  event = {};
  expectAbandoned();
  EXPECT_EQ(peek<std::int32_t>(result), 0) << "what is behind a failed wait is skipped";
  store.launch({1}, {1}, {result, 8}, onStream(stream));
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_EQ(peek<std::int32_t>(result), 8);
}

TEST_P(AbandonedEvent, FailsTheEventsBehindIt) {
  const nexus::Event behind = device.createEvent(), far = home.createEvent();
  stream.wait(event, 6);
  stream.signal(behind, 1);
  stream.signal(far, 1);
  event = {};
  EXPECT_TRUE(throws<LaunchFailedError>([&] { behind.wait(1, patience); }, {"event"}));
  EXPECT_TRUE(throws<LaunchFailedError>([&] { far.wait(1, patience); }, {"event"}));
}

TEST_P(AbandonedEvent, GivesBackWhatWasParked) {
  std::atomic<int> releases = 0;
  std::vector<std::int32_t> values = {0};
  {
    nexus::Device own = anotherCpuDevice();
    nexus::Event ownEvent = GetParam() ? home.createEvent() : own.createEvent();
    nexus::Stream parked = own.createStream();
    const nexus::Buffer buffer = own.wrap(values, [&] { ++releases; });
    parked.wait(ownEvent, 1);
    loadKernel(own, "order", "store").launch({1}, {1}, {buffer, 3}, onStream(parked));
    parked = {};
    own = {};
    ownEvent = {};
  }
  EXPECT_TRUE(eventually([&] { return releases == 1; }));
  EXPECT_EQ(values[0], 0);
}

TEST_P(AbandonedEvent, IsNoneWhileASignalIsOnItsWay) {
  const nexus::Event gate = device.createEvent();
  const nexus::Stream signalling = device.createStream();
  signalling.wait(gate, 1);
  signalling.signal(event, 6);
  stream.wait(event, 6);
  store.launch({1}, {1}, {result, 7}, onStream(stream));
  event = {};
  gate.signal(1);
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_EQ(peek<std::int32_t>(result), 7);
}

TEST_P(AbandonedEvent, HasOneFateForEachValue) {
  const nexus::Stream later = device.createStream();
  const nexus::Stream signalling = device.createStream();
  const nexus::Event gate = device.createEvent();
  signalling.wait(gate, 1);
  signalling.signal(event, 6);
  stream.wait(event, 6);
  later.wait(event, 7);
  event = {};
  gate.signal(1);
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_TRUE(throws<LaunchFailedError>([&] { later.synchronize(patience); }, {"every handle of the event was dropped"}));
}

TEST_P(AbandonedEvent, KeepsWhatItHasReached) {
  const nexus::Schedule schedule = device.createSchedule();
  schedule.createWaitCommand(event, 5);
  schedule.createCommand(store, {result, 7}, {1}, {1});
  event = {};
  schedule.run();
  EXPECT_EQ(peek<std::int32_t>(result), 7);
}

TEST_P(AbandonedEvent, FailsTheRunsOfAScheduleThatWaits) {
  const nexus::Schedule schedule = device.createSchedule();
  schedule.createWaitCommand(event, 6);
  schedule.createCommand(store, {result, 7}, {1}, {1});
  schedule.run(stream, false);
  event = {};
  expectAbandoned();
  schedule.run(stream, false);
  expectAbandoned();
  EXPECT_EQ(peek<std::int32_t>(result), 0);
}

TEST_P(AbandonedEvent, IsNoneWhileAScheduleCanSignalIt) {
  const nexus::Schedule schedule = device.createSchedule();
  schedule.createSignalCommand(event, 6);
  stream.wait(event, 6);
  event = {};
  EXPECT_FALSE(stream.synchronize(0.01));
  schedule.run();
  EXPECT_TRUE(stream.synchronize(patience));
}

INSTANTIATE_TEST_SUITE_P(On, AbandonedEvent, testing::Bool(),
                         [](const auto& info) { return info.param ? "AnotherDevice" : "TheSameDevice"; });

}  // namespace
