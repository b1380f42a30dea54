// Runtimes and devices by name: what is found, and what a failed look-up says.
#include "environment_variable.h"
#include "plugin_records.h"

#include <nexus.h>

#include <gtest/gtest.h>

#include <optional>

namespace {

using nexus::Status;
using nexus::System;

struct Failed {
  Status status = Status::Success;
  std::string message;
};

template <class Call>
Failed failureOf(Call call) {
  try {
    call();
  } catch (const nexus::Error& e) {
    return {e.status(), e.what()};
  }
  return {};
}

Failed failureOfDevice(const System& system, const std::string& id) {
  return failureOf([&] { system.getDevice(id); });
}

Failed failureOfRuntime(const System& system, const std::string& name) {
  return failureOf([&] { system.getRuntime(name); });
}

class DeviceLookup : public testing::Test {
 protected:
  // What the user of the tests has set must not decide them.
  const EnvironmentVariable no_device{"NEXUS_DEVICE", std::nullopt};
  const System system = System::create({testPlugin("unavailable"), testPlugin("null"), testPlugin("missing_entries"),
                                        testPlugin("no_devices"), testPlugin("wrong_major"), testPlugin("newer_minor")});
};

TEST_F(DeviceLookup, FindsByRuntimeAndIndex) {
  EXPECT_EQ(system.getDevice("null:0").getId(), "null:0");
  EXPECT_EQ(system.getDevice("null").getId(), "null:0");
  EXPECT_TRUE(system.getDevice("null") == system.getRuntime("null").getDevice(0));
  EXPECT_EQ(system.getRuntimes().get("newer_minor").getName(), "newer_minor");
}

TEST_F(DeviceLookup, WithoutAnIdItIsTheFirstDevice) { EXPECT_EQ(system.getDevice().getId(), "newer_minor:0"); }

TEST_F(DeviceLookup, ARuntimeWithoutDevicesIsNotTheFirst) {
  EXPECT_EQ(System::create({testPlugin("no_devices"), testPlugin("null")}).getDevice().getId(), "null:0");
}

TEST_F(DeviceLookup, AnUnavailableRuntimeQuotesItsReason) {
  for (const Failed& failed : {failureOfRuntime(system, "unavailable"), failureOfDevice(system, "unavailable"),
                               failureOfDevice(system, "unavailable:0"), failureOfDevice(system, "unavailable:3")}) {
    EXPECT_EQ(failed.status, Status::Unavailable) << nexus::statusName(failed.status);
    EXPECT_TRUE(says(failed.message, {"'unavailable'", "libfoo.so.1 not found", testPlugin("unavailable")}));
  }
}

TEST_F(DeviceLookup, ARefusedPluginQuotesItsReason) {
  for (const Failed& failed : {failureOfRuntime(system, "missing_entries"), failureOfDevice(system, "missing_entries:0")}) {
    EXPECT_NE(failed.status, Status::Success);
    EXPECT_TRUE(says(failed.message, {"'missing_entries'", "stream_submit", testPlugin("missing_entries")}));
  }
}

TEST_F(DeviceLookup, APluginWhoseNameIsUnknownIsQuotedByItsPath) {
  const Failed failed = failureOfRuntime(system, "wrong_major");
  EXPECT_EQ(failed.status, Status::NotFound) << nexus::statusName(failed.status);
  EXPECT_TRUE(says(failed.message, {"'wrong_major'", testPlugin("wrong_major"), "ABI 2.7"}));
}

TEST_F(DeviceLookup, AnUnknownRuntimeListsThoseThatExist) {
  for (const Failed& failed : {failureOfRuntime(system, "nul"), failureOfDevice(system, "nul:0")}) {
    EXPECT_EQ(failed.status, Status::NotFound) << nexus::statusName(failed.status);
    EXPECT_TRUE(says(failed.message, {"'nul'", "null", "newer_minor"}));
  }
}

TEST_F(DeviceLookup, TheEmptyNameIsNotThatOfARefusedPlugin) {
  const Failed failed = failureOfRuntime(system, "");
  EXPECT_EQ(failed.status, Status::NotFound) << nexus::statusName(failed.status);
  EXPECT_TRUE(says(failed.message, {"''", "null", "newer_minor"}));
}

TEST_F(DeviceLookup, NamesAreCaseSensitive) {
  EXPECT_EQ(failureOfDevice(system, "NULL:0").status, Status::NotFound);
  EXPECT_EQ(failureOfDevice(system, " null:0").status, Status::NotFound);
}

TEST_F(DeviceLookup, AMalformedIdIsRefusedWithTheFormThatIsExpected) {
  for (const char* id : {"null:", "null:x", "null:-1", "null:+1", "null:0:1", ":0", ":", "null: 0", "null:0 ", "null:0x0",
                         "null:1.0", "null:99999999999999999999"}) {
    const Failed failed = failureOfDevice(system, id);
    EXPECT_EQ(failed.status, Status::InvalidArgument) << id << ": " << nexus::statusName(failed.status);
    EXPECT_TRUE(says(failed.message, {"'" + std::string(id) + "'", "runtime:index"}));
  }
}

TEST_F(DeviceLookup, AnIndexOutOfRangeSaysHowManyThereAre) {
  for (const Failed& failed : {failureOfDevice(system, "null:99"), failureOf([&] { system.getRuntime("null").getDevice(99); }),
                               failureOf([&] { system.getRuntime("null").getDevices().get(99); })}) {
    EXPECT_EQ(failed.status, Status::NotFound) << nexus::statusName(failed.status);
    EXPECT_TRUE(says(failed.message, {"'null'", "99", "device 0"}));
  }
  EXPECT_EQ(failureOf([&] { system.getRuntime("null").getDevice(-1); }).status, Status::NotFound);
}

TEST_F(DeviceLookup, ARuntimeWithoutDevicesSaysSo) {
  EXPECT_EQ(system.getRuntime("no_devices").getDevices().size(), 0u);
  const Failed failed = failureOfDevice(system, "no_devices:0");
  EXPECT_EQ(failed.status, Status::NotFound) << nexus::statusName(failed.status);
  EXPECT_TRUE(says(failed.message, {"'no_devices'", "none"}));
}

TEST_F(DeviceLookup, ARuntimeIndexOutOfRangeSaysWhatThereIs) {
  for (const std::int64_t index : {std::int64_t{-1}, std::int64_t{3}, std::int64_t{1} << 40}) {
    const Failed failed = failureOf([&] { system.getRuntimes().get(index); });
    EXPECT_EQ(failed.status, Status::NotFound) << index;
    EXPECT_TRUE(says(failed.message, {std::to_string(index), "null", "newer_minor"}));
  }
}

TEST_F(DeviceLookup, WithoutAnyDeviceEveryReasonIsGiven) {
  const System broken = System::create({testPlugin("unavailable"), testPlugin("wrong_major"), "/no/such/folder"});
  const Failed failed = failureOfDevice(broken, "");
  EXPECT_EQ(failed.status, Status::NotFound) << nexus::statusName(failed.status);
  EXPECT_TRUE(says(failed.message, {"libfoo.so.1 not found", "ABI 2.7", "/no/such/folder"}));
  EXPECT_EQ(failureOfDevice(System::create({}), "").status, Status::NotFound);
}

TEST_F(DeviceLookup, TheVariableNamesTheDevice) {
  const EnvironmentVariable variable("NEXUS_DEVICE", "null:0");
  EXPECT_EQ(system.getDevice().getId(), "null:0");
  EXPECT_EQ(system.getDevice("newer_minor").getId(), "newer_minor:0") << "an argument is stronger than the variable";
}

TEST_F(DeviceLookup, TheVariableMayNameTheRuntimeOnly) {
  const EnvironmentVariable variable("NEXUS_DEVICE", "null");
  EXPECT_EQ(system.getDevice().getId(), "null:0");
}

TEST_F(DeviceLookup, AnEmptyVariableCountsAsNone) {
  const EnvironmentVariable variable("NEXUS_DEVICE", "");
  EXPECT_EQ(system.getDevice().getId(), "newer_minor:0");
}

TEST_F(DeviceLookup, AVariableThatLeadsNowhereNeverFallsBack) {
  const struct {
    const char* value;
    Status status;
  } cases[] = {{"null:7", Status::NotFound},
               {"absent", Status::NotFound},
               {"unavailable:0", Status::Unavailable},
               {"null:x", Status::InvalidArgument}};
  for (const auto& [value, status] : cases) {
    const EnvironmentVariable variable("NEXUS_DEVICE", value);
    const Failed failed = failureOfDevice(system, "");
    EXPECT_EQ(failed.status, status) << value << ": " << nexus::statusName(failed.status);
    EXPECT_TRUE(says(failed.message, {"NEXUS_DEVICE", value})) << "the caller gave no name, so the message says where it is from";
  }
}

}  // namespace
