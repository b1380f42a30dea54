// NEXUS_LOG: what is written to stderr, and of what.
#include "cpu_device.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace {

// Read once, at the first line that might be written.
const int isSet = setenv("NEXUS_LOG", "debug", 1);

std::string logged(const std::function<void()>& what) {
  testing::internal::CaptureStderr();
  what();
  return testing::internal::GetCapturedStderr();
}

TEST(Log, NamesPluginAndObject) {
  ASSERT_EQ(isSet, 0);
  const std::string text = logged([] {
    const nexus::Device device = anotherCpuDevice();
    const nexus::Stream stream = device.createStream();
    const nexus::Event event = device.createEvent(3);
    const nexus::Buffer buffer = device.createBuffer(nexus::Shape{1024});
    loadKernel(device, "order", "store");
    EXPECT_THROW(event.signal(1), nexus::InvalidArgumentError);
  });
  for (const std::string& line :
       {"info: loader: " + nexus::getRuntime("cpu").getPluginPath() + ": available", std::string("debug: cpu:0 stream 1: created"),
        std::string("debug: cpu:0 stream 1: destroyed"), std::string("debug: cpu:0 event: created at 3"),
        std::string("debug: cpu:0 buffer: created, 4 KiB"), std::string("debug: cpu:0 buffer: destroyed"),
        "debug: cpu:0: library '" + kernelFile("order") + "': loaded",
        std::string("debug: cpu: cpu:0: cannot signal an event to 1")})
    EXPECT_NE(text.find("nexus: " + line), std::string::npos) << line << "\n" << text;
}

TEST(Log, TellsOfWarningsToo) {
  const std::string text = logged([] {
    const nexus::Device device = cpuDevice();
    const nexus::Schedule schedule = device.createSchedule();
    schedule.createCallCommand([] { throw std::runtime_error("the reason"); });
    schedule.run();
  });
  EXPECT_NE(text.find("nexus: warn: schedule: an exception left a function that a stream called: the reason"), std::string::npos)
      << text;
}

}  // namespace
