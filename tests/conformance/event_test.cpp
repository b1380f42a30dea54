// Events: timelines that the host raises and waits for.
#include "device_test.h"

#include <atomic>
#include <chrono>

namespace nexus::conformance {
namespace {

using Event = DeviceTest;

std::string valueName(const testing::TestParamInfo<std::uint64_t>& info) { return std::to_string(info.param); }

class InitialValue : public DeviceTest, public testing::WithParamInterface<std::uint64_t> {};

TEST_P(InitialValue, IsReachedAndRaised) {
  const std::uint64_t initial = GetParam();
  const auto event = createEvent(initial);
  EXPECT_EQ(valueOf(event.get()), initial);
  EXPECT_OK(table().event_wait(event.get(), initial, 0));
  EXPECT_OK(table().event_wait(event.get(), 0, 0));
  EXPECT_EQ(table().event_wait(event.get(), initial + 1, 0), NXS_TIMEOUT);
  ASSERT_OK(table().event_signal(event.get(), initial + 1));
  EXPECT_EQ(valueOf(event.get()), initial + 1);
  EXPECT_OK(table().event_wait(event.get(), initial + 1, 0));
}

INSTANTIATE_TEST_SUITE_P(Event, InitialValue,
                         testing::Values(0, 1, 5, UINT32_MAX, std::uint64_t{1} << 32, (std::uint64_t{1} << 63) - 1,
                                         std::uint64_t{1} << 63, UINT64_MAX - 1),
                         valueName);

class Timeout : public DeviceTest, public testing::WithParamInterface<std::uint64_t> {};

TEST_P(Timeout, OfAWaitLeavesTheEventUsable) {
  const auto event = createEvent();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(table().event_wait(event.get(), 1, GetParam()), NXS_TIMEOUT);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::nanoseconds(GetParam())) << "it gave up early";
  ASSERT_OK(table().event_signal(event.get(), 1));
  EXPECT_OK(table().event_wait(event.get(), 1, GetParam()));
}

TEST_P(Timeout, OfASynchronizeLeavesTheStreamUsable) {
  const auto gate = createEvent();
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {waitCommand(gate.get(), 1)}).status);
  EXPECT_EQ(table().stream_synchronize(stream.get(), GetParam()), NXS_TIMEOUT);
  ASSERT_OK(table().event_signal(gate.get(), 1));
  EXPECT_OK(table().stream_synchronize(stream.get(), patience));
  EXPECT_OK(table().stream_synchronize(stream.get(), GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Event, Timeout, testing::Values(0, 1, 1000, 1'000'000, 20'000'000),
                         [](const auto& info) { return std::to_string(info.param) + "Nanoseconds"; });

/// Timeouts whose deadline a clock cannot hold.
class LongTimeout : public DeviceTest, public testing::WithParamInterface<std::uint64_t> {};

TEST_P(LongTimeout, EndsWithTheSignal) {
  const auto event = createEvent();
  std::jthread signaller([&] {
    std::this_thread::sleep_for(std::chrono::nanoseconds(aMoment));
    EXPECT_OK(table().event_signal(event.get(), 3));
  });
  EXPECT_OK(table().event_wait(event.get(), 3, GetParam()));
}

TEST_P(LongTimeout, EndsWithTheStream) {
  const auto gate = createEvent();
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {waitCommand(gate.get(), 1)}).status);
  std::jthread signaller([&] {
    std::this_thread::sleep_for(std::chrono::nanoseconds(aMoment));
    EXPECT_OK(table().event_signal(gate.get(), 1));
  });
  EXPECT_OK(table().stream_synchronize(stream.get(), GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Event, LongTimeout,
                         testing::Values(patience, std::uint64_t{INT64_MAX} - 1, std::uint64_t{INT64_MAX}, std::uint64_t{1} << 63,
                                         UINT64_MAX - 1, NXS_FOREVER),
                         valueName);

TEST_F(Event, RefusesWhatDoesNotGrow) {
  const auto event = createEvent(4);
  for (const std::uint64_t value : {4, 3, 0}) {
    EXPECT_TRUE(failsWith(NXS_INVALID_ARGUMENT, [&] { return table().event_signal(event.get(), value); })) << value;
    EXPECT_EQ(valueOf(event.get()), 4u) << "a refused signal changes nothing";
  }
  EXPECT_OK(table().event_signal(event.get(), 5));
}

TEST_F(Event, MayJump) {
  const auto event = createEvent();
  ASSERT_OK(table().event_signal(event.get(), 1000));
  EXPECT_OK(table().event_wait(event.get(), 1, 0));
  EXPECT_OK(table().event_wait(event.get(), 999, 0));
  EXPECT_EQ(table().event_wait(event.get(), 1001, 0), NXS_TIMEOUT);
}

TEST_F(Event, ReleasesManyWaitersByTheirValues) {
  const auto event = createEvent();
  std::atomic<int> released = 0;
  {
    std::vector<std::jthread> waiters;
    for (std::uint64_t value = 1; value <= 16; ++value)
      waiters.emplace_back([&, value] {
        EXPECT_OK(table().event_wait(event.get(), value, patience));
        EXPECT_GE(valueOf(event.get()), value);
        ++released;
      });
    for (std::uint64_t value = 1; value <= 16; value += 3) {
      ASSERT_OK(table().event_signal(event.get(), value));
    }
  }
  EXPECT_EQ(released, 16);
}

TEST_F(Event, OfSeveralThreadsOneRaisesEachValue) {
  const auto event = createEvent();
  std::atomic<int> raised = 0;
  onThreads([&](int) {
    for (std::uint64_t value = 1; value <= 500; ++value) {
      const nxs_status status = table().event_signal(event.get(), value);
      EXPECT_TRUE(status == NXS_SUCCESS || status == NXS_INVALID_ARGUMENT);
      raised += status == NXS_SUCCESS;
    }
  });
  EXPECT_LE(raised, 500);
  EXPECT_EQ(valueOf(event.get()), 500u);
}

TEST_F(Event, ManyAreMadeAndDestroyed) {
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(createEvent(static_cast<std::uint64_t>(i)));
}

TEST_F(Event, NotifiesAtOnceWhatIsReached) {
  const auto event = createEvent(7);
  HostCallRecord record;
  ASSERT_OK(table().event_notify(event.get(), 7, record.call()));
  ASSERT_TRUE(record.waitForCalls(1));
  EXPECT_EQ(record.statuses(), std::vector<nxs_status>{NXS_SUCCESS});
}

TEST_F(Event, NotifiesLater) {
  const auto event = createEvent();
  HostCallRecord record;
  ASSERT_OK(table().event_notify(event.get(), 2, record.call()));
  ASSERT_OK(table().event_signal(event.get(), 1));
  std::this_thread::sleep_for(std::chrono::nanoseconds(aMoment));
  EXPECT_EQ(record.count(), 0u) << "the value is not reached yet";
  ASSERT_OK(table().event_signal(event.get(), 3));
  ASSERT_TRUE(record.waitForCalls(1));
  ASSERT_OK(table().event_signal(event.get(), 4));
  std::this_thread::sleep_for(std::chrono::nanoseconds(aMoment));
  EXPECT_EQ(record.statuses(), std::vector<nxs_status>{NXS_SUCCESS}) << "each call is made once";
}

TEST_F(Event, NotifiesManyTimes) {
  const auto event = createEvent();
  HostCallRecord record;
  for (std::uint64_t i = 0; i < 1000; ++i) ASSERT_OK(table().event_notify(event.get(), 1 + i % 10, record.call()));
  for (std::uint64_t value = 1; value <= 10; ++value) {
    ASSERT_OK(table().event_signal(event.get(), value));
    ASSERT_TRUE(record.waitForCalls(100 * value));
  }
  EXPECT_EQ(record.count(), 1000u);
}

TEST_F(Event, NotifiesOnceWhenThreadsRace) {
  for (int turn = 0; turn < 50; ++turn) {
    const auto event = createEvent();
    HostCallRecord record;
    onThreads([&](int thread) {
      if (thread == 0) {
        EXPECT_OK(table().event_signal(event.get(), 1));
      } else {
        EXPECT_OK(table().event_notify(event.get(), 1, record.call()));
      }
    });
    ASSERT_TRUE(record.waitForCalls(threadCount - 1));
    EXPECT_EQ(record.count(), static_cast<std::size_t>(threadCount - 1));
  }
}

// ---------------------------------------------------------------- with streams

TEST_F(Event, IsRaisedByAStream) {
  const auto event = createEvent();
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {signalCommand(event.get(), 1), signalCommand(event.get(), 9)}).status);
  EXPECT_OK(table().event_wait(event.get(), 9, patience));
  EXPECT_EQ(valueOf(event.get()), 9u);
}

