// Commands of a schedule that concern the host: copies of arrays, calls, and the time that commands take.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>

namespace {

class HostCommands : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
  const nexus::Stream stream = device.createStream();
  const nexus::Event start = device.createEvent();
  const nexus::Schedule schedule = device.createSchedule();
};

TEST_F(HostCommands, EveryRunCopiesTheArrayAsItIsThen) {
  std::vector<std::int32_t> in = {1, 2, 3}, out(3);
  const nexus::Buffer buffer = zeros<std::int32_t>(device, 3);
  schedule.createCopyFromHostCommand(buffer, in);
  schedule.createCommand(loadKernel(device, "order", "store"), {buffer, 7}, {1}, {1});
  schedule.createCopyToHostCommand(out, buffer);
  schedule.run();
  EXPECT_EQ(out, (std::vector<std::int32_t>{7, 2, 3}));
  in = {4, 5, 6};
  schedule.run(stream);
  EXPECT_EQ(out, (std::vector<std::int32_t>{7, 5, 6}));
}

TEST_F(HostCommands, ArraysAreGivenBackWithTheSchedule) {
  std::vector<std::int32_t> memory(3);
  std::atomic<int> releases = 0;
  const auto release = [&] { ++releases; };
  {
    const nexus::Schedule dropped = device.createSchedule();
    const nexus::Buffer buffer = zeros<std::int32_t>(device, 3);
    dropped.createWaitCommand(start, 1);
    dropped.createCopyFromHostCommand(buffer, memory, release);
    dropped.createCopyToHostCommand(memory, buffer, release);
    dropped.run(stream, false);
  }
  EXPECT_EQ(releases, 0) << "a run is in flight";
  start.signal(1);
  EXPECT_TRUE(eventually([&] { return releases == 2; }));
}

TEST_F(HostCommands, ACallIsMadeInItsTurn) {
  std::vector<std::int32_t> seen;
  const nexus::Buffer buffer = zeros<std::int32_t>(device, 1);
  const nexus::Kernel store = loadKernel(device, "order", "store");
  for (const std::int32_t value : {3, 4}) {
    schedule.createCommand(store, {buffer, value}, {1}, {1});
    schedule.createCallCommand([&] { seen.push_back(*static_cast<std::int32_t*>(buffer.getHostPointer())); });
  }
  EXPECT_EQ(schedule.getCommands()[1].getKind(), nexus::CommandKind::Call);
  schedule.run();
  schedule.run(stream, false);
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_EQ(seen, (std::vector<std::int32_t>{3, 4, 3, 4}));
}

TEST_F(HostCommands, WorkBehindACallWaitsForIt) {
  std::atomic<bool> isOver = false;
  schedule.createCallCommand([&] {
    EXPECT_TRUE(start.wait(1, patience));
    isOver = true;
  });
  const nexus::Event done = device.createEvent();
  schedule.createSignalCommand(done, 1);
  schedule.run(stream, false);
  EXPECT_FALSE(done.wait(1, 0.01));
  start.signal(1);
  EXPECT_TRUE(done.wait(1, patience));
  EXPECT_TRUE(isOver);
  EXPECT_TRUE(stream.synchronize(patience));
}

TEST_F(HostCommands, AnExceptionThatLeavesACallIsIgnored) {
  int calls = 0;
  schedule.createCallCommand([&] {
    ++calls;
    throw std::runtime_error("on purpose");
  });
  schedule.createCallCommand([&] {
    ++calls;
    throw 3;
  });
  schedule.run();
  EXPECT_EQ(calls, 2);
}

TEST_F(HostCommands, ACallBehindAFailureIsNotMade) {
  bool isCalled = false;
  schedule.createCommand(loadKernel(device, "basic", "throws"), {1}, {1}, {1});
  schedule.createCallCommand([&] { isCalled = true; });
  EXPECT_TRUE(throws<nexus::LaunchFailedError>([&] { schedule.run(); }, {"kernel 'throws'"}));
  schedule.run(stream, false);
  EXPECT_TRUE(throws<nexus::LaunchFailedError>([&] { stream.synchronize(); }, {"kernel 'throws'"}));
  EXPECT_FALSE(isCalled);
}

TEST_F(HostCommands, WhatACallHoldsIsGivenBackWithTheSchedule) {
  const auto held = std::make_shared<int>(1);
  {
    const nexus::Schedule dropped = device.createSchedule();
    dropped.createCallCommand([held] {});
    dropped.run();
    EXPECT_GT(held.use_count(), 1);
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(HostCommands, ATimedRunTellsWhatEachCommandTook) {
  const nexus::Kernel spin = loadKernel(device, "basic", "spin");
  const nexus::Command quick = schedule.createCommand(spin, {1}, {1}, {1}), slow = schedule.createCommand(spin, {20'000}, {1}, {1});
  EXPECT_FALSE(schedule.isTimed());
  schedule.run();
  EXPECT_TRUE(throws<nexus::NotFoundError>([&] { schedule.getDuration(); }, {"no timed run"}));
  schedule.setTimed(true);
  EXPECT_TRUE(schedule.isTimed());
  for (const bool isBlocking : {true, false}) {
    schedule.run(stream, isBlocking);
    EXPECT_TRUE(stream.synchronize(patience));
    EXPECT_GE(slow.getDuration(), 20'000'000u);
    EXPECT_GE(quick.getDuration(), 1'000u);
    EXPECT_EQ(schedule.getDuration(), quick.getDuration() + slow.getDuration());
  }
  schedule.setTimed(false);
  const std::uint64_t last = schedule.getDuration();
  schedule.run();
  EXPECT_EQ(schedule.getDuration(), last) << "that run was not timed";
}

}  // namespace
