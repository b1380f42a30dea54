// How often the driver is called: each call costs as much as everything that Nexus does around it.
#include <nexus.h>

#include <dlfcn.h>
#include <gtest/gtest.h>

namespace {

class DriverCalls : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 20; ++i) schedule.createCommand(kernel, arguments, 1, 32);
    schedule.run(stream, true);
    launch();
    stream.synchronize();
    take();
  }

  using Take = const char* (*)();
  /// Counts from now on; returns the function that tells.
  static Take startCounting() {
    void* plugin = dlopen(NEXUS_COUNTED_PLUGIN, RTLD_NOW | RTLD_NOLOAD);
    reinterpret_cast<void (*)()>(dlsym(plugin, "countDriverCalls"))();
    const auto take = reinterpret_cast<Take>(dlsym(plugin, "takeDriverCalls"));
    dlclose(plugin);
    return take;
  }

  void launch() const { kernel.launch(1, 32, {x, 2.0f}, {.stream = stream}); }

  const nexus::System system = nexus::System::create({NEXUS_COUNTED_PLUGIN});
  const Take take = startCounting();
  const nexus::Device device = system.getDevice(NEXUS_COUNTED_RUNTIME ":0");
  const nexus::Kernel kernel =
      device.createLibrary(R"(extern "C" __global__ void empty(float* x, float a) {})", {.language = NEXUS_COUNTED_RUNTIME})
          .getKernel("empty");
  const nexus::Buffer x = device.createBuffer({32});
  const nexus::Stream stream = device.createStream();
  const nexus::Argument arguments[2] = {x, 2.0f};
  const nexus::Schedule schedule = device.createSchedule();
};

TEST_F(DriverCalls, ALaunchIsOne) {
  for (int i = 0; i < 50; ++i) launch();
  EXPECT_STREQ(take(), "contextGetCurrent 50, launch 50");
}

TEST_F(DriverCalls, ARunOfAScheduleIsOne) {
  for (int i = 0; i < 50; ++i) schedule.run(stream, false);
  EXPECT_STREQ(take(), "contextGetCurrent 50, graphLaunch 50");
}

TEST_F(DriverCalls, RunsThatAlternateBetweenStreamsAreOneEach) {
  const nexus::Stream other = device.createStream();
  take();
  for (int i = 0; i < 50; ++i) schedule.run(i % 2 ? stream : other, false);
  EXPECT_STREQ(take(), "contextGetCurrent 50, graphLaunch 50");
}

TEST_F(DriverCalls, RunsBetweenWaitsAreOneEach) {
  for (int i = 0; i < 20; ++i) {
    schedule.run(stream, false);
    EXPECT_STREQ(take(), "contextGetCurrent 1, graphLaunch 1");
    stream.synchronize();
    take();
  }
}

TEST_F(DriverCalls, AskingWhatIsKnownIsNone) {
  launch();
  stream.synchronize();
  take();
  EXPECT_TRUE(stream.query());
  stream.synchronize();
  EXPECT_STREQ(take(), "");
}

}  // namespace
