// Streams: in-order queues that do not disturb each other.
#include "device_test.h"

#include <atomic>
#include <numeric>

namespace nexus::conformance {
namespace {

using Stream = DeviceTest;

TEST_F(Stream, IsIdleWhenNew) {
  const auto stream = createStream();
  EXPECT_OK(table().stream_synchronize(stream.get(), 0));
  EXPECT_OK(table().stream_synchronize(stream.get(), NXS_FOREVER));
  EXPECT_EQ(completed(stream.get()), 0u);
}

TEST_F(Stream, ManyAreMadeAndDestroyed) {
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(createStream());
}

TEST_F(Stream, ManyLiveAtOnce) {
  std::vector<Owned<nxs_stream>> streams;
  std::vector<std::uint32_t> out(100);
  std::vector<Owned<nxs_buffer>> buffers;
  for (std::uint32_t i = 0; i < 100; ++i) {
    buffers.push_back(createBuffer(4));
    streams.push_back(createStream());
    ASSERT_OK(
        submit(streams[i].get(), {fillCommand(buffers[i].get(), 0, 4, i), readCommand(&out[i], buffers[i].get(), 0, 4)}).status);
  }
  for (const auto& stream : streams) finish(stream.get());
  for (std::uint32_t i = 0; i < 100; ++i) EXPECT_EQ(out[i], i);
}

TEST_F(Stream, RunsInOrder) {
  const auto buffer = createBuffer(64);
  const auto stream = createStream();
  std::vector<std::uint32_t> out(500);
  for (std::uint32_t i = 0; i < 500; ++i) {
    ASSERT_OK(submit(stream.get(), {fillCommand(buffer.get(), 0, 64, i)}).status);
    ASSERT_OK(submit(stream.get(), {readCommand(&out[i], buffer.get(), 4 * (i % 16), 4)}).status);
  }
  finish(stream.get());
  for (std::uint32_t i = 0; i < 500; ++i) ASSERT_EQ(out[i], i);
}

TEST_F(Stream, RunsManyCommandsOfOneCallInOrder) {
  const auto buffer = createBuffer(4);
  const auto stream = createStream();
  std::vector<std::uint32_t> out(2000);
  std::vector<nxs_command> commands;
  for (std::uint32_t i = 0; i < 2000; ++i) {
    commands.push_back(fillCommand(buffer.get(), 0, 4, i));
    commands.push_back(readCommand(&out[i], buffer.get(), 0, 4));
  }
  ASSERT_OK(submit(stream.get(), commands).status);
  finish(stream.get());
  for (std::uint32_t i = 0; i < 2000; ++i) ASSERT_EQ(out[i], i);
}

TEST_F(Stream, RunsLargeAndSmallWorkInOrder) {
  constexpr std::uint64_t large = 8 << 20;
  const auto buffer = createBuffer(large);
  const auto stream = createStream();
  std::vector<std::uint64_t> out(40);
  for (std::uint64_t i = 0; i < out.size(); ++i) {
    ASSERT_OK(submit(stream.get(), {fillCommand(buffer.get(), 0, large, i)}).status);
    ASSERT_OK(submit(stream.get(), {fillCommand(buffer.get(), large - 8, 8, i + 1000)}).status);
    ASSERT_OK(submit(stream.get(), {readCommand(&out[i], buffer.get(), large - 8, 8)}).status);
  }
  finish(stream.get());
  for (std::uint64_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i], i + 1000);
}

TEST_F(Stream, ReturnsBeforeItsWorkIsDone) {
  const auto gate = createEvent();
  const auto stream = createStream();
  const Submission submission = submit(stream.get(), {waitCommand(gate.get(), 1)});
  ASSERT_OK(submission.status);
  EXPECT_NE(submission.ticket, 0u) << "0 would say that the wait is over";
  EXPECT_LT(completed(stream.get()), submission.ticket);
  ASSERT_OK(table().event_signal(gate.get(), 1));
  finish(stream.get());
  EXPECT_GE(completed(stream.get()), submission.ticket);
}

TEST_F(Stream, TicketsGrowAndAreReached) {
  const auto gate = createEvent();
  const auto buffer = createBuffer(4);
  const auto stream = createStream();
  std::uint64_t last = 0, commands = 0;
  for (std::uint64_t turn = 1; turn <= 200; ++turn) {
    const bool isHeld = turn % 10 == 0;
    const Submission submission = isHeld
                                      ? submit(stream.get(), {waitCommand(gate.get(), turn), fillCommand(buffer.get(), 0, 4, 1u)})
                                      : submit(stream.get(), {fillCommand(buffer.get(), 0, 4, 2u)});
    ASSERT_OK(submission.status);
    commands += isHeld ? 2 : 1;
    if (submission.ticket != 0) {
      EXPECT_GT(submission.ticket, last);
      EXPECT_LE(submission.ticket, commands);
      last = submission.ticket;
    }
    if (isHeld) {
      ASSERT_OK(table().event_signal(gate.get(), turn));
    }
    EXPECT_LE(completed(stream.get()), commands);
  }
  finish(stream.get());
  EXPECT_GE(completed(stream.get()), last);
}

TEST_F(Stream, QueryNeverGoesBack) {
  const auto buffer = createBuffer(4);
  const auto stream = createStream();
  std::atomic<bool> isOver = false;
  std::jthread observer([&] {
    std::uint64_t last = 0;
    while (!isOver) {
      const std::uint64_t now = completed(stream.get());
      EXPECT_GE(now, last);
      last = now;
    }
  });
  for (int i = 0; i < 2000; ++i) EXPECT_OK(submit(stream.get(), {fillCommand(buffer.get(), 0, 4, 1u)}).status);
  finish(stream.get());
  isOver = true;
}

TEST_F(Stream, SynchronizeWaitsForWhatWasSubmittedBefore) {
  const auto gate = createEvent(), reached = createEvent();
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {signalCommand(reached.get(), 1), waitCommand(gate.get(), 1)}).status);
  std::jthread opener([&] {
    EXPECT_OK(table().event_wait(reached.get(), 1, patience));
    EXPECT_OK(table().event_signal(gate.get(), 1));
  });
  EXPECT_OK(table().stream_synchronize(stream.get(), patience));
  EXPECT_EQ(valueOf(gate.get()), 1u);
}

