// A failure on one device reaches the streams of others that wait for it.
#include "faulty_plugin.h"
#include "watchdog.h"

#include "tests/cpp/expect_error.h"

#include <gtest/gtest.h>

using namespace nexus;

namespace {

class CrossDeviceFailure : public testing::Test {
 protected:
  void SetUp() override { faulty::setScript(""); }
  void TearDown() override { faulty::setScript(""); }

  Device failing = faulty::device();
  Device waiting = anotherCpuDevice();
};

TEST_F(CrossDeviceFailure, FailsTheStreamThatWaits) {
  const Watchdog watchdog("a stream behind another device");
  const Event event = failing.createEvent();
  const Stream source = failing.createStream(), sink = waiting.createStream();
  const Buffer buffer = zeros<float>(waiting, 8), other = zeros<float>(failing, 8);
  const Schedule fill = waiting.createSchedule(), first = failing.createSchedule();
  fill.createFillCommand(buffer, 1);
  first.createFillCommand(other, 1);
  first.createSignalCommand(event, 1);
  sink.wait(event, 1);
  fill.run(sink, false);
  faulty::setScript("fill:1=LAUNCH_FAILED");
  first.run(source, false);
  EXPECT_TRUE(throws<LaunchFailedError>([&] { sink.synchronize(patience); }, {"cpu:0", "faulty:0", "event"}));
  EXPECT_EQ(peek<float>(buffer), 0) << "what was behind the wait has not run";
  EXPECT_THROW(source.synchronize(), LaunchFailedError);
  EXPECT_TRUE(sink.synchronize());
  fill.run(sink);
  EXPECT_EQ(peek<float>(buffer), 1) << "the stream is usable again";
}

TEST_F(CrossDeviceFailure, SkipsWhatComesBetweenFailureAndWait) {
  const Watchdog watchdog("work behind a failure");
  const Event event = failing.createEvent(), behind = waiting.createEvent();
  const Stream source = failing.createStream(), sink = waiting.createStream();
  const Buffer buffer = zeros<float>(waiting, 8);
  const Schedule fill = waiting.createSchedule();
  fill.createFillCommand(buffer, 1);
  sink.wait(event, 1);
  faulty::setScript("signal:1=LAUNCH_FAILED");
  source.signal(event, 1);
  EXPECT_THROW(source.synchronize(), LaunchFailedError);
  ASSERT_TRUE(eventually([&] { return sink.query(); }));
  fill.run(sink, false);
  sink.signal(behind, 1);
  EXPECT_THROW(behind.wait(1, patience), LaunchFailedError);
  EXPECT_THROW(sink.synchronize(), LaunchFailedError);
  EXPECT_EQ(peek<float>(buffer), 0);
}

TEST_F(CrossDeviceFailure, GoesOnThroughAnEventOfAThirdDevice) {
  const Watchdog watchdog("a chain of devices");
  const Device third = anotherCpuDevice();
  const Event ofFailing = failing.createEvent(), ofThird = third.createEvent();
  const Stream source = failing.createStream(), middle = waiting.createStream(), end = third.createStream();
  middle.wait(ofFailing, 1);
  middle.signal(ofThird, 1);
  end.wait(ofThird, 1);
  faulty::setScript("signal:1=OUT_OF_MEMORY");
  source.signal(ofFailing, 1);
  EXPECT_THROW(end.synchronize(patience), OutOfMemoryError);
  EXPECT_THROW(middle.synchronize(), OutOfMemoryError);
  EXPECT_THROW(ofThird.wait(1, patience), OutOfMemoryError);
  EXPECT_THROW(source.synchronize(), OutOfMemoryError);
}

TEST_F(CrossDeviceFailure, OfAnEventThatHasFailedAlready) {
  const Watchdog watchdog("an event that has failed");
  const Event event = failing.createEvent();
  const Stream source = failing.createStream(), sink = waiting.createStream();
  faulty::setScript("signal:1=LAUNCH_FAILED");
  source.signal(event, 1);
  EXPECT_THROW(source.synchronize(), LaunchFailedError);
  const auto waitForIt = [&] {
    sink.wait(event, 1);
    sink.synchronize(patience);
  };
  EXPECT_TRUE(throws<LaunchFailedError>(waitForIt, {"faulty:0", "event"}));
  EXPECT_TRUE(sink.synchronize());
}

TEST_F(CrossDeviceFailure, OfTheWatchLeavesTheStreamUsable) {
  const Watchdog watchdog("event_notify");
  const Event event = failing.createEvent();
  const Stream sink = waiting.createStream();
  faulty::setScript("event_notify:1=INTERNAL");
  EXPECT_TRUE(throws<InternalError>([&] { sink.wait(event, 1); }, {"event_notify number 1"}));
  EXPECT_TRUE(sink.synchronize(patience)) << "nothing holds the stream";
  sink.wait(event, 1);
  event.signal(1);
  EXPECT_TRUE(sink.synchronize(patience));
}

TEST_F(CrossDeviceFailure, OfHeldWorkIsReportedByTheNextWait) {
  const Watchdog watchdog("held work");
  const Event event = waiting.createEvent();
  const Stream held = failing.createStream();
  const Buffer buffer = zeros<float>(failing, 8);
  const Schedule fill = failing.createSchedule();
  fill.createFillCommand(buffer, 1);
  held.wait(event, 1);
  fill.run(held, false);
  faulty::setScript("stream_submit:1=OUT_OF_MEMORY");
  event.signal(1);
  EXPECT_TRUE(throws<OutOfMemoryError>([&] { held.synchronize(patience); }, {"faulty:0", "another device"}));
  EXPECT_EQ(peek<float>(buffer), 0);
  fill.run(held);
  EXPECT_EQ(peek<float>(buffer), 1);
}

/// The work of a dropped stream still runs, also if all that follows from it is on another device.
TEST_F(CrossDeviceFailure, DroppedStreamsStillSignalOtherDevices) {
  const Watchdog watchdog("a dropped stream");
  const Event event = waiting.createEvent(), go = failing.createEvent();
  {
    const Stream stream = failing.createStream();
    stream.wait(go, 1);
    stream.signal(event, 1);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(faulty::count("stream_destroy"), 0u) << "the stream still has work";
  go.signal(1);
  EXPECT_TRUE(event.wait(1, patience));
}

}  // namespace
