// How often the driver is called: each call costs as much as everything that Nexus does around it.
#include "watched_plugin.h"

#include <nexus.h>

#include "tests/cpp/temporary_folder.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace {

constexpr bool isCuda = std::string_view(NEXUS_WATCHED_RUNTIME) == "cuda";

/// "launch 50", with what HIP is asked beforehand.
std::string submissions(const std::string& call, int count) {
  const std::string number = std::to_string(count);
  return (isCuda ? "" : "contextGetCurrent " + number + ", ") + call + " " + number;
}

class DriverCalls : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 20; ++i) schedule.createCommand(kernel, arguments, 1, 32);
    schedule.run(stream, true);
    launch();
    stream.synchronize();
    take();
  }

  static std::string take() { return watchedCalls().take(); }
  void launch() const { kernel.launch(1, 32, {x, 2.0f}, {.stream = stream}); }

  const nexus::System system = nexus::System::create({NEXUS_WATCHED_PLUGIN});
  const nexus::Device device = system.getDevice(NEXUS_WATCHED_RUNTIME ":0");
  const nexus::Kernel kernel =
      device.createLibrary(R"(extern "C" __global__ void empty(float* x, float a) {})", {.language = NEXUS_WATCHED_RUNTIME})
          .getKernel("empty");
  const nexus::Buffer x = device.createBuffer({32});
  const nexus::Stream stream = device.createStream();
  const nexus::Argument arguments[2] = {x, 2.0f};
  const nexus::Schedule schedule = device.createSchedule();
};

TEST_F(DriverCalls, ALaunchIsOne) {
  for (int i = 0; i < 50; ++i) launch();
  EXPECT_EQ(take(), submissions("launch", 50));
}

TEST_F(DriverCalls, ARunOfAScheduleIsOne) {
  for (int i = 0; i < 50; ++i) schedule.run(stream, false);
  EXPECT_EQ(take(), submissions("graphLaunch", 50));
}

TEST_F(DriverCalls, RunsThatAlternateBetweenStreamsAreOneEach) {
  const nexus::Stream other = device.createStream();
  take();
  for (int i = 0; i < 50; ++i) schedule.run(i % 2 ? stream : other, false);
  EXPECT_EQ(take(), submissions("graphLaunch", 50));
}

TEST_F(DriverCalls, RunsBetweenWaitsAreOneEach) {
  for (int i = 0; i < 20; ++i) {
    schedule.run(stream, false);
    EXPECT_EQ(take(), submissions("graphLaunch", 1));
    stream.synchronize();
    take();
  }
}

TEST_F(DriverCalls, ATracedLaunchGoesToTheDriverAtOnce) {
  const TemporaryFolder folder;
  nexus::startTrace(folder / "trace.json");
  launch();
  take();
  for (int i = 0; i < 50; ++i) launch();
  const std::string calls = take();
  stream.synchronize();
  nexus::stopTrace();
  // A base for the stamps may be renewed meanwhile. Behind a host call, another thread would launch.
  EXPECT_NE(calls.find("launch 50"), std::string::npos) << calls;
  EXPECT_NE(calls.find("eventRecord 10"), std::string::npos) << calls;
}

TEST_F(DriverCalls, AskingWhatIsKnownIsNone) {
  launch();
  stream.synchronize();
  take();
  EXPECT_TRUE(stream.query());
  stream.synchronize();
  EXPECT_EQ(take(), "");
}

/// The driver as another library of the process uses it.
class Contexts : public DriverCalls {
 protected:
  using Context = void*;
  template <class Function>
  static Function driverFunction(const char* cuda, const char* hip) {
    void* const driver = dlopen(isCuda ? "libcuda.so.1" : "libamdhip64.so.6", RTLD_NOW | RTLD_NOLOAD);
    const auto function = reinterpret_cast<Function>(dlsym(driver, isCuda ? cuda : hip));
    dlclose(driver);
    return function;
  }
  static void setCurrent(Context context) {
    static const auto set = driverFunction<int (*)(Context)>("cuCtxSetCurrent", "hipCtxSetCurrent");
    ASSERT_EQ(set(context), 0);
  }
  static Context current() {
    static const auto get = driverFunction<int (*)(Context*)>("cuCtxGetCurrent", "hipCtxGetCurrent");
    Context context = nullptr;
    EXPECT_EQ(get(&context), 0);
    return context;
  }
  static Context ofOtherDevice() {
    static const auto retain = driverFunction<int (*)(Context*, int)>("cuDevicePrimaryCtxRetain", "hipDevicePrimaryCtxRetain");
    Context context = nullptr;
    EXPECT_EQ(retain(&context, 1), 0);
    return context;
  }
  /// Launches and runs the schedule once, and checks that the work was done.
  void expectWork() {
    x.fill(1);
    add.launch(1, 32, {x, 2.0f}, {.stream = stream});
    sum.run(stream, false);
    stream.synchronize();
    std::vector<float> values(32);
    x.copyTo(std::span(values));
    EXPECT_EQ(values, std::vector<float>(32, 1 + 2 + 2 * 4));
  }

