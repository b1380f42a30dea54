// Failures: of a stream, of events, and what comes after. Most make a stream fail by a signal that does not raise its event, which
// every device can do.
#include "device_test.h"

namespace nexus::conformance {
namespace {

class Failure : public DeviceTest {
 protected:
  void SetUp() override {
    DeviceTest::SetUp();
    raised = createEvent(9);
    buffer = bufferOf(std::vector<std::uint32_t>{1});
  }
  nxs_command failing() const { return signalCommand(raised.get(), 5); }
  nxs_command fill(std::uint32_t value) const { return fillCommand(buffer.get(), 0, 4, value); }
  std::uint32_t content() { return readAs<std::uint32_t>(buffer.get(), 1)[0]; }
  static testing::AssertionResult fails(nxs_stream* stream) {
    return failsWith(NXS_INVALID_ARGUMENT, [&] { return table().stream_synchronize(stream, patience); });
  }
  static testing::AssertionResult fails(nxs_event* event, std::uint64_t value) {
    return failsWith(NXS_INVALID_ARGUMENT, [&] { return table().event_wait(event, value, patience); });
  }

  Owned<nxs_event> raised;
  Owned<nxs_buffer> buffer;
};

TEST_F(Failure, IsReturnedByTheNextSynchronizeAndEndsThere) {
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {failing()}).status);
  EXPECT_TRUE(fails(stream.get()));
  EXPECT_OK(table().stream_synchronize(stream.get(), patience));
  run(stream.get(), {fill(2)});
  EXPECT_EQ(content(), 2u);
}

TEST_F(Failure, LeavesTheEventItCouldNotRaise) {
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {failing()}).status);
  EXPECT_TRUE(fails(stream.get()));
  EXPECT_OK(table().event_wait(raised.get(), 9, 0));
}

TEST_F(Failure, SkipsTheRestOfTheCall) {
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {fill(3), failing(), fill(4)}).status);
  EXPECT_TRUE(fails(stream.get()));
  EXPECT_EQ(content(), 3u);
}

TEST_F(Failure, SkipsLaterSubmissionsUntilItIsReported) {
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {failing()}).status);
  for (std::uint32_t i = 0; i < 20; ++i) ASSERT_OK(submit(stream.get(), {fill(100 + i)}).status);
  EXPECT_TRUE(fails(stream.get()));
  EXPECT_EQ(content(), 1u);
}

TEST_F(Failure, SkipsWaits) {
  const auto never = createEvent();
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {failing(), waitCommand(never.get(), 1)}).status);
  EXPECT_TRUE(fails(stream.get()));
}

TEST_F(Failure, SkipsHeldWorkToo) {
  const auto gate = createEvent();
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {waitCommand(gate.get(), 1), failing(), fill(5)}).status);
  ASSERT_OK(submit(stream.get(), {fill(6)}).status);
  EXPECT_EQ(table().stream_synchronize(stream.get(), 0), NXS_TIMEOUT);
  ASSERT_OK(table().event_signal(gate.get(), 1));
  EXPECT_TRUE(fails(stream.get()));
  EXPECT_EQ(content(), 1u);
}

TEST_F(Failure, StillCompletesTheTickets) {
  const auto stream = createStream();
  const Submission first = submit(stream.get(), {failing(), fill(5)}), second = submit(stream.get(), {fill(6)});
  ASSERT_OK(first.status);
  ASSERT_OK(second.status);
  EXPECT_TRUE(fails(stream.get()));
  EXPECT_GE(completed(stream.get()), std::max(first.ticket, second.ticket));
}

TEST_F(Failure, IsNotReportedByQuery) {
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {failing()}).status);
  for (int i = 0; i < 100; ++i) completed(stream.get());
  EXPECT_TRUE(fails(stream.get())) << "a query must not end the failure";
}

