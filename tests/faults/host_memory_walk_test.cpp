// Every allocation that a typical session makes on its own thread, in the core and in the CPU's plugin, fails once.
#include "failing_new.h"
#include "session.h"
#include "watchdog.h"

#include "tests/cpp/cpu_device.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>

namespace {

/// Failures are this far apart; the variable NEXUS_WALK_STEP, for slow builds.
std::uint64_t step() {
  const char* variable = std::getenv("NEXUS_WALK_STEP");
  return variable ? std::strtoull(variable, nullptr, 10) : 1;
}

enum class Outcome { Finished, SaidSo, SaidSomethingElse };

Outcome attempt(const std::function<void()>& session, std::string& error) {
  try {
    session();
    return Outcome::Finished;
  } catch (const std::bad_alloc&) {
    return Outcome::SaidSo;
  } catch (const nexus::Error& e) {
    error = e.what();
    // A plugin that cannot be loaded is unavailable, and the reason is in the message.
    const bool isNamed = error.find("bad_alloc") != std::string::npos || error.find("memory") != std::string::npos;
    return e.status() == nexus::Status::OutOfMemory || isNamed ? Outcome::SaidSo : Outcome::SaidSomethingElse;
  } catch (const std::exception& e) {
    error = e.what();
    return Outcome::SaidSomethingElse;
  }
}

void walk(const std::function<void()>& session) {
  session();
  int failures = 0;
  for (std::uint64_t number = 1;; number += step()) {
    const Watchdog watchdog("allocation " + std::to_string(number));
    std::string error;
    failing_new::arm(number);
    const Outcome outcome = attempt(session, error);
    if (!failing_new::disarm()) {
      EXPECT_EQ(outcome, Outcome::Finished) << error;
      break;
    }
    ++failures;
    // A session that came to its end has found another way, and its results were right.
    ASSERT_NE(outcome, Outcome::SaidSomethingElse) << "allocation " << number << ": " << error;
  }
  EXPECT_GT(failures, 0);
  testing::Test::RecordProperty("failures", failures);
}

TEST(HostMemoryWalk, OneDevice) {
  const std::string plugin = nexus::getRuntime("cpu").getPluginPath();
  walk([&] { runSession(plugin, "cpu:0"); });
}

TEST(HostMemoryWalk, TwoDevices) {
  walk([] { runTwoDevices(anotherCpuDevice(), anotherCpuDevice()); });
}

}  // namespace
