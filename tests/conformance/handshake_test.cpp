// What nxsGetPlugin returned.
#include "host_services.h"
#include "subject.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <vector>

namespace nexus::conformance {
namespace {

const nxs_plugin& plugin() { return *subject().plugin; }

TEST(Handshake, NumbersAreRight) {
  EXPECT_EQ(plugin().magic, NXS_PLUGIN_MAGIC);
  EXPECT_EQ(plugin().abi_major, NXS_ABI_MAJOR);
}

TEST(Handshake, StructSizeCoversWholeEntries) {
  ASSERT_GT(plugin().struct_size, offsetof(nxs_plugin, table));
  EXPECT_EQ((plugin().struct_size - offsetof(nxs_plugin, table)) % sizeof(void*), 0u);
}

TEST(Handshake, NameIsLowerCase) {
  ASSERT_NE(plugin().name, nullptr);
  const std::string_view name = plugin().name;
  EXPECT_FALSE(name.empty());
  EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string_view::npos) << name;
}

TEST(Handshake, FileIsNamedAfterTheRuntime) {
  const std::string file = std::filesystem::path(subject().pluginPath).stem().string();
  EXPECT_EQ(file, "libnexus_plugin_" + std::string(plugin().name)) << "the core looks for files of this name only";
}

TEST(Handshake, VersionIsGiven) {
  ASSERT_NE(plugin().version, nullptr);
  EXPECT_STRNE(plugin().version, "");
}

TEST(Handshake, ScheduleEntriesComeTogether) {
  const nxs_plugin_table& entries = subject().table;
  const int present = (entries.schedule_create != nullptr) + (entries.schedule_destroy != nullptr) +
                      (entries.schedule_update != nullptr) + (entries.schedule_run != nullptr);
  EXPECT_TRUE(present == 0 || present == 4) << present << " of schedule_create, _destroy, _update and _run are there";
  if (entries.schedule_times) {
    EXPECT_EQ(present, 4) << "schedule_times without schedules";
  }
}

struct Entry {
  const char* name;
  bool isRequired;
  std::size_t offset;
};

std::vector<Entry> allEntries() {
  enum { OPTIONAL, REQUIRED };
#define DESCRIBE_ENTRY(need, name, parameters) {#name, need == REQUIRED, offsetof(nxs_plugin_table, name)},
  return {NXS_PLUGIN_ENTRIES(DESCRIBE_ENTRY)};
#undef DESCRIBE_ENTRY
}

class TableEntry : public testing::TestWithParam<Entry> {};

TEST_P(TableEntry, IsThere) {
  void* function = nullptr;
  std::memcpy(&function, reinterpret_cast<const char*>(&subject().table) + GetParam().offset, sizeof function);
  if (GetParam().isRequired) {
    EXPECT_NE(function, nullptr) << GetParam().name << " is required";
  } else if (!function) {
    GTEST_SKIP() << "the plugin has no " << GetParam().name;
  }
}

INSTANTIATE_TEST_SUITE_P(Handshake, TableEntry, testing::ValuesIn(allEntries()),
                         [](const auto& entry) { return std::string(entry.param.name); });

}  // namespace
}  // namespace nexus::conformance