TEST_F(Event, ReachedBeforeHoldsNobodyBack) {
  const auto event = createEvent(5);
  const auto stream = createStream();
  run(stream.get(), {waitCommand(event.get(), 0), waitCommand(event.get(), 4), waitCommand(event.get(), 5)});
}

TEST_F(Event, HoldsAStreamBackUntilTheHostRaisesIt) {
  const auto gate = createEvent(), passed = createEvent();
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {waitCommand(gate.get(), 2), signalCommand(passed.get(), 1)}).status);
  ASSERT_OK(table().event_signal(gate.get(), 1));
  EXPECT_EQ(table().event_wait(passed.get(), 1, aMoment), NXS_TIMEOUT) << "1 is not what the stream waits for";
  ASSERT_OK(table().event_signal(gate.get(), 7));
  EXPECT_OK(table().event_wait(passed.get(), 1, patience));
}

TEST_F(Event, LeadsFromStreamToStream) {
  const auto event = createEvent();
  const auto buffer = bufferOf(std::vector<std::uint32_t>{0}), other = bufferOf(std::vector<std::uint32_t>{0});
  const auto producer = createStream(), consumer = createStream();
  // The wait comes before the signal.
  ASSERT_OK(submit(consumer.get(), {waitCommand(event.get(), 1), moveCommand(other.get(), 0, buffer.get(), 0, 4)}).status);
  ASSERT_OK(submit(producer.get(), {fillCommand(buffer.get(), 0, 4, 42u), signalCommand(event.get(), 1)}).status);
  finish(consumer.get());
  EXPECT_EQ(readAs<std::uint32_t>(other.get(), 1)[0], 42u);
}