  const nexus::Kernel add = device
                                .createLibrary(R"(extern "C" __global__ void add(float* x, float a) { x[threadIdx.x] += a; })",
                                               {.language = NEXUS_WATCHED_RUNTIME})
                                .getKernel("add");
  const nexus::Schedule sum = [this] {
    const nexus::Argument four[] = {x, 4.0f};
    const nexus::Schedule made = device.createSchedule();
    for (int i = 0; i < 2; ++i) made.createCommand(add, four, 1, 32);
    return made;
  }();
};

TEST_F(Contexts, AThreadThatHasNoneGetsTheDevices) {
  std::thread([&] {
    launch();
    EXPECT_EQ(take(), "contextGetCurrent 1, contextSetCurrent 1, launch 1");
    launch();
    EXPECT_EQ(take(), submissions("launch", 1));
    expectWork();
  }).join();
  stream.synchronize();
}

TEST_F(Contexts, OneThatWasTakenAwayIsMadeCurrentAgain) {
  setCurrent(nullptr);
  launch();
  EXPECT_EQ(take(),
            isCuda ? "contextGetCurrent 2, contextSetCurrent 1, launch 2" : "contextGetCurrent 1, contextSetCurrent 1, launch 1");
  launch();
  EXPECT_EQ(take(), submissions("launch", 1));
  setCurrent(nullptr);
  schedule.run(stream, false);
  EXPECT_EQ(take(), isCuda ? "contextGetCurrent 2, contextSetCurrent 1, graphLaunch 2"
                           : "contextGetCurrent 1, contextSetCurrent 1, graphLaunch 1");
  setCurrent(nullptr);
  expectWork();
}

TEST_F(Contexts, ThatOfAnotherDeviceStaysCurrent) {
  const Context other = ofOtherDevice();
  setCurrent(other);
  launch();
  EXPECT_EQ(take(),
            isCuda ? "contextGetCurrent 2, contextSetCurrent 2, launch 2" : "contextGetCurrent 1, contextSetCurrent 2, launch 1");
  // From now on it is expected.
  launch();
  EXPECT_EQ(take(), "contextGetCurrent 1, contextSetCurrent 2, launch 1");
  schedule.run(stream, false);
  EXPECT_EQ(take(), "contextGetCurrent 1, contextSetCurrent 2, graphLaunch 1");
  expectWork();
  EXPECT_EQ(current(), other);
}

TEST_F(Contexts, AnotherDeviceOfNexusIsServedInTurn) {
  const nexus::Device second = system.getDevice(NEXUS_WATCHED_RUNTIME ":1");
  const nexus::Buffer y = second.createBuffer({32});
  y.fill(0);
  for (int i = 0; i < 3; ++i) {
    expectWork();
    y.fill(i);
  }
  std::vector<float> values(32);
  y.copyTo(std::span(values));
  EXPECT_EQ(values, std::vector<float>(32, 2));
}

TEST_F(Contexts, ARefusalForAnotherReasonIsNotTriedAgain) {
  take();
  const nexus::LaunchOptions cooperative{.stream = stream, .cooperative = true};
  EXPECT_THROW(kernel.launch(1000, 32, {x, 2.0f}, cooperative), nexus::LaunchFailedError);
  const std::string calls = take();
  EXPECT_NE(calls.find(isCuda ? "launchConfigured 1" : "launchCooperative 1"), std::string::npos) << calls;
}

}  // namespace
