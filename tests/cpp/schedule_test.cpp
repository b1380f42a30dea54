// Schedules: recorded once, run many times, changed in between.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

#include <numeric>

namespace {

using nexus::DType;
using nexus::InvalidArgumentError;

class Schedules : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
  const nexus::Stream stream = device.createStream();
  const nexus::Event start = device.createEvent();
  const nexus::Schedule schedule = device.createSchedule();
  const nexus::Kernel saxpy = loadKernel(device, "basic", "saxpy"), store = loadKernel(device, "order", "store"),
                      append = loadKernel(device, "order", "append");
};

TEST_F(Schedules, RunAgainAndAgain) {
  const nexus::Buffer x = device.createBuffer(std::vector<float>(100, 1.0f)), y = zeros<float>(device, 100);
  schedule.createCommand(saxpy, {x, y, 2.0f, 100}, {4}, {32});
  for (int i = 0; i < 10; ++i) schedule.run();
  EXPECT_EQ(contents<float>(y), std::vector<float>(100, 20.0f));
}

TEST_F(Schedules, RunTheirCommandsInOrder) {
  const nexus::Buffer list = zeros<std::uint32_t>(device, 301);
  for (std::uint32_t i = 1; i <= 100; ++i) schedule.createCommand(append, {list, i}, {1}, {1});
  schedule.run();
  schedule.run(stream, false);
  EXPECT_TRUE(stream.synchronize(patience));
  schedule.run(stream);
  const auto values = contents<std::uint32_t>(list);
  EXPECT_EQ(values[0], 300u);
  for (std::uint32_t i = 0; i < 300; ++i) ASSERT_EQ(values[i + 1], i % 100 + 1);
}

TEST_F(Schedules, ChangedArgumentsCountFromTheNextRun) {
  const nexus::Buffer first = zeros<std::int32_t>(device, 1), second = zeros<std::int32_t>(device, 1);
  const nexus::Command command = schedule.createCommand(store, {first, 1}, {1}, {1});
  schedule.run();
  command.setArg(1, 2);
  EXPECT_EQ(peek<std::int32_t>(first), 1);
  schedule.run();
  EXPECT_EQ(peek<std::int32_t>(first), 2);
  command.setArgs({second, 3});
  schedule.run();
  EXPECT_EQ(peek<std::int32_t>(first), 2);
  EXPECT_EQ(peek<std::int32_t>(second), 3);
}

TEST_F(Schedules, AChangedGridCountsFromTheNextRun) {
  const nexus::Buffer result = zeros<std::int32_t>(device, 64);
  const nexus::Command command = schedule.createCommand(store, {result, 1}, {2}, {4});
  schedule.run();
  command.finalize({4}, {16});
  command.setArg(1, 5);
  schedule.run();
  EXPECT_EQ(contents<std::int32_t>(result), std::vector<std::int32_t>(64, 5));
  command.finalize({1}, {3});
  command.setArg(1, 6);
  schedule.run();
  std::vector<std::int32_t> expected(64, 5);
  std::fill_n(expected.begin(), 3, 6);
  EXPECT_EQ(contents<std::int32_t>(result), expected);
}

TEST_F(Schedules, CommandsCanBeAddedBetweenRuns) {
  const nexus::Buffer list = zeros<std::uint32_t>(device, 10);
  const nexus::Command first = schedule.createCommand(append, {list, 1}, {1}, {1});
  schedule.run();
  first.setArg(1, 2);
  schedule.createCommand(append, {list, 3}, {1}, {1});
  schedule.run();
  EXPECT_EQ(contents<std::uint32_t>(list), (std::vector<std::uint32_t>{3, 1, 2, 3, 0, 0, 0, 0, 0, 0}));
}

TEST_F(Schedules, ARunInFlightKeepsItsValuesAndBuffers) {
  std::vector<std::int32_t> memory(1);
  std::atomic<int> releases = 0;
  const nexus::Buffer later = zeros<std::int32_t>(device, 1);
  const nexus::Command command = schedule.createCommand(store, {device.wrap(memory, [&] { ++releases; }), 1}, {1}, {1});
  stream.wait(start, 1);
  schedule.run(stream, false);
  command.setArgs({later, 2});
  schedule.run(stream, false);
  command.setArg(1, 3);
  EXPECT_EQ(releases, 0) << "the first run still writes the memory";
  start.signal(1);
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_TRUE(eventually([&] { return releases == 1; }));
  EXPECT_EQ(memory[0], 1);
  EXPECT_EQ(peek<std::int32_t>(later), 2);
}

