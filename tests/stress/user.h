#pragma once

#include <nexus.h>

#include <atomic>
#include <cstdint>
#include <random>
#include <vector>

/// What the threads share.
struct Shared {
  nexus::Device device, other;  ///< of two systems
  nexus::Kernel add, noop;
  nexus::Buffer sum;  ///< one int64, to which all launches of `add` add
  std::vector<nexus::Stream> streams;
  std::atomic<std::int64_t> expected{0};

  Shared(const nexus::Device& device, const nexus::Device& other);
};

/// One thread's random use of a device. Everything it does is either checked at once or shows in the shared sum in the end.
class User {
 public:
  User(Shared& shared, std::uint64_t seed);

  /// Does one thing. Throws what Nexus throws, and std::logic_error if something came out wrong.
  void act();
  /// Waits for all of its work.
  void finish();

 private:
  using Action = void (User::*)();
  struct Row {
    const char* name;
    unsigned weight;
    Action action;
  };
  static const Row actions[];

  void launch();
  void launchAndWait();
  void copy();
  void fill();
  void dropBuffer();
  void dropStream();
  void dropSchedule();
  void signalFromHost();
  void waitInStream();
  void waitOnHost();
  void signalAcrossDevices();
  void runSchedule();
  void changeArguments();
  void wrapMemory();
  void synchronize();

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  const nexus::Stream& anyStream();
  void addsUp(std::int64_t value) { shared_.expected += value; }
  /// Signals what streams wait for; before this thread blocks on anything.
  void release();

  Shared& shared_;
  std::mt19937_64 random_;
  std::vector<nexus::Buffer> buffers_;
  std::vector<nexus::Stream> streams_;
  struct Recorded {
    nexus::Schedule schedule;
    nexus::Command add;
    nexus::Stream stream;  // that all runs go to; empty: any
    std::int64_t value = 0;
  };
  Recorded record();
  std::vector<Recorded> schedules_;
  nexus::Event event_;
  std::uint64_t value_ = 0;
  std::vector<nexus::Event> awaited_;
};
