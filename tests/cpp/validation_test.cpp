// NEXUS_VALIDATION=1: what is checked between the core and the plugins.
#include "cpu_device.h"

#include <nexus/validation.h>

#include <gtest/gtest.h>

#include <cstdlib>

namespace {

// Read once, when the first plugin is loaded.
const int isSet = setenv("NEXUS_VALIDATION", "1", 1);

std::string written(const std::function<void()>& what) {
  testing::internal::CaptureStderr();
  what();
  return testing::internal::GetCapturedStderr();
}

TEST(Validation, LetsARightProgramThrough) {
  ASSERT_EQ(isSet, 0);
  EXPECT_TRUE(nexus::isValidating());
  EXPECT_EQ(written([] {
              const nexus::Device device = anotherCpuDevice();
              const nexus::Stream stream = device.createStream();
              const nexus::Event event = device.createEvent();
              const nexus::Buffer values = zeros<float>(device, 512), sums = zeros<float>(device, 2);
              const nexus::Schedule schedule = device.createSchedule();
              const nexus::Command command =
                  schedule.createCommand(loadKernel(device, "basic", "block_sum"), {values, sums}, {2}, {256});
              schedule.createFillCommand(values, 1);
              schedule.run(stream, false);
              EXPECT_TRUE(stream.synchronize(patience));
              schedule.run();
              command.setArg(0, values);
              schedule.run();
              stream.signal(event, 1);
              stream.wait(event, 1);
              EXPECT_TRUE(stream.synchronize(patience));
            }),
            "");
}

/// Ends while a background thread has yet to give back what the completed work has used.
[[noreturn]] void endBehindWork() {
  {
    const nexus::Device device = anotherCpuDevice();
    const nexus::Stream stream = device.createStream();
    const nexus::Event event = device.createEvent();
    const nexus::Buffer buffer = zeros<float>(device, 16);
    const nexus::Schedule schedule = device.createSchedule();
    schedule.createFillCommand(buffer, 1);
    stream.wait(event, 1);
    schedule.run(stream, false);
    event.signal(1);
  }
  std::exit(0);
}
/// Ends without giving back a buffer.
[[noreturn]] void endWithBuffer() {
  new nexus::Buffer(zeros<float>(anotherCpuDevice(), 16));
  std::exit(0);
}

TEST(ValidationAtTheEndDeathTest, TellsOfWhatIsKeptOnly) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(endBehindWork(), testing::ExitedWithCode(0), "^$");
  EXPECT_EXIT(endWithBuffer(), testing::ExitedWithCode(0), "^nexus: validation: cpu: a buffer made at .* was never given back\n$");
}

}  // namespace
