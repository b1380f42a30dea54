// Timestamps: the times at which a stream comes to places between its commands.
#include "device_test.h"

#include <algorithm>
#include <chrono>

namespace nexus::conformance {
namespace {

/// Nanoseconds of the clock that timestamps are given in.
std::uint64_t now() {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1));
}

/// How far a device's clock, which is compared with the host's by a round trip, may be off: a turn of another process in between is
/// forgiven, another clock or another unit is not. Only for comparisons of a timestamp with what the host saw of other commands; those of
/// one stream with each other, and with the host's calls for the timestamp itself, are exact.
constexpr std::uint64_t tolerance = 10'000'000;
constexpr auto pause = std::chrono::milliseconds(40);

nxs_command timestampCommand(std::uint64_t* nanoseconds) {
  nxs_command command = {};
  command.kind = NXS_COMMAND_TIMESTAMP;
  command.as.timestamp.nanoseconds = nanoseconds;
  return command;
}

class Timestamp : public DeviceTest {
 protected:
  void SetUp() override {
    DeviceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    if (intProperty(NXS_PROPERTY_HasTimestamps) != 1) GTEST_SKIP() << "the property HasTimestamps is not 1";
    buffer = createBuffer(4);
  }
  nxs_command fill() const { return fillCommand(buffer.get(), 0, 4, 1u); }
  Owned<nxs_schedule> createSchedule(std::initializer_list<nxs_command> commands) {
    nxs_schedule* schedule = nullptr;
    EXPECT_OK(table().schedule_create(device, commands.begin(), static_cast<std::uint32_t>(commands.size()), &schedule));
    return Owned<nxs_schedule>(schedule);
  }
  void runToTheEnd(const Owned<nxs_schedule>& schedule, const Owned<nxs_stream>& stream, std::uint32_t flags) {
    std::uint64_t ticket = 0;
    ASSERT_OK(table().schedule_run(schedule.get(), stream.get(), flags, &ticket));
    finish(stream.get());
  }

  Owned<nxs_buffer> buffer;
};

using NoTimestamp = DeviceTest;

TEST_F(NoTimestamp, IsUnsupportedWithoutTheProperty) {
  if (intProperty(NXS_PROPERTY_HasTimestamps) == 1) GTEST_SKIP() << "the property HasTimestamps is 1";
  std::uint64_t time = 0;
  const auto buffer = createBuffer(4);
  const auto stream = createStream();
  EXPECT_TRUE(failsWith(NXS_UNSUPPORTED, [&] { return submit(stream.get(), {timestampCommand(&time)}).status; }));
  run(stream.get(), {fillCommand(buffer.get(), 0, 4, 1u)});
  EXPECT_EQ(time, 0u);
}

TEST_F(Timestamp, IsRefusedWithoutAPlaceToGo) {
  const auto stream = createStream();
  EXPECT_TRUE(failsWith(NXS_INVALID_ARGUMENT, [&] { return submit(stream.get(), {timestampCommand(nullptr)}).status; }));
  EXPECT_TRUE(
      failsWith(NXS_INVALID_ARGUMENT, [&] { return submit(stream.get(), {timestampCommand(nullptr)}, NXS_SUBMIT_INLINE).status; }));
  run(stream.get(), {fill()});
}

class TimestampFlags : public Timestamp, public testing::WithParamInterface<std::uint32_t> {};

TEST_P(TimestampFlags, LieBetweenSubmissionAndCompletion) {
  const auto stream = createStream();
  for (int turn = 0; turn < 100; ++turn) {
    std::uint64_t first = 0, second = 0;
    const std::uint64_t before = now();
    ASSERT_OK(submit(stream.get(), {timestampCommand(&first), fill(), timestampCommand(&second)}, GetParam()).status);
    finish(stream.get());
    const std::uint64_t after = now();
    ASSERT_GE(first, before);
    ASSERT_GE(second, first);
    ASSERT_LE(second, after);
  }
}

TEST_P(TimestampFlags, MayComeAlone) {
  const auto stream = createStream();
  std::uint64_t time = 0;
  const std::uint64_t before = now();
  ASSERT_OK(submit(stream.get(), {timestampCommand(&time)}, GetParam()).status);
  finish(stream.get());
  EXPECT_GE(time, before);
  EXPECT_LE(time, now());
}

INSTANTIATE_TEST_SUITE_P(Timestamp, TimestampFlags, testing::Values(0u, std::uint32_t{NXS_SUBMIT_INLINE}),
                         [](const auto& info) { return info.param & NXS_SUBMIT_INLINE ? "Inline" : "Queued"; });

