// Streams: in order, asynchronous, independent of each other, fed by several threads.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

#include <numeric>

namespace {

class Streams : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
  const nexus::Stream stream = device.createStream();
  const nexus::Kernel append = loadKernel(device, "order", "append"), store = loadKernel(device, "order", "store");
  const nexus::Event start = device.createEvent();

  static std::vector<std::uint32_t> countedUp(std::uint32_t count) {
    std::vector<std::uint32_t> list(count + 1);
    std::iota(list.begin(), list.end(), 0u);
    list[0] = count;
    return list;
  }
};

TEST_F(Streams, RunTheirWorkInOrder) {
  const nexus::Buffer list = zeros<std::uint32_t>(device, 1001);
  for (std::uint32_t i = 1; i <= 1000; ++i) append.launch({1}, {1}, {list, i}, onStream(stream));
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_EQ(contents<std::uint32_t>(list), countedUp(1000));
}

TEST_F(Streams, RunBlockingAndOtherWorkInOrder) {
  const nexus::Buffer list = zeros<std::uint32_t>(device, 501);
  for (std::uint32_t i = 1; i <= 500; ++i) {
    nexus::LaunchOptions options = onStream(stream);
    options.blocking = i % 3 == 0;
    append.launch({1}, {1}, {list, i}, options);
    if (options.blocking) {
      EXPECT_EQ(peek<std::uint32_t>(list), i);
    }
  }
  EXPECT_TRUE(stream.synchronize());
  EXPECT_EQ(contents<std::uint32_t>(list), countedUp(500));
}

TEST_F(Streams, LaunchReturnsBeforeASlowKernelHasRun) {
  const nexus::Kernel gate = loadKernel(device, "order", "gate");
  const nexus::Buffer flag = zeros<std::uint32_t>(device, 1), result = zeros<std::int32_t>(device, 1);
  gate.launch({1}, {1}, {flag, result, 9}, onStream(stream));
  EXPECT_EQ(peek<std::int32_t>(result), 0);
  EXPECT_FALSE(stream.query());
  EXPECT_FALSE(stream.synchronize(0));
  EXPECT_FALSE(stream.synchronize(0.01));
  poke(flag, 1u);
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_EQ(peek<std::int32_t>(result), 9);
  EXPECT_TRUE(stream.query());
}

TEST_F(Streams, AreIndependentOfEachOther) {
  const nexus::Stream other = device.createStream();
  const nexus::Buffer first = zeros<std::int32_t>(device, 1), second = zeros<std::int32_t>(device, 1);
  stream.wait(start, 1);
  store.launch({1}, {1}, {first, 1}, onStream(stream));
  store.launch({1}, {1}, {second, 2}, onStream(other));
  EXPECT_TRUE(other.synchronize(patience));
  EXPECT_EQ(peek<std::int32_t>(second), 2);
  EXPECT_EQ(peek<std::int32_t>(first), 0);
  EXPECT_FALSE(stream.query());
  start.signal(1);
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_EQ(peek<std::int32_t>(first), 1);
}

TEST_F(Streams, ManyAtOnceAllComeToTheirEnd) {
  std::vector<nexus::Stream> streams;
  std::vector<nexus::Buffer> lists;
  for (int i = 0; i < 20; ++i) {
    streams.push_back(device.createStream());
    lists.push_back(zeros<std::uint32_t>(device, 51));
    streams.back().wait(start, 1);
  }
  for (std::uint32_t value = 1; value <= 50; ++value)
    for (std::size_t i = 0; i < streams.size(); ++i) append.launch({1}, {1}, {lists[i], value}, onStream(streams[i]));
  start.signal(1);
  for (std::size_t i = 0; i < streams.size(); ++i) {
    EXPECT_TRUE(streams[i].synchronize(patience));
    EXPECT_EQ(contents<std::uint32_t>(lists[i]), countedUp(50));
  }
}

TEST_F(Streams, OneIsFedByManyThreads) {
  constexpr std::uint32_t threadCount = 4, launches = 200;
  const nexus::Buffer list = zeros<std::uint32_t>(device, threadCount * launches + 1);
  std::vector<std::jthread> threads;
  for (std::uint32_t thread = 0; thread < threadCount; ++thread)
    threads.emplace_back([&, thread] {
      for (std::uint32_t i = 0; i < launches; ++i) {
        nexus::LaunchOptions options = onStream(stream);
        options.blocking = i % (thread + 2) == 0;
        append.launch({1}, {1}, {list, thread * launches + i}, options);
      }
    });
  threads.clear();
  EXPECT_TRUE(stream.synchronize(patience));
  // All are there, and those of each thread in its order.
  std::vector<std::uint32_t> next(threadCount), values = contents<std::uint32_t>(list);
  ASSERT_EQ(values[0], threadCount * launches);
  for (std::size_t i = 1; i < values.size(); ++i) {
    const std::uint32_t thread = values[i] / launches;
    ASSERT_EQ(values[i] % launches, next[thread]++);
  }
}

