// Every call into a plugin of a typical session fails once, in every way: nothing crashes, hangs, leaks or passes in silence.
#include "faulty_plugin.h"
#include "session.h"
#include "watchdog.h"

#include <nexus/plugin.h>

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace {

constexpr const char* places[] = {
#define FAULTY_PLACE(name) #name,
#include "tests/plugins/faulty/place_table.h"
};

constexpr const char* statuses[] = {"OUT_OF_MEMORY", "INTERNAL", "DEVICE_LOST"};

/// What may fail without an error: what gives back, what has a documented way round, and what background threads ask again.
const std::set<std::string> silentPlaces = {"runtime_close",       "buffer_destroy", "library_destroy",
                                            "stream_destroy",      "event_destroy",  "schedule_destroy",
                                            "buffer_host_pointer", "stream_query",   "event_fail"};

bool areIn(const std::set<std::string>& places, const std::string& failures) {
  std::istringstream list(failures);
  for (std::string place; std::getline(list, place, ',');)
    if (!places.contains(place)) return false;
  return true;
}

using Parameters = std::tuple<const char*, const char*>;

std::string caseName(const testing::TestParamInfo<Parameters>& info) {
  return std::string(std::get<0>(info.param)) + "_" + std::get<1>(info.param);
}

/// Runs a session with ever later failures at one place, until none happens any more.
void walk(const Parameters& parameters, const std::set<std::string>& silent, const std::function<void()>& session) {
  const auto& [place, status] = parameters;
  int number = 1;
  for (;; ++number) {
    ASSERT_LT(number, 2000) << "the session does not come to an end";
    const std::string script = std::string(place) + ":" + std::to_string(number) + "=" + status;
    SCOPED_TRACE(script);
    const Watchdog watchdog(script);
    faulty::setScript(script);
    std::string error;
    try {
      session();
    } catch (const nexus::Error& e) {
      error = e.what();
    }
    const std::string failures = faulty::failures();
    if (!failures.empty()) {
      EXPECT_TRUE(!error.empty() || areIn(silent, failures)) << failures << " failed, and nobody was told";
    } else {
      EXPECT_EQ(error, "");
    }
    ASSERT_TRUE(faulty::isClean()) << faulty::liveObjects() << " objects were not given back";
    if (failures.empty()) break;
  }
  testing::Test::RecordProperty("failures", number - 1);
}

class PluginCallWalk : public testing::TestWithParam<Parameters> {};

TEST_P(PluginCallWalk, OneDevice) {
  walk(GetParam(), silentPlaces, [] { runSession(faulty::path(), "faulty:0"); });
}

TEST_P(PluginCallWalk, TwoDevices) {
  // Whether an event is reached already is only asked to save the wait for it, which follows otherwise.
  std::set<std::string> silent = silentPlaces;
  silent.insert("event_query");
  walk(GetParam(), silent, [] { runTwoDevices(faulty::device(), anotherCpuDevice()); });
}

INSTANTIATE_TEST_SUITE_P(Places, PluginCallWalk, testing::Combine(testing::ValuesIn(places), testing::ValuesIn(statuses)),
                         caseName);

}  // namespace