TEST_F(Stream, IsSynchronizedFromSeveralThreads) {
  const auto gate = createEvent();
  const auto buffer = createBuffer(4);
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {waitCommand(gate.get(), 1), fillCommand(buffer.get(), 0, 4, 5u)}).status);
  onThreads([&](int thread) {
    if (thread == 0) {
      EXPECT_OK(table().event_signal(gate.get(), 1));
    }
    EXPECT_OK(table().stream_synchronize(stream.get(), thread % 2 ? patience : NXS_FOREVER));
  });
}

TEST_F(Stream, DoesNotWaitForAnother) {
  const auto gate = createEvent();
  const auto buffer = createBuffer(4);
  const auto held = createStream(), free = createStream();
  ASSERT_OK(submit(held.get(), {waitCommand(gate.get(), 1)}).status);
  run(free.get(), {fillCommand(buffer.get(), 0, 4, 3u)});
  EXPECT_EQ(readAs<std::uint32_t>(buffer.get(), 1)[0], 3u);
  ASSERT_OK(table().event_signal(gate.get(), 1));
}

TEST_F(Stream, ManyHeldStreamsBlockNobody) {
  const auto gate = createEvent();
  const auto buffer = createBuffer(4);
  std::vector<Owned<nxs_stream>> held;
  for (int i = 0; i < 64; ++i) {
    held.push_back(createStream());
    ASSERT_OK(submit(held.back().get(), {waitCommand(gate.get(), 1)}).status);
  }
  const auto free = createStream();
  run(free.get(), {fillCommand(buffer.get(), 0, 4, 3u)});
  ASSERT_OK(table().event_signal(gate.get(), 1));
  for (const auto& stream : held) finish(stream.get());
}

TEST_F(Stream, TakesMuchWorkWhileItIsHeldBack) {
  const auto gate = createEvent();
  const auto buffer = createBuffer(8 * 5000);
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {waitCommand(gate.get(), 1)}).status);
  // The thread that opens the gate is the one that submits, so that it must never be made to wait.
  for (std::uint64_t i = 0; i < 5000; ++i) ASSERT_OK(submit(stream.get(), {fillCommand(buffer.get(), 8 * i, 8, i)}).status);
  ASSERT_OK(table().event_signal(gate.get(), 1));
  finish(stream.get());
  std::vector<std::uint64_t> expected(5000);
  std::iota(expected.begin(), expected.end(), 0u);
  EXPECT_EQ(readAs<std::uint64_t>(buffer.get(), 5000), expected);
}