TEST_F(Timestamp, NeverGoesBackInAStream) {
  const auto stream = createStream();
  std::vector<std::uint64_t> times(1000);
  for (std::size_t i = 0; i < times.size(); i += 2) {
    ASSERT_OK(submit(stream.get(), {timestampCommand(&times[i]), fill(), timestampCommand(&times[i + 1])}).status);
    if (i % 100 == 0) finish(stream.get());
  }
  finish(stream.get());
  EXPECT_NE(times.front(), 0u);
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
}

TEST_F(Timestamp, OfManyInOneCallAreAllThere) {
  const auto stream = createStream();
  std::vector<std::uint64_t> times(3000);
  std::vector<nxs_command> commands;
  for (std::uint64_t& time : times) {
    commands.push_back(timestampCommand(&time));
    commands.push_back(fill());
  }
  ASSERT_OK(submit(stream.get(), commands).status);
  finish(stream.get());
  EXPECT_NE(times.front(), 0u);
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
}

TEST_F(Timestamp, IsThereWhenItsTicketIsReached) {
  const auto stream = createStream();
  for (int turn = 0; turn < 50; ++turn) {
    std::uint64_t first = 0, second = 0;
    const Submission submission = submit(stream.get(), {timestampCommand(&first), fill(), timestampCommand(&second)});
    ASSERT_OK(submission.status);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::nanoseconds(patience);
    while (completed(stream.get()) < submission.ticket) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    ASSERT_NE(first, 0u);
    ASSERT_LE(first, second);
  }
}

TEST_F(Timestamp, IsThereInALaterHostCall) {
  const auto stream = createStream();
  std::uint64_t first = 0, second = 0, firstSeen = 0, secondSeen = 0;
  HostCallRecord one([&] { firstSeen = first; }), two([&] {
    firstSeen += first;
    secondSeen = second;
  });
  ASSERT_OK(submit(stream.get(), {timestampCommand(&first), hostCallCommand(one.call()), timestampCommand(&second), fill(),
                                  hostCallCommand(two.call())})
                .status);
  finish(stream.get());
  EXPECT_NE(first, 0u);
  EXPECT_EQ(firstSeen, 2 * first);
  EXPECT_EQ(secondSeen, second);
}

TEST_F(Timestamp, TellsHowLongTheStreamTook) {
  const auto stream = createStream();
  std::uint64_t first = 0, second = 0, begin = 0, end = 0;
  HostCallRecord slow([&] {
    begin = now();
    std::this_thread::sleep_for(pause);
    end = now();
  });
  ASSERT_OK(submit(stream.get(), {timestampCommand(&first), hostCallCommand(slow.call()), timestampCommand(&second)}).status);
  finish(stream.get());
  EXPECT_LE(first, begin + tolerance);
  EXPECT_GE(second + tolerance, end);
}

TEST_F(Timestamp, IsTakenWhenTheStreamComesThere) {
  const auto gate = createEvent();
  const auto stream = createStream();
  std::uint64_t before = 0, after = 0;
  ASSERT_OK(submit(stream.get(), {timestampCommand(&before), waitCommand(gate.get(), 1), timestampCommand(&after), fill()}).status);
  std::this_thread::sleep_for(pause);
  const std::uint64_t opened = now();
  ASSERT_OK(table().event_signal(gate.get(), 1));
  finish(stream.get());
  EXPECT_LE(before, opened + tolerance);
  EXPECT_GE(after + tolerance, opened);
}

TEST_F(Timestamp, BehindAWaitDoesNotHoldUpTheCaller) {
  const auto gate = createEvent();
  const auto stream = createStream();
  std::uint64_t time = 0;
  const Submission submission = submit(stream.get(), {waitCommand(gate.get(), 1), timestampCommand(&time)});
  ASSERT_OK(submission.status);
  EXPECT_LT(completed(stream.get()), submission.ticket);
  ASSERT_OK(table().event_signal(gate.get(), 1));
  finish(stream.get());
  EXPECT_NE(time, 0u);
}