TEST_F(Event, PassesBackAndForthBetweenStreams) {
  constexpr std::uint64_t rounds = 200;
  const auto event = createEvent();
  const auto buffer = createBuffer(rounds * 2);
  const auto one = createStream(), two = createStream();
  for (std::uint64_t i = 0; i < rounds; ++i) {
    ASSERT_OK(submit(one.get(), {waitCommand(event.get(), 2 * i), fillCommand(buffer.get(), 2 * i, 1, std::uint8_t{1}),
                                 signalCommand(event.get(), 2 * i + 1)})
                  .status);
    ASSERT_OK(submit(two.get(), {waitCommand(event.get(), 2 * i + 1), fillCommand(buffer.get(), 2 * i, 2, std::uint8_t{2}),
                                 signalCommand(event.get(), 2 * i + 2)})
                  .status);
  }
  EXPECT_OK(table().event_wait(event.get(), 2 * rounds, patience));
  EXPECT_TRUE(read(buffer.get(), 2 * rounds) == std::vector<std::byte>(2 * rounds, std::byte{2}));
}

TEST_F(Event, ReleasesManyStreams) {
  const auto gate = createEvent();
  std::vector<Owned<nxs_event>> done;
  std::vector<Owned<nxs_stream>> streams;
  for (int i = 0; i < 64; ++i) {
    done.push_back(createEvent());
    streams.push_back(createStream());
    ASSERT_OK(submit(streams.back().get(), {waitCommand(gate.get(), 1), signalCommand(done.back().get(), 1)}).status);
  }
  ASSERT_OK(table().event_signal(gate.get(), 1));
  for (const auto& event : done) EXPECT_OK(table().event_wait(event.get(), 1, patience));
}

TEST_F(Event, NotifiesOfAStreamsSignal) {
  const auto event = createEvent();
  HostCallRecord record;
  const auto stream = createStream();
  ASSERT_OK(table().event_notify(event.get(), 3, record.call()));
  ASSERT_OK(submit(stream.get(), {signalCommand(event.get(), 3)}).status);
  ASSERT_TRUE(record.waitForCalls(1));
  EXPECT_EQ(record.statuses(), std::vector<nxs_status>{NXS_SUCCESS});
}

}  // namespace
}  // namespace nexus::conformance
