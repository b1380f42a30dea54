// The plugin that the tests of failures rely on.
#include "faulty_plugin.h"

#include "tests/cpp/expect_error.h"

#include <gtest/gtest.h>

using namespace nexus;

namespace {

TEST(FaultyPlugin, ForwardsEverythingWithoutAScript) {
  faulty::setScript("");
  {
    const Device device = faulty::device();
    const Buffer buffer = zeros<float>(device, 8);
    buffer.fill(3);
    EXPECT_EQ(contents<float>(buffer), std::vector<float>(8, 3.0f));
    EXPECT_GT(faulty::liveObjects(), 0u);
  }
  EXPECT_EQ(faulty::failures(), "");
  EXPECT_TRUE(faulty::isClean());
}

TEST(FaultyPlugin, CountsCallsAndCommands) {
  const Device device = faulty::device();
  faulty::setScript("");
  const Buffer first = device.createBuffer(Shape{4}), second = device.createBuffer(Shape{4});
  const Schedule schedule = device.createSchedule();
  schedule.createFillCommand(first, 1);
  schedule.createCopyCommand(second, first);
  schedule.createFillCommand(first, 2);
  schedule.run();
  schedule.run();
  EXPECT_EQ(faulty::count("buffer_create"), 2u);
  EXPECT_EQ(faulty::count("schedule_run"), 2u);
  EXPECT_EQ(faulty::count("fill"), 4u);
  EXPECT_EQ(faulty::count("copy"), 2u);
  EXPECT_GE(faulty::count("any"), faulty::count("buffer_create") + faulty::count("schedule_run"));
}

TEST(FaultyPlugin, FailsTheNthCallAndSaysSo) {
  const Device device = faulty::device();
  faulty::setScript("buffer_create:2=OUT_OF_MEMORY");
  device.createBuffer(Shape{4});
  EXPECT_TRUE(
      throws<OutOfMemoryError>([&] { device.createBuffer(Shape{4}); }, {"faulty:0", "buffer_create number 2", "OUT_OF_MEMORY"}));
  EXPECT_NO_THROW(device.createBuffer(Shape{4}));
  EXPECT_EQ(faulty::failures(), "buffer_create,");
}

TEST(FaultyPlugin, TakesSeveralFaults) {
  const Device device = faulty::device();
  faulty::setScript("stream_create:1=INTERNAL, event_create:1=UNAVAILABLE,any:3=LAUNCH_FAILED");
  EXPECT_THROW(device.createStream(), InternalError);
  EXPECT_THROW(device.createEvent(), UnavailableError);
  EXPECT_THROW(device.createEvent(), LaunchFailedError);
  EXPECT_NO_THROW(device.createEvent());
}

TEST(FaultyPlugin, RefusesWrongScripts) {
  for (const char* script : {"buffer_create", "buffer_create:1", "buffer_create:0=INTERNAL", "buffer_create:x=INTERNAL",
                             "no_entry:1=INTERNAL", "buffer_create:1=NO_STATUS", "buffer_create:1=hang", "any:1=", ":1=INTERNAL"})
    EXPECT_THROW(faulty::setScript(script), std::invalid_argument) << script;
  faulty::setScript("");
}

}  // namespace
