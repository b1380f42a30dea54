// The plugin through the public C++ API, as applications use it.
#include "host_services.h"
#include "kernel_test.h"
#include "subject.h"

#include <gtest/gtest.h>
#include <nexus.h>

#include <atomic>
#include <numeric>
#include <thread>

namespace nexus::conformance {
namespace {

class Core : public testing::Test {
 protected:
  void SetUp() override {
    system = System::create({subject().pluginPath});
    device = system.getRuntime(subject().plugin->name).getDevice(subject().deviceIndex);
  }
  // The core has shaken hands with the same copy of the plugin in memory; from here on it reports to the suite again.
  void TearDown() override { shakeHands(); }
  System system;
  Device device;
};

TEST_F(Core, PluginIsAvailable) {
  ASSERT_EQ(system.getPluginRecords().size(), 1u);
  const PluginRecord& record = system.getPluginRecords()[0];
  EXPECT_EQ(record.state, PluginRecord::State::Available) << record.reason;
  EXPECT_EQ(record.name, subject().plugin->name);
  EXPECT_EQ(record.version, subject().plugin->version);
}

TEST_F(Core, DeviceTellsItsProperties) {
  EXPECT_FALSE(device.getProperties().empty());
  for (const nexus::Property property : device.getProperties())
    EXPECT_NO_THROW(device.getPropertyValue(property)) << propertyInfo(property).name;
}

TEST_F(Core, ArraysGoThereAndBack) {
  std::vector<double> in(12'345), out(12'345);
  std::iota(in.begin(), in.end(), 0.5);
  const nexus::Buffer buffer = device.createBuffer(in);
  buffer.copyTo(out);
  EXPECT_EQ(out, in);
  buffer.fill(2.5);
  buffer.copyTo(out);
  EXPECT_EQ(out, std::vector<double>(12'345, 2.5));
}

TEST_F(Core, HugeBufferIsOutOfMemory) {
  EXPECT_THROW(device.createBuffer(Shape{std::int64_t{1} << 50}, DType::Float64), OutOfMemoryError);
}

TEST_F(Core, MissingLibraryNamesItsFile) {
  try {
    device.loadLibrary("/no/such/library.bin");
    FAIL() << "it loaded";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("/no/such/library.bin"), std::string::npos) << error.what();
  }
}

TEST_F(Core, EventsLeadFromHostToStreamToHost) {
  const nexus::Event request = device.createEvent(), answer = device.createEvent();
  const nexus::Stream stream = device.createStream();
  stream.wait(request, 1);
  stream.signal(answer, 1);
  EXPECT_FALSE(answer.wait(1, 0.01));
  request.signal(1);
  EXPECT_TRUE(answer.wait(1, 60));
  EXPECT_TRUE(stream.synchronize(60));
  EXPECT_THROW(request.signal(1), InvalidArgumentError);
}

TEST_F(Core, SchedulesRunCopiesFillsAndCalls) {
  std::vector<std::int32_t> in(100, 3), out(100);
  const nexus::Buffer a = device.createBuffer(Shape{100}, DType::Int32), b = device.createBuffer(Shape{100}, DType::Int32);
  std::atomic<int> calls = 0;
  const nexus::Schedule schedule = device.createSchedule();
  schedule.createCopyFromHostCommand(a, in);
  schedule.createCopyCommand(b, a);
  schedule.createCallCommand([&] { ++calls; });
  schedule.createCopyToHostCommand(out, b);
  for (int i = 0; i < 20; ++i) {
    std::fill(in.begin(), in.end(), i);
    schedule.run();
    ASSERT_EQ(out, in);
  }
  EXPECT_EQ(calls, 20);
}

TEST_F(Core, DroppedObjectsLiveUntilTheirWorkIsDone) {
  std::vector<std::int32_t> out(1000);
  const nexus::Event gate = device.createEvent();
  {
    const nexus::Stream stream = device.createStream();
    const nexus::Buffer buffer = device.createBuffer(std::vector<std::int32_t>(1000, 5));
    const nexus::Schedule schedule = device.createSchedule();
    schedule.createWaitCommand(gate, 1);
    schedule.createCopyToHostCommand(out, buffer);
    schedule.createSignalCommand(gate, 2);
    schedule.run(stream, false);
  }
  gate.signal(1);
  EXPECT_TRUE(gate.wait(2, 60));
  EXPECT_EQ(out, std::vector<std::int32_t>(1000, 5));
}

TEST_F(Core, FailureIsThrownByTheNextWait) {
  const nexus::Stream stream = device.createStream();
  const nexus::Event event = device.createEvent(5), behind = device.createEvent();
  stream.signal(event, 3);
  stream.signal(behind, 1);
  EXPECT_THROW(behind.wait(1, 60), InvalidArgumentError);
  EXPECT_THROW(stream.synchronize(60), InvalidArgumentError);
  EXPECT_TRUE(stream.synchronize(60));
}

TEST_F(Core, WorksFromSeveralThreads) {
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 50; ++i) {
        std::vector<std::int32_t> in(100 + i, thread), out(100 + i);
        device.createBuffer(in).copyTo(out);
        EXPECT_EQ(out, in);
      }
    });
}

TEST_F(Core, LaunchesKernels) {
  nexus::Library library;
  try {
    library = subject().kernelLanguage.empty()
                  ? device.loadLibrary(subject().kernelPath)
                  : device.createLibrary(fileContents(subject().kernelPath), {.language = subject().kernelLanguage});
  } catch (const Error& error) {
    GTEST_SKIP() << "the plugin refuses the kernels: " << error.what();
  }
  std::vector<std::uint32_t> x(1000, 3), y(1000, 1);
  const nexus::Buffer xs = device.createBuffer(x), ys = device.createBuffer(y);
  const nexus::Kernel multiplyAdd = library.getKernel("multiply_add");
  LaunchOptions options;
  options.blocking = true;
  multiplyAdd.launch(Dim3(25), Dim3(40), {xs, ys, 4u, std::uint64_t{1000}}, options);
  ys.copyTo(y);
  EXPECT_EQ(y, std::vector<std::uint32_t>(1000, 13));
}

}  // namespace
}  // namespace nexus::conformance
