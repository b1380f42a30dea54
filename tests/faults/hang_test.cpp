// Work and waits that do not end: timeouts hold, and everything is usable when it goes on after all.
#include "faulty_plugin.h"
#include "watchdog.h"

#include <gtest/gtest.h>

#include <thread>

using namespace nexus;

namespace {

constexpr double shortTime = 0.02;

class Hang : public testing::Test {
 protected:
  void SetUp() override { faulty::setScript(""); }
  void TearDown() override {
    faulty::release();
    EXPECT_TRUE(faulty::isClean());
    faulty::setScript("");
  }
};

TEST_F(Hang, OfSynchronizeEndsWithTheTimeout) {
  const Watchdog watchdog("synchronize");
  const Stream stream = faulty::device().createStream();
  faulty::setScript("stream_synchronize:1=hang");
  EXPECT_FALSE(stream.synchronize(shortTime));
  EXPECT_FALSE(stream.synchronize(0));
  faulty::release();
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_TRUE(stream.synchronize());
}

TEST_F(Hang, OfAnEventEndsWithTheTimeout) {
  const Watchdog watchdog("event");
  const Event event = faulty::device().createEvent();
  faulty::setScript("event_wait:1=hang");
  event.signal(1);
  EXPECT_FALSE(event.wait(1, shortTime));
  EXPECT_EQ(event.getValue(), 1u);
  faulty::release();
  EXPECT_TRUE(event.wait(1, patience));
}

class CommandHang : public Hang, public testing::WithParamInterface<const char*> {};

TEST_P(CommandHang, HoldsUpItsStreamOnly) {
  const Watchdog watchdog(GetParam());
  const Device device = faulty::device();
  const Buffer source = device.createBuffer(std::vector<float>(16, 2.0f)), destination = zeros<float>(device, 16);
  const Stream stream = device.createStream(), other = device.createStream();
  const Event event = device.createEvent();
  const Kernel noop = loadKernel(device, "basic", "noop");
  const Schedule schedule = device.createSchedule(), beside = device.createSchedule();
  schedule.createCommand(noop, {}, 1, 1);
  schedule.createFillCommand(source, 3);
  schedule.createCopyCommand(destination, source);
  schedule.createSignalCommand(event, 1);
  beside.createCallCommand([] {});
  faulty::setScript(std::string(GetParam()) + ":1=hang");
  schedule.run(stream, false);
  EXPECT_FALSE(stream.synchronize(shortTime));
  EXPECT_FALSE(stream.query());
  EXPECT_FALSE(event.wait(1, shortTime));
  beside.run(other);
  EXPECT_TRUE(other.synchronize());
  faulty::release();
  EXPECT_TRUE(event.wait(1, patience));
  EXPECT_TRUE(stream.synchronize());
  EXPECT_EQ(contents<float>(destination)[0], 3);
  schedule.createSignalCommand(event, 3);
}

TEST_P(CommandHang, MayBeDropped) {
  const Watchdog watchdog(GetParam());
  {
    const Device device = faulty::device();
    const Buffer source = device.createBuffer(std::vector<float>(16, 2.0f)), destination = zeros<float>(device, 16);
    const Event event = device.createEvent();
    const Stream stream = device.createStream();
    const Schedule schedule = device.createSchedule();
    schedule.createCommand(loadKernel(device, "basic", "noop"), {}, 1, 1);
    schedule.createFillCommand(source, 3);
    schedule.createCopyCommand(destination, source);
    schedule.createSignalCommand(event, 1);
    faulty::setScript(std::string(GetParam()) + ":1=hang");
    schedule.run(stream, false);
  }
  EXPECT_GT(faulty::liveObjects(), 0u) << "what hangs is still used";
}

INSTANTIATE_TEST_SUITE_P(Commands, CommandHang, testing::Values("launch", "fill", "copy", "signal"),
                         [](const auto& info) { return std::string(info.param); });

TEST_F(Hang, OfABlockingRunEndsWhenItIsReleased) {
  const Watchdog watchdog("blocking run");
  const Device device = faulty::device();
  const Buffer buffer = zeros<float>(device, 16);
  const Schedule schedule = device.createSchedule();
  schedule.createFillCommand(buffer, 3);
  faulty::setScript("fill:1=hang");
  std::thread releasing([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    faulty::release();
  });
  schedule.run();
  releasing.join();
  EXPECT_EQ(peek<float>(buffer), 3);
}

std::atomic<bool> isInterrupted{false};

TEST_F(Hang, CanBeInterrupted) {
  const Watchdog watchdog("interrupted run");
  const Device device = faulty::device();
  const Buffer buffer = zeros<float>(device, 16);
  const Schedule schedule = device.createSchedule();
  schedule.createFillCommand(buffer, 3);
  faulty::setScript("fill:1=hang");
  isInterrupted = true;
  setInterruptCheck([] { return isInterrupted.load(); });
  EXPECT_THROW(schedule.run(), Interrupted);
  isInterrupted = false;
  setInterruptCheck(nullptr);
  faulty::release();
  EXPECT_TRUE(device.getDefaultStream().synchronize(patience));
  EXPECT_EQ(peek<float>(buffer), 3);
}

}  // namespace