TEST_F(Failure, OfOneStreamIsNotThatOfAnother) {
  const auto bad = createStream(), good = createStream();
  ASSERT_OK(submit(bad.get(), {failing()}).status);
  run(good.get(), {fill(8)});
  EXPECT_EQ(content(), 8u);
  EXPECT_TRUE(fails(bad.get()));
}

TEST_F(Failure, CanFollowAnother) {
  const auto stream = createStream();
  for (int i = 0; i < 20; ++i) {
    ASSERT_OK(submit(stream.get(), {failing(), failing()}).status);
    ASSERT_TRUE(fails(stream.get())) << i;
    ASSERT_OK(table().stream_synchronize(stream.get(), patience));
  }
}

TEST_F(Failure, IsToldToOneOfSeveralThreads) {
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {failing()}).status);
  std::atomic<int> told = 0;
  onThreads([&](int) { told += table().stream_synchronize(stream.get(), patience) == NXS_INVALID_ARGUMENT; });
  EXPECT_EQ(told, 1);
}

TEST_F(Failure, FailsTheEventsBehindIt) {
  const auto event = createEvent(2);
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {failing(), signalCommand(event.get(), 3)}).status);
  EXPECT_TRUE(fails(event.get(), 3));
  EXPECT_TRUE(fails(event.get(), 100));
  EXPECT_OK(table().event_wait(event.get(), 2, 0)) << "2 was reached before";
  std::uint64_t value = 4711;
  EXPECT_TRUE(failsWith(NXS_INVALID_ARGUMENT, [&] { return table().event_query(event.get(), &value); }));
  EXPECT_EQ(value, 4711u) << "a failing call writes nothing";
  EXPECT_TRUE(fails(stream.get()));
  EXPECT_TRUE(fails(event.get(), 3)) << "an event stays failed";
}

TEST_F(Failure, FailsTheEventsOfLaterSubmissions) {
  const auto event = createEvent();
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {failing()}).status);
  ASSERT_OK(submit(stream.get(), {signalCommand(event.get(), 1)}).status);
  EXPECT_TRUE(fails(event.get(), 1));
  EXPECT_TRUE(fails(stream.get()));
}

TEST_F(Failure, WakesAHostThatWaitsForTheEvent) {
  const auto gate = createEvent(), event = createEvent();
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {waitCommand(gate.get(), 1), failing(), signalCommand(event.get(), 1)}).status);
  std::jthread waiter([&] { EXPECT_TRUE(fails(event.get(), 1)); });
  std::this_thread::sleep_for(std::chrono::nanoseconds(aMoment));
  ASSERT_OK(table().event_signal(gate.get(), 1));
  waiter.join();
  EXPECT_TRUE(fails(stream.get()));
}

TEST_F(Failure, SpreadsToAStreamThatWaitsForTheEvent) {
  const auto event = createEvent(), last = createEvent();
  const auto bad = createStream(), waiting = createStream();
  ASSERT_OK(submit(waiting.get(), {waitCommand(event.get(), 1), fill(7), signalCommand(last.get(), 1)}).status);
  ASSERT_OK(submit(bad.get(), {failing(), signalCommand(event.get(), 1)}).status);
  EXPECT_TRUE(fails(waiting.get()));
  EXPECT_TRUE(fails(last.get(), 1));
  EXPECT_TRUE(fails(bad.get()));
  EXPECT_EQ(content(), 1u);
}

TEST_F(Failure, OfAnEventMeetsALaterWait) {
  const auto event = createEvent();
  const auto bad = createStream(), late = createStream();
  ASSERT_OK(submit(bad.get(), {failing(), signalCommand(event.get(), 1)}).status);
  EXPECT_TRUE(fails(bad.get()));
  ASSERT_OK(submit(late.get(), {waitCommand(event.get(), 1), fill(7)}).status);
  EXPECT_TRUE(fails(late.get()));
  EXPECT_EQ(content(), 1u);
}

