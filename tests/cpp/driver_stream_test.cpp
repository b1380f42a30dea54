// Streams over a driver's queues that wait for each other, with a driver that gets on only when it is told to.
#include "plugins/support/driver_stream.h"

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <vector>

namespace {

using namespace nexus::plugin_support;

/// A place in a queue of the driver.
class Place {
 public:
  /// The driver has come here, without having told it yet.
  void reach(bool hasFailed = false) {
    std::lock_guard lock(mutex_);
    isReached_ = true;
    hasFailed_ = hasFailed;
  }
  void tell() {
    std::vector<std::function<void()>> due;
    {
      std::lock_guard lock(mutex_);
      due.swap(calls_);
    }
    for (const auto& call : due) call();
  }
  bool isReached() const {
    std::lock_guard lock(mutex_);
    if (hasFailed_) throw PluginError(NXS_LAUNCH_FAILED, "the driver's command failed");
    return isReached_;
  }
  void notify(std::function<void()> call) {
    std::lock_guard lock(mutex_);
    calls_.push_back(std::move(call));
  }

 private:
  mutable std::mutex mutex_;
  bool isReached_ = false, hasFailed_ = false;
  std::vector<std::function<void()>> calls_;
};

/// What a queue of the driver was given.
struct Given {
  int commands = 0;
  std::vector<std::shared_ptr<Place>> awaited;  // of other queues
  std::vector<std::shared_ptr<Place>> places;   // that were marked
};

class Queue {
 public:
  struct Prepared {};
  struct Timer {};
  struct Stamp {};
  using Point = std::shared_ptr<Place>;

  explicit Queue(std::shared_ptr<Given> given) : given_(std::move(given)) {}
  void check(const nxs_command&) const {}
  bool runNow(const nxs_command&) const { return false; }
  void enqueue(const nxs_command&, const Prepared&, Timer*) {
    ++given_->commands;
    hasNews_ = true;
  }
  void await(const Point& point) {
    given_->awaited.push_back(point);
    hasNews_ = true;
  }
  Point mark() {
    if (!hasNews_) return {};
    hasNews_ = false;
    return given_->places.emplace_back(std::make_shared<Place>());
  }
  static bool isReached(const Point& point) { return point->isReached(); }
  static bool wait(const Point&) noexcept { return false; }
  static void notify(const Point& point, std::function<void()> call) noexcept { point->notify(std::move(call)); }
  static std::uint64_t nanoseconds(const Timer&) { return 0; }
  Stamp stamp() { return {}; }
  std::optional<std::uint64_t> hostTime(const Stamp&) const noexcept { return std::nullopt; }

 private:
  std::shared_ptr<Given> given_;
  bool hasNews_ = false;
};

class DriverStreamTest : public testing::Test {
 protected:
  using Stream = DriverStream<Queue>;
  static constexpr std::uint64_t minute = 60'000'000'000;

  ~DriverStreamTest() override {
    for (const auto& given : {first, second}) {
      for (const auto& place : given->places) {
        place->reach();
        place->tell();
      }
      settle();
    }
    dispatcher->close();
  }
  /// Until the dispatcher has done what it was given, and what followed from that.
  void settle() const {
    for (int i = 0; i < 2; ++i) {
      std::promise<void> done;
      dispatcher->post([&] { done.set_value(); });
      done.get_future().wait();
    }
  }
  std::shared_ptr<Stream> createStream(const std::shared_ptr<Given>& given) {
    return std::make_shared<Stream>(dispatcher, signals, Queue(given));
  }
  static void work(Stream& stream) {
    nxs_command command{};
    command.kind = NXS_COMMAND_FILL;
    stream.submit({&command, 1}, false);
  }
  void submit(Stream& stream, std::uint32_t kind, std::uint64_t value) {
    nxs_command command{};
    command.kind = kind;
    command.as.event = {&event, value};
    stream.submit({&command, 1}, false);
  }
  void signal(Stream& stream, std::uint64_t value) { submit(stream, NXS_COMMAND_SIGNAL, value); }
  void wait(Stream& stream, std::uint64_t value) { submit(stream, NXS_COMMAND_WAIT, value); }

