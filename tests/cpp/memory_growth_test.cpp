// Making and dropping objects for ever takes no more memory than doing so for a while.
#include "cpu_device.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace {

// A sanitizer keeps freed memory back, so there the numbers mean nothing and only its own findings count.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool isMeasurable = false;
constexpr int rounds = 1000;
#else
constexpr bool isMeasurable = true;
constexpr int rounds = 100'000;
#endif

std::int64_t residentBytes() {
  std::int64_t total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

class MemoryGrowth : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
  const nexus::Library library = device.loadLibrary(kernelFile("order"));
  const nexus::Kernel store = library.getKernel("store");

  template <class Body>
  void expectBounded(Body&& body) {
    for (int i = 0; i < rounds / 5; ++i) body();
    const std::int64_t before = residentBytes();
    ASSERT_GT(before, 0);
    for (int i = 0; i < rounds; ++i) body();
    // An object that is lost in every round would take at least 16 bytes of each.
    if (isMeasurable) {
      EXPECT_LT(residentBytes() - before, std::int64_t{1} << 20);
    }
  }
};

TEST_F(MemoryGrowth, Buffers) {
  expectBounded([&] { device.createBuffer({100}).getHostPointer(); });
}

TEST_F(MemoryGrowth, BuffersFromArrays) {
  const std::vector<float> values(100);
  std::vector<float> out(100);
  expectBounded([&] { device.createBuffer(values).copyTo(out); });
}

TEST_F(MemoryGrowth, Schedules) {
  const nexus::Buffer result = zeros<std::int32_t>(device, 1);
  expectBounded([&] {
    const nexus::Schedule schedule = device.createSchedule();
    schedule.createCommand(store, {result, 1}, {1}, {1});
    schedule.run();
  });
}

TEST_F(MemoryGrowth, ChangesOfACommand) {
  const nexus::Schedule schedule = device.createSchedule();
  const nexus::Command command = schedule.createCommand(store, {zeros<std::int32_t>(device, 1), 1}, {1}, {1});
  std::int32_t value = 0;
  expectBounded([&] {
    command.setArgs({device.createBuffer({1}, nexus::DType::Int32), ++value});
    schedule.run();
  });
}

TEST_F(MemoryGrowth, BlockingLaunches) {
  expectBounded([&] { store.launch({1}, {1}, {device.createBuffer({1}, nexus::DType::Int32), 1}, blocking()); });
}

TEST_F(MemoryGrowth, AsynchronousLaunches) {
  const nexus::Stream stream = device.createStream();
  int i = 0;
  expectBounded([&] {
    store.launch({1}, {1}, {device.createBuffer({1}, nexus::DType::Int32), 1}, onStream(stream));
    if (++i % 1000 == 0) stream.synchronize();
  });
}

TEST_F(MemoryGrowth, EventsAndStreams) {
  expectBounded([&] {
    const nexus::Event event = device.createEvent();
    const nexus::Stream stream = device.createStream();
    stream.signal(event, 1);
    event.wait(1);
  });
}

TEST_F(MemoryGrowth, KernelsAndErrors) {
  expectBounded([&] {
    library.getKernel("store").getDevice().getDefaultStream();
    EXPECT_THROW(store.launch({1}, {1}, {1}), nexus::InvalidArgumentError);
  });
}

TEST_F(MemoryGrowth, RunsInFlight) {
  const nexus::Stream stream = device.createStream();
  const nexus::Event event = device.createEvent();
  const nexus::Schedule schedule = device.createSchedule();
  schedule.createCommand(store, {zeros<std::int32_t>(device, 1), 1}, {1}, {1});
  std::uint64_t time = 0;
  expectBounded([&] {
    stream.wait(event, time + 1);
    schedule.run(stream, false);
    event.signal(++time);
    stream.synchronize();
  });
}

}  // namespace