TEST_F(Stream, IsFedBySeveralThreads) {
  constexpr std::uint64_t turns = 500;
  const auto buffer = createBuffer(4);
  const auto stream = createStream();
  std::vector<std::vector<std::uint32_t>> out(threadCount, std::vector<std::uint32_t>(turns));
  std::atomic<std::uint64_t> lastTicket = 0;
  onThreads([&](int thread) {
    for (std::uint32_t i = 0; i < turns; ++i) {
      const std::uint32_t value = static_cast<std::uint32_t>(thread) * 1'000'000 + i;
      const Submission submission = submit(
          stream.get(),
          {fillCommand(buffer.get(), 0, 4, value), readCommand(&out[static_cast<std::size_t>(thread)][i], buffer.get(), 0, 4)});
      EXPECT_OK(submission.status);
      std::uint64_t last = lastTicket;
      while (submission.ticket > last && !lastTicket.compare_exchange_weak(last, submission.ticket)) {
      }
    }
  });
  finish(stream.get());
  EXPECT_GE(completed(stream.get()), lastTicket);
  for (int thread = 0; thread < threadCount; ++thread)
    for (std::uint32_t i = 0; i < turns; ++i)
      ASSERT_EQ(out[static_cast<std::size_t>(thread)][i], static_cast<std::uint32_t>(thread) * 1'000'000 + i)
          << "the commands of one call must stay together";
}

TEST_F(Stream, SeveralThreadsFeedOneEach) {
  constexpr std::uint32_t turns = 500;
  onThreads([&](int thread) {
    const auto buffer = createBuffer(4);
    const auto stream = createStream();
    std::vector<std::uint32_t> out(turns);
    for (std::uint32_t i = 0; i < turns; ++i) {
      const auto value = static_cast<std::uint32_t>(thread) * 1'000'000 + i;
      ASSERT_OK(submit(stream.get(), {fillCommand(buffer.get(), 0, 4, value)}).status);
      ASSERT_OK(submit(stream.get(), {readCommand(&out[i], buffer.get(), 0, 4)}).status);
    }
    finish(stream.get());
    for (std::uint32_t i = 0; i < turns; ++i) ASSERT_EQ(out[i], static_cast<std::uint32_t>(thread) * 1'000'000 + i);
  });
}

TEST_F(Stream, SeveralThreadsFeedAllAndMeetAtEvents) {
  std::vector<Owned<nxs_event>> events;
  std::vector<Owned<nxs_stream>> streams;
  for (int i = 0; i < threadCount; ++i) events.push_back(createEvent());
  for (int i = 0; i < threadCount; ++i) streams.push_back(createStream());
  // Thread t feeds stream t, which waits for each step of its left neighbour.
  onThreads([&](int thread) {
    const auto own = static_cast<std::size_t>(thread), left = (own + threadCount - 1) % threadCount;
    for (std::uint64_t round = 1; round <= 100; ++round)
      ASSERT_OK(
          submit(streams[own].get(), {waitCommand(events[left].get(), round - 1), signalCommand(events[own].get(), round)}).status);
  });
  for (const auto& stream : streams) finish(stream.get());
  for (const auto& event : events) EXPECT_EQ(valueOf(event.get()), 100u);
}

// ---------------------------------------------------------------- NXS_SUBMIT_INLINE

TEST_F(Stream, InlineSubmissionsAreInOrder) {
  const auto buffer = createBuffer(4);
  const auto stream = createStream();
  std::vector<std::uint32_t> out(300);
  for (std::uint32_t i = 0; i < 300; ++i) {
    ASSERT_OK(submit(stream.get(), {fillCommand(buffer.get(), 0, 4, i)}).status);
    const Submission last = submit(stream.get(), {readCommand(&out[i], buffer.get(), 0, 4)}, NXS_SUBMIT_INLINE);
    ASSERT_OK(last.status);
    if (last.ticket != 0) finish(stream.get());
    ASSERT_EQ(out[i], i) << "ticket 0 says that the commands have completed";
  }
}

TEST_F(Stream, InlineSubmissionsKeepBehindHeldWork) {
  const auto gate = createEvent(), passed = createEvent();
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {waitCommand(gate.get(), 1)}).status);
  // In a thread of its own, as the caller of an inline submission is going to wait anyway.
  std::jthread submitter([&] {
    EXPECT_OK(submit(stream.get(), {signalCommand(passed.get(), 1)}, NXS_SUBMIT_INLINE).status);
    finish(stream.get());
  });
  EXPECT_EQ(table().event_wait(passed.get(), 1, aMoment), NXS_TIMEOUT) << "the signal overtook the wait";
  ASSERT_OK(table().event_signal(gate.get(), 1));
  EXPECT_OK(table().event_wait(passed.get(), 1, patience));
}