TEST_F(Schedules, OneMayRunOnManyThreadsAndStreamsAtOnce) {
  const nexus::Buffer sum = zeros<std::int64_t>(device, 1);
  const nexus::Kernel add = loadKernel(device, "order", "add_atomically");
  schedule.createCommand(add, {sum, 1}, {4}, {8});
  schedule.createCommand(add, {sum, 100}, {1}, {1});
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      const nexus::Stream own = device.createStream();
      for (int run = 0; run < 50; ++run) schedule.run(i == 0 ? nexus::Stream() : own, run % 2 == 0);
      EXPECT_TRUE(own.synchronize(patience));
    });
  threads.clear();
  EXPECT_TRUE(device.getDefaultStream().synchronize(patience));
  EXPECT_EQ(contents<std::int64_t>(sum)[0], 4 * 50 * (32 + 100));
}

TEST_F(Schedules, ManyRunsMayBeInFlight) {
  const nexus::Buffer list = zeros<std::uint32_t>(device, 2001);
  const nexus::Command command = schedule.createCommand(append, {list, 0}, {1}, {1});
  stream.wait(start, 1);
  for (std::uint32_t i = 1; i <= 2000; ++i) {
    command.setArg(1, i);
    schedule.run(stream, false);
  }
  start.signal(1);
  EXPECT_TRUE(stream.synchronize(patience));
  std::vector<std::uint32_t> expected(2001);
  std::iota(expected.begin(), expected.end(), 0u);
  expected[0] = 2000;
  EXPECT_EQ(contents<std::uint32_t>(list), expected);
}

TEST_F(Schedules, CopyFillSignalAndWait) {
  const nexus::Buffer source = device.createBuffer({8}, DType::Float32), target = zeros<float>(device, 8);
  const nexus::Event done = device.createEvent();
  schedule.createWaitCommand(start, 1);
  schedule.createFillCommand(source, 2.5);
  schedule.createCopyCommand(target, source);
  schedule.createSignalCommand(done, 3);
  schedule.run(stream, false);
  EXPECT_FALSE(stream.synchronize(0.01));
  EXPECT_EQ(done.getValue(), 0u);
  start.signal(1);
  EXPECT_TRUE(done.wait(3, patience));
  EXPECT_EQ(contents<float>(target), std::vector<float>(8, 2.5f));
  EXPECT_TRUE(stream.synchronize(patience));
}

TEST_F(Schedules, ABlockingRunWaitsForAnEventOfAnotherThread) {
  const nexus::Buffer result = zeros<std::int32_t>(device, 1);
  schedule.createWaitCommand(start, 1);
  schedule.createCommand(store, {result, 8}, {1}, {1});
  std::jthread signaller([&] { start.signal(1); });
  schedule.run(stream);
  EXPECT_EQ(peek<std::int32_t>(result), 8);
}

TEST_F(Schedules, ARunBehindOtherWorkOfTheStreamWaitsItsTurn) {
  const nexus::Buffer list = zeros<std::uint32_t>(device, 4);
  stream.wait(start, 1);
  append.launch({1}, {1}, {list, 1}, onStream(stream));
  schedule.createCommand(append, {list, 2}, {1}, {1});
  std::jthread signaller([&] { start.signal(1); });
  schedule.run(stream);
  EXPECT_EQ(contents<std::uint32_t>(list), (std::vector<std::uint32_t>{2, 1, 2, 0}));
}

TEST_F(Schedules, WithoutCommandsDoNothing) {
  schedule.run();
  schedule.run(stream, false);
  EXPECT_TRUE(stream.query());
  EXPECT_TRUE(schedule.getCommands().empty());
  EXPECT_TRUE(schedule.getDevice() == device);
}

TEST_F(Schedules, DoNotRunOnAStreamOfAnotherDevice) {
  const nexus::Device other = anotherCpuDevice();
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { schedule.run(other.createStream()); },
                                           {"schedule of cpu:0 cannot run on a stream of cpu:0"}));
}

}  // namespace
