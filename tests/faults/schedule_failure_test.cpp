// A command that fails in the middle of a schedule: what is behind it is skipped, its events fail, and the stream is usable again.
#include "faulty_plugin.h"
#include "watchdog.h"

#include "tests/cpp/expect_error.h"

#include <gtest/gtest.h>

using namespace nexus;

namespace {

constexpr std::size_t count = 64;

struct Case {
  const char* name;
  const char* script;
  bool isBlocking;
  float copied = 0;  ///< what the copy in the middle leaves
};

std::string caseName(const testing::TestParamInfo<Case>& info) { return info.param.name; }

class ScheduleFailure : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override { faulty::setScript(""); }
  void TearDown() override { faulty::setScript(""); }
};

/// Fills, launches and copies; each step shows in memory of its own.
struct Steps {
  Device device;
  Buffer before = zeros<float>(device, count), first = zeros<float>(device, count), second = zeros<float>(device, count);
  Event event = device.createEvent();
  std::shared_ptr<std::atomic<int>> calls = std::make_shared<std::atomic<int>>(0);
  Schedule schedule = device.createSchedule();

  explicit Steps(Device on = faulty::device()) : device(std::move(on)) {
    const Buffer ones = device.createBuffer(std::vector<float>(count, 1.0f));
    const Kernel saxpy = loadKernel(device, "basic", "saxpy");
    schedule.createFillCommand(before, 9);
    schedule.createCommand(saxpy, {ones, first, 1.0f, count}, 1, count);
    schedule.createCopyCommand(second, first);
    schedule.createCallCommand([made = calls] { ++*made; });
    schedule.createSignalCommand(event, 1);
  }
};

/// Runs the steps; a blocking run reports the failure itself.
void start(const Steps& steps, const Stream& stream, bool isBlocking) {
  if (isBlocking) {
    EXPECT_THROW(steps.schedule.run(stream), LaunchFailedError);
  } else {
    steps.schedule.run(stream, false);
  }
}
/// Otherwise the next wait does.
void end(const Stream& stream, bool isBlocking) {
  if (isBlocking) {
    EXPECT_TRUE(stream.synchronize());
  } else {
    EXPECT_THROW(stream.synchronize(), LaunchFailedError);
  }
}

TEST_P(ScheduleFailure, SkipsTheRestAndEndsWithTheNextWait) {
  const Watchdog watchdog(GetParam().name);
  {
    const Steps steps;
    const Stream stream = steps.device.createStream(), other = steps.device.createStream();
    faulty::setScript(GetParam().script);
    const auto run = [&] {
      steps.schedule.run(stream, GetParam().isBlocking);
      stream.synchronize();
    };
    EXPECT_TRUE(throws<LaunchFailedError>(run, {"faulty:0", "number 1 fails on purpose"}));
    EXPECT_EQ(contents<float>(steps.before)[0], 9) << "what came before has run";
    EXPECT_EQ(contents<float>(steps.second)[0], GetParam().copied);
    EXPECT_EQ(*steps.calls, 0);
    EXPECT_THROW(steps.event.wait(1, patience), LaunchFailedError);
    EXPECT_THROW(steps.event.getValue(), LaunchFailedError);

    EXPECT_TRUE(stream.synchronize()) << "the wait has ended the failure";
    steps.before.fill(1);
    const Schedule again = steps.device.createSchedule();
    again.createFillCommand(steps.second, 5);
    again.run(stream);
    again.run(other);
    EXPECT_EQ(contents<float>(steps.second)[0], 5);
  }
  EXPECT_TRUE(faulty::isClean());
}

TEST_P(ScheduleFailure, LeavesOtherStreamsAlone) {
  const Watchdog watchdog(GetParam().name);
  const Steps steps;
  const Stream stream = steps.device.createStream(), other = steps.device.createStream();
  const Schedule fill = steps.device.createSchedule();
  const Buffer buffer = zeros<float>(steps.device, count);
  fill.createFillCommand(buffer, 3);
  const Event go = steps.device.createEvent();
  other.wait(go, 1);
  fill.run(other, false);
  // The counts of the script begin here, so that they meet the schedule's commands.
  faulty::setScript(GetParam().script);
  start(steps, stream, GetParam().isBlocking);
  go.signal(1);
  EXPECT_TRUE(other.synchronize());
  EXPECT_EQ(peek<float>(buffer), 3);
  end(stream, GetParam().isBlocking);
}

