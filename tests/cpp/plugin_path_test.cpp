// NEXUS_PLUGIN_PATH, as the system of the process reads it: once, at its first use. That is why this is a program of its own.
#include "environment_variable.h"
#include "plugin_records.h"
#include "temporary_folder.h"

#include <nexus.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace {

using nexus::PluginRecord;
using nexus::System;
using State = nexus::PluginRecord::State;

class PluginPath : public testing::Test {
 protected:
  struct Setting {
    TemporaryFolder first, second, working_directory;
    std::string newer, broken, duplicate, stray, single, absent, value;

    Setting() {
      newer = first.copy(testPlugin("newer_minor"), "libnexus_plugin_newer_minor.so");
      broken = first.copy(testPlugin("wrong_magic"), "libnexus_plugin_wrong_magic.so");
      duplicate = second.copy(testPlugin("newer_minor"), "libnexus_plugin_again.so");
      stray = working_directory.copy(testPlugin("older_table"), "libnexus_plugin_older_table.so");
      single = testPlugin("null");
      absent = first / "absent";
      value = ":" + first.path() + "::" + single + ":" + absent + ":" + second.path() + "/:";
    }
  };

  static const Setting& setting() {
    static const Setting setting;
    return setting;
  }

  static void SetUpTestSuite() {
    setenv("NEXUS_PLUGIN_PATH", setting().value.c_str(), 1);
    unsetenv("NEXUS_DEVICE");
    std::filesystem::current_path(setting().working_directory.path());
    System::get();
  }
};

TEST_F(PluginPath, EntriesAreTriedInTheirOrderBeforeTheFolderOfTheCore) {
  const auto& records = System::get().getPluginRecords();
  ASSERT_GE(records.size(), 5u);
  EXPECT_EQ(records[0].path, setting().newer);
  EXPECT_EQ(records[0].state, State::Available) << records[0].reason;
  EXPECT_EQ(records[1].path, setting().broken);
  EXPECT_EQ(records[1].state, State::Refused);
  EXPECT_EQ(records[2].path, setting().single);
  EXPECT_EQ(records[2].state, State::Available) << records[2].reason;
  EXPECT_EQ(records[3].path, setting().absent);
  EXPECT_TRUE(says(records[3].reason, {"no such file or directory"}));
  EXPECT_EQ(std::filesystem::path(records[4].path), std::filesystem::path(setting().duplicate));
  EXPECT_TRUE(says(records[4].reason, {"newer_minor", setting().newer}));
}

TEST_F(PluginPath, AnEmptyEntryIsNotTheWorkingDirectory) {
  for (const PluginRecord& record : System::get().getPluginRecords()) EXPECT_NE(record.name, "older_table") << record.path;
}

TEST_F(PluginPath, TheRuntimesAreThoseOfTheEntries) {
  EXPECT_EQ(nexus::getRuntime("newer_minor").getPluginPath(), setting().newer);
  EXPECT_EQ(nexus::getRuntime("null").getPluginPath(), setting().single);
  EXPECT_EQ(nexus::getDevice("null:0").getId(), "null:0");
}

TEST_F(PluginPath, TheVariableIsLeftAsItIs) { EXPECT_EQ(std::string(std::getenv("NEXUS_PLUGIN_PATH")), setting().value); }

TEST_F(PluginPath, TheSystemOfTheProcessIsBuiltOnce) {
  const System before = System::get();
  const EnvironmentVariable variable("NEXUS_PLUGIN_PATH", setting().stray);
  EXPECT_TRUE(System::get() == before);
}

TEST_F(PluginPath, ASystemOfItsOwnIgnoresTheVariable) { EXPECT_TRUE(System::create({}).getPluginRecords().empty()); }

}  // namespace
