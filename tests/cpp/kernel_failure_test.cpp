// A kernel that throws: who hears of it, and what becomes of the work behind it.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

namespace {

using nexus::LaunchFailedError;

class KernelFailure : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
  const nexus::Stream stream = device.createStream();
  const nexus::Kernel thrower = loadKernel(device, "basic", "throws");
  const nexus::Kernel store = loadKernel(device, "order", "store");
  const std::vector<std::string> words = {"kernel 'throws'", "the kernel threw on purpose, code 7"};

  void expectUsable() {
    const nexus::Buffer result = zeros<std::int32_t>(device, 1);
    nexus::LaunchOptions options = onStream(stream);
    options.blocking = true;
    store.launch({1}, {1}, {result, 5}, options);
    EXPECT_EQ(contents<std::int32_t>(result)[0], 5);
    EXPECT_TRUE(stream.synchronize(patience));
  }
};

TEST_F(KernelFailure, OfABlockingLaunchIsThrownByIt) {
  nexus::LaunchOptions options = onStream(stream);
  options.blocking = true;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(throws<LaunchFailedError>([&] { thrower.launch({1}, {1}, {7}, options); }, words));
  expectUsable();
}

TEST_F(KernelFailure, OfAnAsynchronousLaunchIsThrownBySynchronizeOnce) {
  // The second launch is of a kernel whose cost is known, which takes another way.
  for (int i = 0; i < 3; ++i) {
    thrower.launch({1}, {1}, {7}, onStream(stream));
    EXPECT_TRUE(throws<LaunchFailedError>([&] { stream.synchronize(); }, words));
    EXPECT_TRUE(stream.synchronize(patience));
  }
  expectUsable();
}

TEST_F(KernelFailure, OfAnEarlierLaunchIsThrownByABlockingOne) {
  thrower.launch({1}, {1}, {7}, onStream(stream));
  nexus::LaunchOptions options = onStream(stream);
  options.blocking = true;
  const nexus::Buffer result = zeros<std::int32_t>(device, 1);
  EXPECT_TRUE(throws<LaunchFailedError>([&] { store.launch({1}, {1}, {result, 5}, options); }, words));
  EXPECT_EQ(peek<std::int32_t>(result), 0) << "what is submitted behind a failure is skipped";
  expectUsable();
}

TEST_F(KernelFailure, IsNotReportedByQuery) {
  thrower.launch({1}, {1}, {7}, onStream(stream));
  EXPECT_TRUE(eventually([&] { return stream.query(); }));
  EXPECT_TRUE(throws<LaunchFailedError>([&] { stream.synchronize(); }, words));
}

TEST_F(KernelFailure, OfOneStreamLeavesOthersAlone) {
  const nexus::Stream other = device.createStream();
  thrower.launch({1}, {1}, {7}, onStream(stream));
  const nexus::Buffer result = zeros<std::int32_t>(device, 1);
  store.launch({1}, {1}, {result, 5}, onStream(other));
  EXPECT_TRUE(other.synchronize(patience));
  EXPECT_EQ(contents<std::int32_t>(result)[0], 5);
  EXPECT_TRUE(throws<LaunchFailedError>([&] { stream.synchronize(); }, words));
}

TEST_F(KernelFailure, SkipsWhatIsBehindItAndFailsItsEvents) {
  const nexus::Event start = device.createEvent(), signalled = device.createEvent();
  const nexus::Stream waiting = device.createStream();
  const nexus::Buffer result = zeros<std::int32_t>(device, 1), beyond = zeros<std::int32_t>(device, 1);
  stream.wait(start, 1);
  thrower.launch({1}, {1}, {7}, onStream(stream));
  store.launch({1}, {1}, {result, 5}, onStream(stream));
  stream.signal(signalled, 1);
  waiting.wait(signalled, 1);
  store.launch({1}, {1}, {beyond, 5}, onStream(waiting));
  start.signal(1);
  EXPECT_TRUE(throws<LaunchFailedError>([&] { signalled.wait(1, patience); }, words));
  EXPECT_TRUE(throws<LaunchFailedError>([&] { signalled.getValue(); }, words));
  EXPECT_TRUE(throws<LaunchFailedError>([&] { waiting.synchronize(); }, {"event", "1"}));
  EXPECT_TRUE(throws<LaunchFailedError>([&] { stream.synchronize(); }, words));
  EXPECT_EQ(contents<std::int32_t>(result)[0], 0);
  EXPECT_EQ(contents<std::int32_t>(beyond)[0], 0);
  expectUsable();
}

TEST_F(KernelFailure, InAScheduleThatIsWaitedForFailsItsEventsToo) {
  const nexus::Event signalled = device.createEvent();
  const nexus::Buffer result = zeros<std::int32_t>(device, 1);
  const nexus::Schedule schedule = device.createSchedule();
  schedule.createCommand(thrower, {7}, {1}, {1});
  schedule.createCommand(store, {result, 5}, {1}, {1});
  schedule.createSignalCommand(signalled, 1);
  EXPECT_TRUE(throws<LaunchFailedError>([&] { schedule.run(stream); }, words));
  EXPECT_TRUE(throws<LaunchFailedError>([&] { signalled.wait(1, 0); }, words));
  EXPECT_EQ(contents<std::int32_t>(result)[0], 0);
  expectUsable();
}

TEST_F(KernelFailure, BeforeAScheduleThatIsWaitedForFailsItsEventsToo) {
  const nexus::Event signalled = device.createEvent();
  const nexus::Schedule schedule = device.createSchedule();
  schedule.createSignalCommand(signalled, 1);
  thrower.launch({1}, {1}, {7}, onStream(stream));
  EXPECT_TRUE(eventually([&] { return stream.query(); }));
  EXPECT_TRUE(throws<LaunchFailedError>([&] { schedule.run(stream); }, words));
  EXPECT_TRUE(throws<LaunchFailedError>([&] { signalled.wait(1, 0); }, words));
}

TEST_F(KernelFailure, OfAnyThreadOrType) {
  const nexus::Kernel number = loadKernel(device, "order", "throw_number"), last = loadKernel(device, "order", "throw_last");
  EXPECT_TRUE(throws<LaunchFailedError>([&] { number.launch({1}, {1}, {}, blocking()); }, {"'throw_number'", "no std::exception"}));
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(
        throws<LaunchFailedError>([&] { last.launch({100'000}, {16}, {}, blocking()); }, {"'throw_last'", "the last item threw"}));
}

}  // namespace