TEST_F(Stream, InlineSubmissionsFromSeveralThreads) {
  const auto buffer = bufferOf(std::vector<std::uint32_t>(1));
  const auto stream = createStream();
  onThreads([&](int thread) {
    for (std::uint32_t i = 0; i < 300; ++i) {
      const auto value = static_cast<std::uint32_t>(thread) * 1000 + i;
      std::uint32_t out = 0;
      const Submission submission =
          submit(stream.get(), {fillCommand(buffer.get(), 0, 4, value), readCommand(&out, buffer.get(), 0, 4)}, NXS_SUBMIT_INLINE);
      ASSERT_OK(submission.status);
      if (submission.ticket != 0) finish(stream.get());
      ASSERT_EQ(out, value);
    }
  });
}

// ---------------------------------------------------------------- host calls

using HostCall = DeviceTest;

TEST_F(HostCall, IsMadeWhenAllBeforeHasCompleted) {
  const auto gate = createEvent();
  const auto buffer = bufferOf(std::vector<std::uint32_t>(1));
  std::uint32_t out = 0, seen = 0;
  HostCallRecord record([&] { seen = out; });
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {waitCommand(gate.get(), 1), fillCommand(buffer.get(), 0, 4, 8u),
                                  readCommand(&out, buffer.get(), 0, 4), hostCallCommand(record.call())})
                .status);
  std::this_thread::sleep_for(std::chrono::nanoseconds(aMoment));
  EXPECT_EQ(record.count(), 0u) << "the stream is held back";
  ASSERT_OK(table().event_signal(gate.get(), 1));
  ASSERT_TRUE(record.waitForCalls(1));
  EXPECT_EQ(seen, 8u);
  EXPECT_EQ(record.statuses(), std::vector<nxs_status>{NXS_SUCCESS});
}

TEST_F(HostCall, HoldsBackWhatFollows) {
  const auto buffer = createBuffer(4);
  std::uint32_t value = 1;
  HostCallRecord record([&] {
    std::this_thread::sleep_for(std::chrono::nanoseconds(aMoment));
    value = 2;
  });
  const auto stream = createStream();
  run(stream.get(), {hostCallCommand(record.call()), writeCommand(buffer.get(), 0, &value, 4)});
  EXPECT_EQ(readAs<std::uint32_t>(buffer.get(), 1)[0], 2u);
}

TEST_F(HostCall, AreMadeInOrderAndOnce) {
  std::vector<int> order;
  std::vector<std::unique_ptr<HostCallRecord>> records;
  const auto stream = createStream();
  for (int i = 0; i < 500; ++i) {
    records.push_back(std::make_unique<HostCallRecord>([&order, i] { order.push_back(i); }));
    ASSERT_OK(submit(stream.get(), {hostCallCommand(records.back()->call())}).status);
  }
  finish(stream.get());
  std::vector<int> expected(500);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(order, expected);
}

class HostCallThread : public DeviceTest, public testing::WithParamInterface<std::uint32_t> {};

// The caller of stream_submit may hold a lock that the callback takes.
TEST_P(HostCallThread, IsNotTheSubmittersOwn) {
  const auto buffer = createBuffer(4);
  HostCallRecord alone, behind;
  const auto stream = createStream();
  ASSERT_OK(submit(stream.get(), {hostCallCommand(alone.call())}, GetParam()).status);
  ASSERT_TRUE(alone.waitForCalls(1));
  EXPECT_NE(alone.thread(), std::this_thread::get_id());
  finish(stream.get());
  ASSERT_OK(submit(stream.get(), {fillCommand(buffer.get(), 0, 4, 1u), hostCallCommand(behind.call())}, GetParam()).status);
  ASSERT_TRUE(behind.waitForCalls(1));
  EXPECT_NE(behind.thread(), std::this_thread::get_id());
}

INSTANTIATE_TEST_SUITE_P(HostCall, HostCallThread, testing::Values(0u, std::uint32_t{NXS_SUBMIT_INLINE}),
                         [](const auto& info) { return info.param ? "Inline" : "Queued"; });

}  // namespace
}  // namespace nexus::conformance