TEST_F(Streams, ManyThreadsMaySynchronizeOne) {
  const nexus::Buffer result = zeros<std::int32_t>(device, 1);
  stream.wait(start, 1);
  store.launch({1}, {1}, {result, 3}, onStream(stream));
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      EXPECT_TRUE(stream.synchronize());
      EXPECT_EQ(peek<std::int32_t>(result), 3);
    });
  start.signal(1);
}

TEST_F(Streams, AThreadThatIsFarAheadWaitsForItsStream) {
  const nexus::Buffer list = zeros<std::uint32_t>(device, 5001);
  const nexus::Kernel spin = loadKernel(device, "basic", "spin");
  spin.launch({1}, {1}, {2000}, onStream(stream));
  for (std::uint32_t i = 1; i <= 5000; ++i) append.launch({1}, {1}, {list, i}, onStream(stream));
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_EQ(contents<std::uint32_t>(list), countedUp(5000));
}

TEST_F(Streams, AThreadThatIsFarAheadOfAWaitDoesNotWaitForItself) {
  const nexus::Buffer list = zeros<std::uint32_t>(device, 3001);
  stream.wait(start, 1);
  for (std::uint32_t i = 1; i <= 3000; ++i) append.launch({1}, {1}, {list, i}, onStream(stream));
  EXPECT_FALSE(stream.query());
  start.signal(1);
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_EQ(contents<std::uint32_t>(list), countedUp(3000));
}

TEST_F(Streams, AThreadThatIsFarAheadGoesOnWhenItsStreamComesToAWait) {
  const nexus::Buffer list = zeros<std::uint32_t>(device, 3001);
  const nexus::Kernel gate = loadKernel(device, "order", "gate");
  const nexus::Buffer flag = zeros<std::uint32_t>(device, 1), result = zeros<std::int32_t>(device, 1);
  // The queue fills up while the gate is closed; the wait is reached only afterwards.
  gate.launch({1}, {1}, {flag, result, 1}, onStream(stream));
  stream.wait(start, 1);
  std::atomic<std::uint32_t> fed = 0;
  std::jthread feeder([&] {
    for (; fed < 3000; ++fed) append.launch({1}, {1}, {list, fed.load() + 1}, onStream(stream));
    start.signal(1);
  });
  EXPECT_TRUE(eventually([&] { return fed >= 400; }));
  poke(flag, 1u);
  EXPECT_TRUE(start.wait(1, patience));
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_EQ(contents<std::uint32_t>(list), countedUp(3000));
}

TEST_F(Streams, TheDefaultStreamIsAlwaysTheSame) {
  EXPECT_TRUE(device.getDefaultStream() == device.getDefaultStream());
  EXPECT_TRUE(device.getDefaultStream().getDevice() == device);
  EXPECT_FALSE(device.getDefaultStream() == stream);
  const nexus::Buffer result = zeros<std::int32_t>(device, 1);
  const nexus::Stream stream0 = device.getDefaultStream();
  stream0.wait(start, 1);
  store.launch({1}, {1}, {result, 4});
  EXPECT_FALSE(stream0.query());
  start.signal(1);
  EXPECT_EQ(contents<std::int32_t>(result)[0], 4) << "copyTo is ordered behind the default stream";
}

TEST_F(Streams, ATimeoutMustBeANumberOfSeconds) {
  EXPECT_TRUE(throws<nexus::InvalidArgumentError>([&] { stream.synchronize(-1); }, {"timeout is -1"}));
  EXPECT_TRUE(throws<nexus::InvalidArgumentError>([&] { stream.synchronize(std::numeric_limits<double>::quiet_NaN()); },
                                                  {"timeout is", "nan"}));
  EXPECT_TRUE(stream.synchronize(1e300));
  EXPECT_TRUE(stream.synchronize(0)) << "a stream without work is done";
}

TEST_F(Streams, AnInterruptEndsTheWaitButNotTheWork) {
  static std::atomic<int> checks;
  checks = 0;
  const nexus::Buffer result = zeros<std::int32_t>(device, 1);
  stream.wait(start, 1);
  store.launch({1}, {1}, {result, 4}, onStream(stream));
  nexus::setInterruptCheck([] { return ++checks == 2; });
  EXPECT_THROW(stream.synchronize(), nexus::Interrupted);
  EXPECT_FALSE(stream.synchronize(0.12)) << "the check says no from now on";
  EXPECT_GE(checks, 3);
  start.signal(1);
  EXPECT_TRUE(stream.synchronize());
  nexus::setInterruptCheck(nullptr);
  EXPECT_EQ(peek<std::int32_t>(result), 4);
}

}  // namespace
