// A forked child gets clear errors from its parent's objects and can start anew; the parent goes on as before.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>

namespace {

using nexus::UnavailableError;

/// Runs a check in a forked child and returns what is wrong there, "" if nothing.
template <class Check>
std::string inChild(Check&& check) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    alarm(static_cast<unsigned>(patience));
    std::string wrong;
    try {
      const testing::AssertionResult result = check();
      if (!result) wrong = result.message();
    } catch (const std::exception& e) {
      wrong = std::string("threw ") + e.what();
    }
    const bool isWritten = write(ends[1], wrong.data(), wrong.size()) == static_cast<ssize_t>(wrong.size());
    _exit(isWritten ? 0 : 1);
  }
  close(ends[1]);
  std::string wrong;
  char piece[256];
  for (ssize_t count; (count = read(ends[0], piece, sizeof piece)) > 0;) wrong.append(piece, static_cast<std::size_t>(count));
  close(ends[0]);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return "no child";
  if (!WIFEXITED(status))
    return "the child was killed by signal " + std::to_string(WTERMSIG(status)) + " (its alarm is " + std::to_string(SIGALRM) + ")";
  return WEXITSTATUS(status) == 0 ? wrong : "the child could not report";
}

testing::AssertionResult worksAnew() {
  const nexus::Device device = cpuDevice();
  const nexus::Buffer values = device.createBuffer(std::vector<float>(256 * 50, 1.0f)), sums = zeros<float>(device, 50);
  const nexus::Kernel kernel = loadKernel(device, "basic", "block_sum");
  const nexus::Stream stream = device.createStream();
  const nexus::Event event = device.createEvent();
  for (int i = 0; i < 3; ++i) {
    sums.fill(0);
    stream.wait(event, static_cast<std::uint64_t>(i) + 1);
    kernel.launch({50}, {256}, {values, sums}, onStream(stream));
    event.signal(static_cast<std::uint64_t>(i) + 1);
    if (!stream.synchronize(patience)) return testing::AssertionFailure() << "the stream does not come to its end";
    if (contents<float>(sums) != std::vector<float>(50, 256.0f)) return testing::AssertionFailure() << "the sums are wrong";
  }
  return testing::AssertionSuccess();
}

/// One of each.
struct Handles {
  const nexus::Device device = cpuDevice();
  const nexus::Stream stream = device.createStream();
  const nexus::Event event = device.createEvent(7);
  const nexus::Library library = device.loadLibrary(kernelFile("order"));
  const nexus::Kernel store = library.getKernel("store");
  const nexus::Buffer buffer = zeros<std::int32_t>(device, 1);
  const nexus::Schedule schedule = device.createSchedule();

  Handles() {
    schedule.createCommand(store, {buffer, 1}, {1}, {1});
    schedule.run();
  }
};

class Fork : public testing::Test, protected Handles {};

/// Tests whose child starts threads.
class ForkAndStartAnew : public Fork {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "ThreadSanitizer cannot follow threads that a forked child starts";
#endif
  }
};

TEST_F(Fork, OldObjectsSayWhatIsWrong) {
  const std::vector<std::string> words = {"cpu:0 was opened by the parent of this forked process", "get the device anew"};
  const auto check = [&]() -> testing::AssertionResult {
    const std::vector<std::pair<const char*, std::function<void()>>> calls = {
        {"launch", [&] { store.launch({1}, {1}, {buffer, 1}); }},
        {"blocking launch", [&] { store.launch({1}, {1}, {buffer, 1}, blocking()); }},
        {"run", [&] { schedule.run(); }},
        {"first run", [&] { device.createSchedule().run(); }},
        {"synchronize", [&] { stream.synchronize(); }},
        {"stream signal", [&] { stream.signal(event, 8); }},
        {"event value", [&] { event.getValue(); }},
        {"event signal", [&] { event.signal(8); }},
        {"event wait", [&] { event.wait(7); }},
        {"buffer", [&] { device.createBuffer({1}); }},
        {"wrap", [&] { device.wrap(std::span<const std::int32_t>(std::array<std::int32_t, 1>())); }},
        {"fill", [&] { buffer.fillInt(1); }},
        {"copy", [&] { contents<std::int32_t>(buffer); }},
        {"stream", [&] { device.createStream(); }},
        {"event", [&] { device.createEvent(); }},
        {"library", [&] { device.loadLibrary(kernelFile("basic")); }},
        {"kernel", [&] { library.getKernel("append"); }},
        {"kernels", [&] { library.getKernels(); }},
        {"live property", [&] { device.getProperty<std::int64_t>("MemoryFree"); }}};
    for (const auto& [name, call] : calls)
      if (const auto result = throws<UnavailableError>(call, words); !result)
        return testing::AssertionFailure() << name << ": " << result.message();
    return testing::AssertionSuccess();
  };
  EXPECT_EQ(inChild(check), "");
}

TEST_F(ForkAndStartAnew, OldObjectsCanBeDropped) {
  auto own = std::make_unique<Handles>();
  own->schedule.run(own->stream, false);
  EXPECT_EQ(inChild([&] {
              own.reset();
              return worksAnew();
            }),
            "");
  own->schedule.run();
}

TEST_F(ForkAndStartAnew, TheChildStartsAnewAndTheParentGoesOn) {
  EXPECT_TRUE(worksAnew());
  EXPECT_EQ(inChild(worksAnew), "");
  EXPECT_TRUE(worksAnew());
  EXPECT_TRUE(event.wait(7));
  EXPECT_EQ(contents<std::int32_t>(buffer)[0], 1);
}

TEST_F(ForkAndStartAnew, AChildOfAChild) {
  EXPECT_EQ(inChild([] {
              if (const auto mine = worksAnew(); !mine) return mine;
              const std::string wrong = inChild(worksAnew);
              return wrong.empty() ? worksAnew() : testing::AssertionFailure() << wrong;
            }),
            "");
}

TEST_F(ForkAndStartAnew, WithWorkInFlight) {
  stream.wait(event, 8);
  store.launch({1}, {1}, {buffer, 5}, onStream(stream));
  EXPECT_EQ(inChild([&] {
              const auto old = throws<UnavailableError>([&] { stream.synchronize(); }, {"forked"});
              return old ? worksAnew() : old;
            }),
            "");
  event.signal(8);
  EXPECT_TRUE(stream.synchronize(patience));
  EXPECT_EQ(peek<std::int32_t>(buffer), 5);
}

TEST_F(ForkAndStartAnew, WhileOtherThreadsAreAtWork) {
  std::atomic<bool> isOver = false;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 2; ++i)
    threads.emplace_back([&] {
      const nexus::Buffer own = zeros<std::int32_t>(device, 1);
      while (!isOver) {
        store.launch({1}, {1}, {own, 1}, onStream(stream));
        store.launch({64}, {64}, {zeros<std::int32_t>(device, 4096), 2}, blocking());
        stream.synchronize();
      }
    });
  for (int i = 0; i < 20; ++i) ASSERT_EQ(inChild(worksAnew), "") << i;
  isOver = true;
}

}  // namespace