TEST_F(Failure, OfAnEventIsNotified) {
  const auto event = createEvent(1);
  HostCallRecord before, after, reached;
  const auto stream = createStream();
  ASSERT_OK(table().event_notify(event.get(), 2, before.call()));
  ASSERT_OK(submit(stream.get(), {failing(), signalCommand(event.get(), 2)}).status);
  ASSERT_TRUE(before.waitForCalls(1));
  EXPECT_EQ(before.statuses(), std::vector<nxs_status>{NXS_INVALID_ARGUMENT});
  ASSERT_OK(table().event_notify(event.get(), 2, after.call()));
  ASSERT_TRUE(after.waitForCalls(1));
  EXPECT_EQ(after.statuses(), std::vector<nxs_status>{NXS_INVALID_ARGUMENT});
  ASSERT_OK(table().event_notify(event.get(), 1, reached.call()));
  ASSERT_TRUE(reached.waitForCalls(1));
  EXPECT_EQ(reached.statuses(), std::vector<nxs_status>{NXS_SUCCESS}) << "1 was reached before";
  EXPECT_TRUE(fails(stream.get()));
}

TEST_F(Failure, IsToldToHostCalls) {
  HostCallRecord before, behind, later;
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {hostCallCommand(before.call()), failing(), hostCallCommand(behind.call())}).status);
  ASSERT_OK(submit(stream.get(), {hostCallCommand(later.call())}).status);
  ASSERT_TRUE(before.waitForCalls(1) && behind.waitForCalls(1) && later.waitForCalls(1));
  EXPECT_EQ(before.statuses(), std::vector<nxs_status>{NXS_SUCCESS});
  EXPECT_EQ(behind.statuses(), std::vector<nxs_status>{NXS_INVALID_ARGUMENT});
  EXPECT_EQ(later.statuses(), std::vector<nxs_status>{NXS_INVALID_ARGUMENT});
  EXPECT_TRUE(fails(stream.get()));
}

// ---------------------------------------------------------------- NXS_SUBMIT_INLINE: the call itself may return the failure

/// The status of an inline submission once all of it has completed.
nxs_status outcome(nxs_stream* stream, const Submission& submission) {
  if (submission.status != NXS_SUCCESS || submission.ticket == 0) return submission.status;
  return table().stream_synchronize(stream, patience);
}

TEST_F(Failure, OfAnInlineSubmissionIsReturned) {
  const auto stream = createStream();
  EXPECT_TRUE(
      failsWith(NXS_INVALID_ARGUMENT, [&] { return outcome(stream.get(), submit(stream.get(), {failing()}, NXS_SUBMIT_INLINE)); }));
  EXPECT_OK(table().stream_synchronize(stream.get(), patience)) << "returning it has ended the failure";
  run(stream.get(), {fill(2)});
}

TEST_F(Failure, InAnInlineSubmissionSkipsTheRest) {
  const auto event = createEvent();
  HostCallRecord call;
  const auto stream = createStream();
  EXPECT_TRUE(failsWith(NXS_INVALID_ARGUMENT, [&] {
    return outcome(stream.get(),
                   submit(stream.get(), {fill(2), failing(), fill(3), signalCommand(event.get(), 1)}, NXS_SUBMIT_INLINE));
  }));
  EXPECT_EQ(content(), 2u);
  EXPECT_TRUE(failsWith(NXS_INVALID_ARGUMENT, [&] { return table().event_wait(event.get(), 1, aMoment); }))
      << "the event behind it must fail";
  EXPECT_TRUE(failsWith(NXS_INVALID_ARGUMENT, [&] {
    return outcome(stream.get(), submit(stream.get(), {failing(), hostCallCommand(call.call())}, NXS_SUBMIT_INLINE));
  }));
  ASSERT_TRUE(call.waitForCalls(1)) << "the host call behind it must be made";
  EXPECT_EQ(call.statuses(), std::vector<nxs_status>{NXS_INVALID_ARGUMENT});
}