TEST_P(ScheduleFailure, FailsStreamsThatWaitForIt) {
  const Watchdog watchdog(GetParam().name);
  const Steps steps;
  const Stream stream = steps.device.createStream(), waiting = steps.device.createStream();
  const Buffer buffer = zeros<float>(steps.device, count);
  const Schedule fill = steps.device.createSchedule();
  fill.createFillCommand(buffer, 3);
  waiting.wait(steps.event, 1);
  fill.run(waiting, false);
  faulty::setScript(GetParam().script);
  start(steps, stream, GetParam().isBlocking);
  EXPECT_TRUE(throws<LaunchFailedError>([&] { waiting.synchronize(); }, {"event"}));
  EXPECT_EQ(peek<float>(buffer), 0);
  EXPECT_TRUE(waiting.synchronize());
  end(stream, GetParam().isBlocking);
}

// The background thread would do so too, a little later; it may rarely be at it already.
TEST_P(ScheduleFailure, GivesBackWhatTheFailedWorkUsed) {
  const Watchdog watchdog(GetParam().name);
  const Device device = faulty::device();
  const Stream stream = device.createStream();
  constexpr int rounds = 10;
  int atOnce = 0;
  for (int round = 0; round < rounds; ++round) {
    std::weak_ptr<std::atomic<int>> usedByCall;
    {
      const Steps steps(device);
      usedByCall = steps.calls;
      faulty::setScript(GetParam().script);
      start(steps, stream, GetParam().isBlocking);
    }
    end(stream, GetParam().isBlocking);
    if (usedByCall.expired()) ++atOnce;
    faulty::setScript("");
  }
  EXPECT_GT(atOnce, rounds / 2);
}

INSTANTIATE_TEST_SUITE_P(Commands, ScheduleFailure,
                         testing::Values(Case{"LaunchBlocking", "launch:1=LAUNCH_FAILED", true},
                                         Case{"LaunchQueued", "launch:1=LAUNCH_FAILED", false},
                                         Case{"CopyBlocking", "copy:1=LAUNCH_FAILED", true},
                                         Case{"CopyQueued", "copy:1=LAUNCH_FAILED", false},
                                         Case{"CallBlocking", "host_call:1=LAUNCH_FAILED", true, 1},
                                         Case{"CallQueued", "host_call:1=LAUNCH_FAILED", false, 1}),
                         caseName);

TEST(ScheduleOfAFailingKernel, FailsLikewise) {
  const Watchdog watchdog("a kernel that throws");
  faulty::setScript("");
  const Device device = faulty::device();
  const Kernel throwing = loadKernel(device, "basic", "throws");
  for (const bool isBlocking : {true, false}) {
    const Buffer before = zeros<float>(device, count), after = zeros<float>(device, count);
    const Event event = device.createEvent();
    const Stream stream = device.createStream();
    const Schedule schedule = device.createSchedule();
    schedule.createFillCommand(before, 1);
    schedule.createCommand(throwing, {7}, 1, 1);
    schedule.createFillCommand(after, 1);
    schedule.createSignalCommand(event, 1);
    const auto run = [&] {
      schedule.run(stream, isBlocking);
      stream.synchronize();
    };
    EXPECT_TRUE(throws<LaunchFailedError>(run, {"'throws'", "code 7"}));
    EXPECT_EQ(peek<float>(before), 1);
    EXPECT_EQ(peek<float>(after), 0);
    EXPECT_TRUE(throws<LaunchFailedError>([&] { event.wait(1, patience); }, {"code 7"}));
    EXPECT_TRUE(stream.synchronize());
  }
}

TEST(ScheduleWithoutMemory, CanRunLater) {
  const Watchdog watchdog("no memory for a schedule");
  faulty::setScript("");
  const Device device = faulty::device();
  const Buffer buffer = zeros<float>(device, count);
  const Schedule schedule = device.createSchedule();
  const Command fill = schedule.createFillCommand(buffer, 1);
  faulty::setScript("schedule_create:1=OUT_OF_MEMORY");
  EXPECT_TRUE(throws<OutOfMemoryError>([&] { schedule.run(); }, {"faulty:0", "schedule"}));
  schedule.run();
  EXPECT_EQ(peek<float>(buffer), 1);
  faulty::setScript("buffer_create:2=OUT_OF_MEMORY");
  schedule.createCopyCommand(device.createBuffer(Shape{count}), buffer);
  EXPECT_THROW(schedule.createCopyCommand(device.createBuffer(Shape{count}), buffer), OutOfMemoryError);
  EXPECT_EQ(schedule.getCommands().size(), 2u);
  schedule.run();
}

}  // namespace
