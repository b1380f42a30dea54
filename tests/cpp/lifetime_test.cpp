// Handles may be dropped in any order, also while what they stand for is at work.
#include "cpu_device.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>

namespace {

/// Memory of the test's own that is wrapped in a buffer, and what became of it.
struct Watched {
  std::vector<std::int32_t> values = {0};
  std::atomic<int> releases = 0;
  std::atomic<std::int32_t> valueAtRelease = -1;

  nexus::Buffer wrapIn(const nexus::Device& device) {
    return device.wrap(values, [this] {
      valueAtRelease = values[0];
      ++releases;
    });
  }
};

/// One handle of each kind, with work in flight: the stream waits for the event, then stores 3 by a launch and 4 by a schedule.
struct Everything {
  nexus::Device device;
  nexus::Event event = device.createEvent();
  nexus::Library library = device.loadLibrary(kernelFile("order"));
  nexus::Kernel kernel = library.getKernel("store");
  nexus::Stream stream = device.createStream();
  nexus::Buffer buffer;
  nexus::Schedule schedule = device.createSchedule();
  nexus::Command command;

  Everything(const nexus::Device& onDevice, Watched& watched) : device(onDevice), buffer(watched.wrapIn(device)) {
    command = schedule.createCommand(kernel, {buffer, 4}, {1}, {1});
    stream.wait(event, 1);
    kernel.launch({1}, {1}, {buffer, 3}, onStream(stream));
    schedule.run(stream, false);
  }

  static constexpr std::size_t parts = 6;
  void drop(std::size_t part) {
    switch (part) {
      case 0: device = {}; break;
      case 1: library = {}; break;
      case 2: kernel = {}; break;
      case 3: stream = {}; break;
      case 4: buffer = {}; break;
      case 5: schedule = {}, command = {}; break;
      default: FAIL();
    }
  }
};

TEST(Lifetime, EveryOrderOfDroppingLeavesTheWorkAlone) {
  const nexus::Device device = cpuDevice();
  std::array<std::size_t, Everything::parts> order = {0, 1, 2, 3, 4, 5};
  std::vector<std::unique_ptr<Watched>> all;
  do {
    Watched& watched = *all.emplace_back(std::make_unique<Watched>());
    Everything everything(device, watched);
    for (const std::size_t part : order) everything.drop(part);
    EXPECT_EQ(watched.releases, 0) << "the work has not run yet";
    everything.event.signal(1);
  } while (std::next_permutation(order.begin(), order.end()));
  ASSERT_TRUE(
      eventually([&] { return std::all_of(all.begin(), all.end(), [](const auto& watched) { return watched->releases == 1; }); }));
  for (const auto& watched : all) ASSERT_EQ(watched->valueAtRelease, 4);
}

TEST(Lifetime, ASystemOfItsOwnLivesAsLongAsItsLastChild) {
  std::array<std::size_t, Everything::parts> order = {0, 1, 2, 3, 4, 5};
  for (std::size_t first = 0; first < order.size(); ++first, std::rotate(order.begin(), order.begin() + 1, order.end())) {
    for (const bool isSignalledLast : {false, true}) {
      Watched watched;
      {
        Everything everything(anotherCpuDevice(), watched);
        if (!isSignalledLast) everything.event.signal(1);
        for (const std::size_t part : order) everything.drop(part);
        if (isSignalledLast) everything.event.signal(1);
      }
      ASSERT_TRUE(eventually([&] { return watched.releases == 1; }));
      EXPECT_EQ(watched.valueAtRelease, 4);
    }
  }
}

TEST(Lifetime, ParentsAreReachedFromChildren) {
  nexus::Kernel kernel = nexus::Device(anotherCpuDevice()).loadLibrary(kernelFile("order")).getKernel("store");
  EXPECT_EQ(kernel.getName(), "store");
  EXPECT_EQ(kernel.getLibrary().getDevice().getRuntime().getName(), "cpu");
  const nexus::Buffer result = zeros<std::int32_t>(kernel.getDevice(), 1);
  kernel.launch({1}, {1}, {result, 5}, blocking());
  kernel = {};
  EXPECT_EQ(contents<std::int32_t>(result)[0], 5);
  EXPECT_EQ(result.getDevice().getRuntime().getDevices().size(), 1u);
}

TEST(Lifetime, BuffersInFlightAreGivenBackWithoutFurtherCalls) {
  const nexus::Device device = cpuDevice();
  const nexus::Kernel gate = loadKernel(device, "order", "gate");
  const nexus::Buffer flag = zeros<std::uint32_t>(device, 1);
  Watched watched;
  gate.launch({1}, {1}, {flag, watched.wrapIn(device), 6});
  EXPECT_EQ(watched.releases, 0);
  poke(flag, 1u);
  EXPECT_TRUE(eventually([&] { return watched.releases == 1; }));
  EXPECT_EQ(watched.valueAtRelease, 6);
}

TEST(Lifetime, ABufferIsGivenBackAtOnceWhenNothingIsInFlight) {
  const nexus::Device device = cpuDevice();
  const nexus::Kernel store = loadKernel(device, "order", "store");
  Watched watched;
  nexus::Buffer buffer = watched.wrapIn(device);
  store.launch({1}, {1}, {buffer, 2}, blocking());
  nexus::Buffer copy = buffer;
  buffer = {};
  EXPECT_EQ(watched.releases, 0);
  std::thread([taken = std::move(copy)] {}).join();
  EXPECT_EQ(watched.releases, 1);
  EXPECT_EQ(watched.valueAtRelease, 2);
}

TEST(Lifetime, SynchronizeGivesBackWhatHasCompleted) {
  const nexus::Device device = cpuDevice();
  const nexus::Stream stream = device.createStream();
  const nexus::Event event = device.createEvent();
  Watched watched;
  stream.wait(event, 1);
  loadKernel(device, "order", "store").launch({1}, {1}, {watched.wrapIn(device), 2}, onStream(stream));
  EXPECT_EQ(watched.releases, 0);
  event.signal(1);
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_TRUE(eventually([&] { return watched.releases == 1; }));
}

TEST(Lifetime, AFailedLaunchGivesItsBuffersBackToo) {
  const nexus::Device device = cpuDevice();
  const nexus::Stream stream = device.createStream();
  const nexus::Event event = device.createEvent();
  Watched watched;
  stream.wait(event, 1);
  loadKernel(device, "basic", "throws").launch({1}, {1}, {1}, onStream(stream));
  loadKernel(device, "order", "store").launch({1}, {1}, {watched.wrapIn(device), 2}, onStream(stream));
  event.signal(1);
  EXPECT_TRUE(eventually([&] { return watched.releases == 1; }));
  EXPECT_EQ(watched.valueAtRelease, 0) << "it was skipped";
  EXPECT_THROW(stream.synchronize(), nexus::LaunchFailedError);
}

TEST(Lifetime, HandlesAreCopiedAndDroppedByManyThreads) {
  const nexus::Device device = anotherCpuDevice();
  const nexus::Library library = device.loadLibrary(kernelFile("order"));
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([library] {
      for (int round = 0; round < 500; ++round) {
        const nexus::Kernel kernel = library.getKernel("store");
        const nexus::Device parent = kernel.getDevice();
        const nexus::Stream stream = parent.getDefaultStream();
        nexus::Command command = parent.createSchedule().createCommand(kernel);
        command = parent.createSchedule().createCommand(kernel);
        ASSERT_TRUE(command.getKernel() == kernel);
      }
    });
}

}  // namespace