TEST_F(Failure, BeforeAnInlineSubmissionSkipsIt) {
  const auto event = createEvent();
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {failing()}).status);
  EXPECT_TRUE(failsWith(NXS_INVALID_ARGUMENT, [&] {
    return outcome(stream.get(), submit(stream.get(), {fill(3), signalCommand(event.get(), 1)}, NXS_SUBMIT_INLINE));
  }));
  EXPECT_EQ(content(), 1u);
  EXPECT_TRUE(failsWith(NXS_INVALID_ARGUMENT, [&] { return table().event_wait(event.get(), 1, aMoment); }))
      << "the skipped signal fails its event";
  EXPECT_OK(table().stream_synchronize(stream.get(), patience));
}

TEST_F(Failure, BeforeAnInlineSignalFailsItsEvent) {
  const auto event = createEvent();
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {failing()}).status);
  EXPECT_TRUE(failsWith(NXS_INVALID_ARGUMENT, [&] {
    return outcome(stream.get(), submit(stream.get(), {signalCommand(event.get(), 1)}, NXS_SUBMIT_INLINE));
  }));
  EXPECT_TRUE(failsWith(NXS_INVALID_ARGUMENT, [&] { return table().event_wait(event.get(), 1, aMoment); }));
}

// ---------------------------------------------------------------- event_fail

class FailedEvent : public DeviceTest, public testing::WithParamInterface<nxs_status> {};

TEST_P(FailedEvent, TellsItsStatusAndMessage) {
  NEXUS_REQUIRE_ENTRY(event_fail);
  const nxs_status expected = GetParam();
  const auto event = createEvent(3), last = createEvent();
  HostCallRecord before;
  const auto stream = createStream();
  ASSERT_OK(table().event_notify(event.get(), 4, before.call()));
  ASSERT_OK(submit(stream.get(), {waitCommand(event.get(), 4), signalCommand(last.get(), 1)}).status);
  {
    std::string message = "the other device burns";
    ASSERT_OK(table().event_fail(event.get(), expected, message.c_str()));
    message.assign(message.size(), '?');
  }
  ASSERT_TRUE(before.waitForCalls(1));
  EXPECT_EQ(before.statuses(), std::vector<nxs_status>{expected});
  EXPECT_TRUE(failsWith(expected, [&] { return table().event_wait(event.get(), 4, patience); }));
  EXPECT_NE(reportedError().message.find("the other device burns"), std::string::npos) << reportedError().message;
  EXPECT_TRUE(failsWith(expected, [&] { return table().event_wait(last.get(), 1, patience); }))
      << "the failure spreads along the stream";
  EXPECT_TRUE(failsWith(expected, [&] { return table().stream_synchronize(stream.get(), patience); }));
  EXPECT_OK(table().event_wait(event.get(), 3, 0)) << "3 was reached before";
}

std::vector<nxs_status> allFailures() {
  return {
#define NEXUS_STATUS(name, constant, value, python_base, meaning) NXS_##constant,
#include <nexus/status_table.h>
#undef NEXUS_STATUS
  };
}

INSTANTIATE_TEST_SUITE_P(Failure, FailedEvent, testing::ValuesIn(allFailures()),
                         [](const auto& info) { return statusName(info.param); });

TEST_F(Failure, OfAnEventWakesManyWaiters) {
  NEXUS_REQUIRE_ENTRY(event_fail);
  const auto event = createEvent();
  onThreads([&](int thread) {
    if (thread == 0) {
      EXPECT_OK(table().event_fail(event.get(), NXS_DEVICE_LOST, "gone"));
    } else {
      EXPECT_TRUE(failsWith(NXS_DEVICE_LOST, [&] { return table().event_wait(event.get(), 1, patience); }));
    }
  });
}

}  // namespace
}  // namespace nexus::conformance