  const std::shared_ptr<Dispatcher> dispatcher = std::make_shared<Dispatcher>();
  const std::shared_ptr<SignalsInFlight<Queue>> signals = std::make_shared<SignalsInFlight<Queue>>();
  nxs_event event{std::make_shared<Timeline>(0)};
  const std::shared_ptr<Given> first = std::make_shared<Given>(), second = std::make_shared<Given>();
  const std::shared_ptr<Stream> signaller = createStream(first), waiter = createStream(second);
};

TEST_F(DriverStreamTest, AWaitForASignalThatWasSubmittedIsTheDrivers) {
  work(*signaller);
  signal(*signaller, 1);
  wait(*waiter, 1);
  work(*waiter);
  ASSERT_EQ(second->awaited.size(), 1u);
  EXPECT_EQ(second->awaited[0], first->places.at(0));
  EXPECT_EQ(second->commands, 1);
}

TEST_F(DriverStreamTest, AWaitForASignalThatIsYetToComeStaysWithTheHost) {
  wait(*waiter, 1);
  work(*waiter);
  work(*signaller);
  signal(*signaller, 1);
  EXPECT_TRUE(second->awaited.empty());
  EXPECT_EQ(second->commands, 0);
}

TEST_F(DriverStreamTest, AWaitForALesserValueStaysWithTheHost) {
  work(*signaller);
  signal(*signaller, 2);
  wait(*waiter, 1);
  work(*waiter);
  EXPECT_EQ(second->commands, 0);
  event.event->signal(1);
  settle();
  EXPECT_TRUE(second->awaited.empty());
  EXPECT_EQ(second->commands, 1);
}

TEST_F(DriverStreamTest, AWaitForAnEventThatIsReachedIsNothing) {
  work(*signaller);
  signal(*signaller, 1);
  event.event->signal(1);
  wait(*waiter, 1);
  work(*waiter);
  EXPECT_TRUE(second->awaited.empty());
  EXPECT_EQ(second->commands, 1);
}

TEST_F(DriverStreamTest, TheEventIsRaisedBeforeTheWaitIsOver) {
  work(*signaller);
  signal(*signaller, 1);
  wait(*waiter, 1);
  // The driver tells of the second queue first.
  first->places.at(0)->reach();
  second->places.at(0)->reach();
  second->places.at(0)->tell();
  EXPECT_TRUE(waiter->synchronize(minute));
  EXPECT_EQ(event.event->value(), 1u);
}

TEST_F(DriverStreamTest, AChainOfStreamsGetsOnInOrder) {
  // Each waits for the other in turn, and the driver tells of the last place first.
  work(*signaller);
  for (std::uint64_t i = 0; i < 10; ++i) {
    Stream &from = i % 2 ? *waiter : *signaller, &to = i % 2 ? *signaller : *waiter;
    signal(from, i + 1);
    wait(to, i + 1);
    work(to);
  }
  EXPECT_EQ(first->awaited.size() + second->awaited.size(), 10u);
  for (const auto& given : {first, second})
    for (const auto& place : given->places) place->reach();
  for (auto place = first->places.rbegin(); place != first->places.rend(); ++place) (*place)->tell();
  EXPECT_TRUE(signaller->synchronize(minute));
  EXPECT_EQ(event.event->value(), 10u);
}

TEST_F(DriverStreamTest, AFailureOfTheSignallingStreamIsPassedOn) {
  work(*signaller);
  signal(*signaller, 1);
  wait(*waiter, 1);
  first->places.at(0)->reach(true);
  second->places.at(0)->reach();
  second->places.at(0)->tell();
  EXPECT_THROW(waiter->synchronize(minute), PluginError);
  EXPECT_THROW(event.event->value(), PluginError);
  EXPECT_TRUE(waiter->synchronize(minute)) << "the failure has been told";
}

TEST_F(DriverStreamTest, WhatHasBeenRaisedIsForgotten) {
  work(*signaller);
  signal(*signaller, 1);
  EXPECT_TRUE(signals->find(*event.event, 1));
  first->places.at(0)->reach();
  first->places.at(0)->tell();
  EXPECT_TRUE(signaller->synchronize(minute));
  EXPECT_FALSE(signals->find(*event.event, 1));
}

}  // namespace