TEST_F(Timestamp, IsSkippedBehindAFailure) {
  const auto raised = createEvent(9);
  const auto stream = createStream();
  std::uint64_t before = 0, after = 0, later = 7, again = 0;
  ASSERT_OK(
      submit(stream.get(), {timestampCommand(&before), failingCommand(raised.get(), 5), timestampCommand(&after), fill()}).status);
  ASSERT_OK(submit(stream.get(), {timestampCommand(&later)}).status);
  EXPECT_TRUE(failsWith(NXS_INVALID_ARGUMENT, [&] { return table().stream_synchronize(stream.get(), patience); }));
  EXPECT_NE(before, 0u);
  EXPECT_EQ(after, 0u);
  EXPECT_EQ(later, 7u);
  ASSERT_OK(submit(stream.get(), {timestampCommand(&again)}).status);
  finish(stream.get());
  EXPECT_GE(again, before);
}

TEST_F(Timestamp, OfTwoStreamsKeepTheOrderOfAnEvent) {
  const auto event = createEvent();
  const auto first = createStream(), second = createStream();
  std::uint64_t cause = 0, effect = 0;
  for (std::uint64_t turn = 1; turn <= 50; ++turn) {
    ASSERT_OK(submit(second.get(), {waitCommand(event.get(), turn), timestampCommand(&effect)}).status);
    ASSERT_OK(submit(first.get(), {fill(), timestampCommand(&cause), signalCommand(event.get(), turn)}).status);
    finish(second.get());
    finish(first.get());
    EXPECT_LE(cause, effect + tolerance);
  }
}

TEST_F(Timestamp, WorksOnSeveralStreamsAtOnce) {
  onThreads([&](int) {
    const auto own = createBuffer(4);
    const auto stream = createStream();
    std::vector<std::uint64_t> times(200);
    const std::uint64_t before = now();
    for (std::size_t i = 0; i < times.size(); i += 2)
      EXPECT_OK(
          submit(stream.get(), {timestampCommand(&times[i]), fillCommand(own.get(), 0, 4, 1u), timestampCommand(&times[i + 1])})
              .status);
    finish(stream.get());
    EXPECT_GE(times.front(), before);
    EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
    EXPECT_LE(times.back(), now());
  });
}

TEST_F(Timestamp, OfOneStreamAreTakenFromSeveralThreads) {
  const auto stream = createStream();
  onThreads([&](int) {
    for (int turn = 0; turn < 50; ++turn) {
      std::uint64_t first = 0, second = 0;
      EXPECT_OK(submit(stream.get(), {timestampCommand(&first), timestampCommand(&second)}).status);
      finish(stream.get());
      EXPECT_NE(first, 0u);
      EXPECT_LE(first, second);
    }
  });
}

class ScheduledTimestamp : public Timestamp, public testing::WithParamInterface<std::uint32_t> {
 protected:
  void SetUp() override {
    Timestamp::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    NEXUS_REQUIRE_ENTRY(schedule_create);
    NEXUS_REQUIRE_ENTRY(schedule_update);
    NEXUS_REQUIRE_ENTRY(schedule_run);
  }
};

TEST_P(ScheduledTimestamp, IsWrittenAtEachRun) {
  const auto stream = createStream();
  std::uint64_t first = 0, second = 0, last = 0;
  const auto schedule = createSchedule({timestampCommand(&first), fill(), fill(), timestampCommand(&second)});
  for (int turn = 0; turn < 20; ++turn) {
    const std::uint64_t before = now();
    runToTheEnd(schedule, stream, GetParam());
    EXPECT_GE(first, before);
    EXPECT_GE(first, last);
    EXPECT_GE(second, first);
    EXPECT_LE(second, now());
    last = second;
  }
}

TEST_P(ScheduledTimestamp, GoesElsewhereAfterAnUpdate) {
  const auto stream = createStream();
  std::uint64_t old = 0, fresh = 0;
  const auto schedule = createSchedule({fill(), timestampCommand(&old)});
  runToTheEnd(schedule, stream, GetParam());
  const std::uint64_t kept = old;
  EXPECT_NE(kept, 0u);
  const nxs_command update = timestampCommand(&fresh);
  ASSERT_OK(table().schedule_update(schedule.get(), 1, &update));
  runToTheEnd(schedule, stream, GetParam());
  EXPECT_EQ(old, kept);
  EXPECT_GE(fresh, kept);
}

INSTANTIATE_TEST_SUITE_P(Timestamp, ScheduledTimestamp,
                         testing::Values(0u, std::uint32_t{NXS_SUBMIT_INLINE}, std::uint32_t{NXS_SUBMIT_TIMED}),
                         [](const auto& info) {
                           return info.param == 0 ? "Queued" : info.param == NXS_SUBMIT_INLINE ? "Inline" : "Timed";
                         });

}  // namespace
}  // namespace nexus::conformance
