// Schedules: the commands of a stream, recorded once and run many times.
#include "kernel_test.h"

#include <cstring>

namespace nexus::conformance {
namespace {

constexpr Size3 one = {1, 1, 1};

/// Makes schedules of a device on which a fixture opened them.
template <class Base>
class WithSchedules : public Base {
 protected:
  void SetUp() override {
    Base::SetUp();
    if (this->IsSkipped() || this->HasFatalFailure()) return;
    NEXUS_REQUIRE_ENTRY(schedule_create);
    NEXUS_REQUIRE_ENTRY(schedule_destroy);
    NEXUS_REQUIRE_ENTRY(schedule_update);
    NEXUS_REQUIRE_ENTRY(schedule_run);
  }
  Owned<nxs_schedule> createSchedule(std::initializer_list<nxs_command> commands) {
    nxs_schedule* schedule = nullptr;
    EXPECT_OK(table().schedule_create(this->device, commands.begin(), static_cast<std::uint32_t>(commands.size()), &schedule));
    return Owned<nxs_schedule>(schedule);
  }
  static Submission runSchedule(const Owned<nxs_schedule>& schedule, const Owned<nxs_stream>& stream, std::uint32_t flags = 0) {
    Submission result = {NXS_SUCCESS, 0};
    result.status = table().schedule_run(schedule.get(), stream.get(), flags, &result.ticket);
    return result;
  }
  static void update(const Owned<nxs_schedule>& schedule, std::uint32_t index, const nxs_command& command) {
    ASSERT_OK(table().schedule_update(schedule.get(), index, &command));
  }
};

using Schedule = WithSchedules<DeviceTest>;

class ScheduleFlags : public Schedule, public testing::WithParamInterface<std::uint32_t> {
 protected:
  void runToTheEnd(const Owned<nxs_schedule>& schedule, const Owned<nxs_stream>& stream) {
    const Submission submission = runSchedule(schedule, stream, GetParam());
    ASSERT_OK(submission.status);
    if (submission.ticket != 0 || !(GetParam() & NXS_SUBMIT_INLINE)) finish(stream.get());
  }
};

TEST_P(ScheduleFlags, GiveTheResultsOfSubmit) {
  const auto bytes = someBytes(1000, 20);
  std::vector<std::byte> fromSchedule(1000), fromSubmit(1000);
  const auto a = createBuffer(1000), b = createBuffer(1000), c = createBuffer(1000), d = createBuffer(1000);
  const auto stream = createStream();
  const auto schedule = createSchedule({writeCommand(a.get(), 0, bytes.data(), 1000), fillCommand(a.get(), 16, 64, 0x01020304u),
                                        moveCommand(b.get(), 0, a.get(), 500, 500), moveCommand(b.get(), 500, a.get(), 0, 500),
                                        readCommand(fromSchedule.data(), b.get(), 0, 1000)});
  run(stream.get(), {writeCommand(c.get(), 0, bytes.data(), 1000), fillCommand(c.get(), 16, 64, 0x01020304u),
                     moveCommand(d.get(), 0, c.get(), 500, 500), moveCommand(d.get(), 500, c.get(), 0, 500),
                     readCommand(fromSubmit.data(), d.get(), 0, 1000)});
  runToTheEnd(schedule, stream);
  EXPECT_TRUE(fromSchedule == fromSubmit);
}

TEST_P(ScheduleFlags, RunAgainAndAgain) {
  std::uint64_t input = 0, output = 0;
  const auto buffer = createBuffer(8);
  const auto stream = createStream();
  const auto schedule = createSchedule({writeCommand(buffer.get(), 0, &input, 8), readCommand(&output, buffer.get(), 0, 8)});
  for (input = 1; input <= 500; ++input) {
    runToTheEnd(schedule, stream);
    ASSERT_EQ(output, input) << "host memory is read at every run";
  }
}

TEST_P(ScheduleFlags, RunHostCallsEachTime) {
  HostCallRecord record;
  const auto buffer = createBuffer(8);
  const auto stream = createStream();
  const auto schedule = createSchedule({fillCommand(buffer.get(), 0, 8, 1u), hostCallCommand(record.call())});
  for (int i = 0; i < 10; ++i) runToTheEnd(schedule, stream);
  EXPECT_TRUE(record.waitForCalls(10));
  EXPECT_EQ(record.statuses(), std::vector<nxs_status>(10, NXS_SUCCESS));
}

INSTANTIATE_TEST_SUITE_P(Schedule, ScheduleFlags,
                         testing::Values(0u, std::uint32_t{NXS_SUBMIT_INLINE}, std::uint32_t{NXS_SUBMIT_TIMED},
                                         std::uint32_t{NXS_SUBMIT_INLINE | NXS_SUBMIT_TIMED}),
                         [](const auto& info) {
                           return std::string(info.param & NXS_SUBMIT_INLINE ? "Inline" : "Queued") +
                                  (info.param & NXS_SUBMIT_TIMED ? "Timed" : "");
                         });

TEST_F(Schedule, ManyAreMadeAndDestroyed) {
  const auto buffer = createBuffer(8);
  for (int i = 0; i < 500; ++i)
    ASSERT_TRUE(createSchedule({fillCommand(buffer.get(), 0, 8, 1u), fillCommand(buffer.get(), 0, 8, 2u)}));
}

TEST_F(Schedule, BorrowsItsCommandsForTheCallOnly) {
  const auto buffer = createBuffer(8);
  const auto stream = createStream();
  std::vector<nxs_command> commands = {fillCommand(buffer.get(), 0, 8, std::uint64_t{5})};
  nxs_schedule* created = nullptr;
  ASSERT_OK(table().schedule_create(device, commands.data(), 1, &created));
  const Owned<nxs_schedule> schedule(created);
  commands.assign(1, nxs_command{});
  ASSERT_OK(runSchedule(schedule, stream).status);
  finish(stream.get());
  EXPECT_EQ(readAs<std::uint64_t>(buffer.get(), 1)[0], 5u);
}

TEST_F(Schedule, OfManyCommandsRunsInOrder) {
  const auto buffer = createBuffer(4);
  const auto stream = createStream();
  std::vector<std::uint32_t> out(1000);
  std::vector<nxs_command> commands;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    commands.push_back(fillCommand(buffer.get(), 0, 4, i));
    commands.push_back(readCommand(&out[i], buffer.get(), 0, 4));
  }
  nxs_schedule* created = nullptr;
  ASSERT_OK(table().schedule_create(device, commands.data(), static_cast<std::uint32_t>(commands.size()), &created));
  const Owned<nxs_schedule> schedule(created);
  ASSERT_OK(runSchedule(schedule, stream).status);
  finish(stream.get());
  for (std::uint32_t i = 0; i < 1000; ++i) ASSERT_EQ(out[i], i);
}

TEST_F(Schedule, RunsInOrderWithOtherWork) {
  const auto buffer = createBuffer(8);
  std::uint64_t out = 0;
  const auto stream = createStream();
  const auto schedule = createSchedule({fillCommand(buffer.get(), 0, 4, 2u)});
  for (std::uint32_t i = 0; i < 100; ++i) {
    ASSERT_OK(submit(stream.get(), {fillCommand(buffer.get(), 0, 8, 1u)}).status);
    ASSERT_OK(runSchedule(schedule, stream).status);
    ASSERT_OK(submit(stream.get(), {readCommand(&out, buffer.get(), 0, 8)}).status);
    finish(stream.get());
    ASSERT_EQ(out, 0x00000001'00000002u);
  }
}

TEST_F(Schedule, RunCountsAsOneCommand) {
  const auto gate = createEvent();
  const auto buffer = createBuffer(8);
  const auto stream = createStream();
  const auto schedule = createSchedule(
      {fillCommand(buffer.get(), 0, 8, 1u), fillCommand(buffer.get(), 0, 8, 2u), fillCommand(buffer.get(), 0, 8, 3u)});
  const Submission wait = submit(stream.get(), {waitCommand(gate.get(), 1)});
  ASSERT_OK(wait.status);
  std::uint64_t last = wait.ticket;
  for (int i = 0; i < 10; ++i) {
    const Submission submission = runSchedule(schedule, stream);
    ASSERT_OK(submission.status);
    EXPECT_EQ(submission.ticket, last + 1);
    last = submission.ticket;
  }
  EXPECT_LT(completed(stream.get()), wait.ticket);
  ASSERT_OK(table().event_signal(gate.get(), 1));
  finish(stream.get());
  EXPECT_GE(completed(stream.get()), last);
}

TEST_F(Schedule, UpdateAffectsLaterRuns) {
  const auto buffer = createBuffer(4);
  const auto stream = createStream();
  const auto schedule = createSchedule({fillCommand(buffer.get(), 0, 4, 0u)});
  for (std::uint32_t i = 1; i <= 200; ++i) {
    update(schedule, 0, fillCommand(buffer.get(), 0, 4, i));
    ASSERT_OK(runSchedule(schedule, stream, i % 2 ? NXS_SUBMIT_INLINE : 0).status);
    finish(stream.get());
    ASSERT_EQ(readAs<std::uint32_t>(buffer.get(), 1)[0], i);
  }
}

TEST_F(Schedule, UpdateLeavesOtherCommands) {
  const auto buffer = createBuffer(12);
  const auto stream = createStream();
  const auto schedule = createSchedule(
      {fillCommand(buffer.get(), 0, 4, 1u), fillCommand(buffer.get(), 4, 4, 2u), fillCommand(buffer.get(), 8, 4, 3u)});
  update(schedule, 1, fillCommand(buffer.get(), 4, 4, 20u));
  ASSERT_OK(runSchedule(schedule, stream).status);
  finish(stream.get());
  EXPECT_EQ(readAs<std::uint32_t>(buffer.get(), 3), (std::vector<std::uint32_t>{1, 20, 3}));
}

TEST_F(Schedule, RunsInFlightKeepTheOldCommand) {
  const auto gate = createEvent();
  const auto before = bufferOf(std::vector<std::uint32_t>(1)), after = bufferOf(std::vector<std::uint32_t>(1));
  const auto stream = createStream();
  const auto schedule = createSchedule({fillCommand(before.get(), 0, 4, 1u)});
  ASSERT_OK(submit(stream.get(), {waitCommand(gate.get(), 1)}).status);
  ASSERT_OK(runSchedule(schedule, stream).status);
  update(schedule, 0, fillCommand(after.get(), 0, 4, 2u));
  ASSERT_OK(runSchedule(schedule, stream).status);
  update(schedule, 0, fillCommand(after.get(), 0, 4, 3u));
  ASSERT_OK(table().event_signal(gate.get(), 1));
  finish(stream.get());
  EXPECT_EQ(readAs<std::uint32_t>(before.get(), 1)[0], 1u);
  EXPECT_EQ(readAs<std::uint32_t>(after.get(), 1)[0], 2u);
}

TEST_F(Schedule, RunsOnSeveralStreamsAtOnce) {
  const auto buffer = createBuffer(4);
  HostCallRecord record;
  const auto schedule = createSchedule({fillCommand(buffer.get(), 0, 4, 1u), hostCallCommand(record.call())});
  onThreads([&](int) {
    const auto stream = createStream();
    for (int i = 0; i < 100; ++i) EXPECT_OK(runSchedule(schedule, stream).status);
    finish(stream.get());
  });
  EXPECT_EQ(record.count(), 100u * threadCount);
}

TEST_F(Schedule, IsUpdatedWhileOthersRunIt) {
  const auto buffer = createBuffer(4);
  const auto schedule = createSchedule({fillCommand(buffer.get(), 0, 4, 1u)});
  onThreads([&](int thread) {
    if (thread == 0) {
      for (std::uint32_t i = 0; i < 300; ++i) update(schedule, 0, fillCommand(buffer.get(), 0, 4, i));
      return;
    }
    const auto stream = createStream();
    for (int i = 0; i < 200; ++i) EXPECT_OK(runSchedule(schedule, stream, i % 2 ? NXS_SUBMIT_INLINE : 0).status);
    finish(stream.get());
  });
}

TEST_F(Schedule, WaitsAndSignals) {
  const auto request = createEvent(), answer = createEvent();
  const auto buffer = createBuffer(4);
  const auto stream = createStream();
  const auto schedule =
      createSchedule({waitCommand(request.get(), 1), fillCommand(buffer.get(), 0, 4, 9u), signalCommand(answer.get(), 1)});
  const Submission submission = runSchedule(schedule, stream);
  ASSERT_OK(submission.status);
  EXPECT_NE(submission.ticket, 0u);
  EXPECT_EQ(table().event_wait(answer.get(), 1, aMoment), NXS_TIMEOUT);
  ASSERT_OK(table().event_signal(request.get(), 1));
  EXPECT_OK(table().event_wait(answer.get(), 1, patience));
  EXPECT_EQ(readAs<std::uint32_t>(buffer.get(), 1)[0], 9u);
}

TEST_F(Schedule, WaitsForAnotherStream) {
  const auto event = createEvent();
  const auto buffer = createBuffer(4);
  const auto waiting = createStream(), signalling = createStream();
  std::uint32_t out = 0;
  const auto schedule = createSchedule({waitCommand(event.get(), 1), readCommand(&out, buffer.get(), 0, 4)});
  ASSERT_OK(runSchedule(schedule, waiting).status);
  ASSERT_OK(submit(signalling.get(), {fillCommand(buffer.get(), 0, 4, 77u), signalCommand(event.get(), 1)}).status);
  finish(waiting.get());
  EXPECT_EQ(out, 77u);
}

TEST_F(Schedule, UpdatesTheValuesOfEvents) {
  const auto event = createEvent();
  const auto stream = createStream();
  const auto schedule = createSchedule({waitCommand(event.get(), 0), signalCommand(event.get(), 1)});
  for (std::uint64_t i = 0; i < 100; ++i) {
    update(schedule, 0, waitCommand(event.get(), i));
    update(schedule, 1, signalCommand(event.get(), i + 1));
    ASSERT_OK(runSchedule(schedule, stream).status);
  }
  finish(stream.get());
  EXPECT_EQ(valueOf(event.get()), 100u);
}

class ScheduleFailure : public Schedule, public testing::WithParamInterface<std::uint32_t> {};

TEST_P(ScheduleFailure, SkipsTheRestAndCanRunAgain) {
  const auto raised = createEvent(9), behind = createEvent();
  const auto buffer = bufferOf(std::vector<std::uint32_t>{1});
  const auto stream = createStream();
  HostCallRecord call;
  const auto schedule =
      createSchedule({fillCommand(buffer.get(), 0, 4, 2u), signalCommand(raised.get(), 5), fillCommand(buffer.get(), 0, 4, 3u),
                      signalCommand(behind.get(), 1), hostCallCommand(call.call())});
  EXPECT_TRUE(failsWith(NXS_INVALID_ARGUMENT, [&] {
    const Submission submission = runSchedule(schedule, stream, GetParam());
    return submission.status != NXS_SUCCESS ? submission.status : table().stream_synchronize(stream.get(), patience);
  }));
  EXPECT_EQ(readAs<std::uint32_t>(buffer.get(), 1)[0], 2u);
  EXPECT_TRUE(failsWith(NXS_INVALID_ARGUMENT, [&] { return table().event_wait(behind.get(), 1, aMoment); }));
  ASSERT_TRUE(call.waitForCalls(1));
  EXPECT_EQ(call.statuses(), std::vector<nxs_status>{NXS_INVALID_ARGUMENT});
  const auto other = createEvent();
  update(schedule, 1, signalCommand(raised.get(), 10));
  update(schedule, 3, signalCommand(other.get(), 1));
  ASSERT_OK(runSchedule(schedule, stream, GetParam()).status);
  finish(stream.get());
  EXPECT_EQ(readAs<std::uint32_t>(buffer.get(), 1)[0], 3u);
  EXPECT_OK(table().event_wait(other.get(), 1, 0));
}

TEST_P(ScheduleFailure, BeforeTheRunSkipsAllOfIt) {
  const auto raised = createEvent(9), behind = createEvent();
  const auto buffer = bufferOf(std::vector<std::uint32_t>{1});
  const auto stream = createStream();
  const auto schedule = createSchedule({fillCommand(buffer.get(), 0, 4, 3u), signalCommand(behind.get(), 1)});
  ASSERT_OK(submit(stream.get(), {signalCommand(raised.get(), 5)}).status);
  EXPECT_TRUE(failsWith(NXS_INVALID_ARGUMENT, [&] {
    const Submission submission = runSchedule(schedule, stream, GetParam());
    return submission.status != NXS_SUCCESS ? submission.status : table().stream_synchronize(stream.get(), patience);
  }));
  EXPECT_EQ(readAs<std::uint32_t>(buffer.get(), 1)[0], 1u);
  EXPECT_TRUE(failsWith(NXS_INVALID_ARGUMENT, [&] { return table().event_wait(behind.get(), 1, aMoment); }));
}

INSTANTIATE_TEST_SUITE_P(Schedule, ScheduleFailure, testing::Values(0u, std::uint32_t{NXS_SUBMIT_INLINE}),
                         [](const auto& info) { return info.param ? "Inline" : "Queued"; });

// ---------------------------------------------------------------- times

class ScheduleTimes : public Schedule {
 protected:
  void SetUp() override {
    Schedule::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    NEXUS_REQUIRE_ENTRY(schedule_times);
  }
};

TEST_F(ScheduleTimes, AreNotFoundBeforeATimedRun) {
  const auto buffer = createBuffer(4);
  const auto stream = createStream();
  const auto schedule = createSchedule({fillCommand(buffer.get(), 0, 4, 1u)});
  std::uint64_t time = 4711;
  EXPECT_EQ(table().schedule_times(schedule.get(), &time, 1), NXS_NOT_FOUND);
  ASSERT_OK(runSchedule(schedule, stream).status);
  finish(stream.get());
  EXPECT_EQ(table().schedule_times(schedule.get(), &time, 1), NXS_NOT_FOUND);
  EXPECT_EQ(time, 4711u) << "a failing call writes nothing";
}

TEST_F(ScheduleTimes, TellLongFromShort) {
  constexpr std::uint64_t large = 32 << 20;
  const auto buffer = createBuffer(large);
  const auto stream = createStream();
  const auto schedule = createSchedule(
      {fillCommand(buffer.get(), 0, 16, 1u), fillCommand(buffer.get(), 0, large, 2u), fillCommand(buffer.get(), 0, 16, 3u)});
  ASSERT_OK(runSchedule(schedule, stream, NXS_SUBMIT_TIMED).status);
  finish(stream.get());
  std::uint64_t times[4] = {0, 0, 0, 4711};
  ASSERT_OK(table().schedule_times(schedule.get(), times, 3));
  EXPECT_GT(times[1], times[0]);
  EXPECT_LT(times[1], patience);
  EXPECT_EQ(times[3], 4711u);
  std::uint64_t first[2] = {0, 4711};
  ASSERT_OK(table().schedule_times(schedule.get(), first, 1));
  EXPECT_EQ(first[0], times[0]);
  EXPECT_EQ(first[1], 4711u) << "only the first `count`";
}

TEST_F(ScheduleTimes, StayThroughUntimedRuns) {
  const auto buffer = createBuffer(4);
  const auto stream = createStream();
  const auto schedule = createSchedule({fillCommand(buffer.get(), 0, 4, 1u)});
  ASSERT_OK(runSchedule(schedule, stream, NXS_SUBMIT_TIMED).status);
  finish(stream.get());
  std::uint64_t before = 0, after = 1;
  ASSERT_OK(table().schedule_times(schedule.get(), &before, 1));
  for (int i = 0; i < 10; ++i) ASSERT_OK(runSchedule(schedule, stream).status);
  finish(stream.get());
  ASSERT_OK(table().schedule_times(schedule.get(), &after, 1));
  EXPECT_EQ(after, before);
}

// ---------------------------------------------------------------- with kernels

using ScheduleLaunch = WithSchedules<KernelTest>;

TEST_F(ScheduleLaunch, RunsWithUpdatedArgumentsAndGrid) {
  nxs_kernel* const multiplyAdd = kernel("multiply_add");
  ASSERT_NE(multiplyAdd, nullptr);
  const auto x = bufferOf(std::vector<std::uint32_t>(256, 2)), y = bufferOf(std::vector<std::uint32_t>(256, 0));
  const auto stream = createStream();
  const auto arguments = [&](std::uint32_t a, std::uint64_t n) {
    return std::vector<nxs_argument>{bufferArgument(x.get()), bufferArgument(y.get()), scalarArgument(a), scalarArgument(n)};
  };
  const auto first = arguments(1, 64), second = arguments(10, 256);
  const auto schedule = createSchedule({launchCommand(multiplyAdd, {1, 1, 1}, {64, 1, 1}, first)});
  ASSERT_OK(runSchedule(schedule, stream).status);
  update(schedule, 0, launchCommand(multiplyAdd, {8, 1, 1}, {32, 1, 1}, second));
  ASSERT_OK(runSchedule(schedule, stream).status);
  finish(stream.get());
  std::vector<std::uint32_t> expected(256, 20);
  std::fill_n(expected.begin(), 64, 22);
  EXPECT_EQ(readAs<std::uint32_t>(y.get(), 256), expected);
}

TEST_F(ScheduleLaunch, KeepsLaunchesInOrderThroughManyRuns) {
  nxs_kernel* const step = kernel("advance");
  ASSERT_NE(step, nullptr);
  const auto value = bufferOf(std::vector<std::uint64_t>{1});
  const auto stream = createStream();
  const std::vector<nxs_argument> first = {bufferArgument(value.get()), scalarArgument(std::uint64_t{3}),
                                           scalarArgument(std::uint64_t{1})},
                                  second = {bufferArgument(value.get()), scalarArgument(std::uint64_t{5}),
                                            scalarArgument(std::uint64_t{2})};
  const auto schedule = createSchedule({launchCommand(step, one, one, first), launchCommand(step, one, one, second)});
  std::uint64_t expected = 1;
  for (int i = 0; i < 500; ++i) {
    ASSERT_OK(runSchedule(schedule, stream, i % 5 == 0 ? NXS_SUBMIT_INLINE : 0).status);
    expected = (expected * 3 + 1) * 5 + 2;
  }
  finish(stream.get());
  EXPECT_EQ(readAs<std::uint64_t>(value.get(), 1)[0], expected);
}

}  // namespace
}  // namespace nexus::conformance
