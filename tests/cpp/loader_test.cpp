// What becomes of the candidates for plugins: one readable record each, and a runtime only for those that work.
#include "plugin_records.h"
#include "temporary_folder.h"

#include <nexus.h>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <vector>

namespace {

using nexus::PluginRecord;
using nexus::System;
using State = nexus::PluginRecord::State;

/// Loads one file or folder beside a plugin that works, which must not be disturbed, and returns the record of the candidate.
PluginRecord loadBesideNull(const std::string& entry, const std::string& candidate, std::size_t runtimes = 1) {
  PluginRecord null, record;
  const System system = System::create({entry, testPlugin("null")});
  EXPECT_TRUE(hasOneRecord(system, candidate, record));
  EXPECT_TRUE(hasOneRecord(system, testPlugin("null"), null));
  EXPECT_EQ(null.state, State::Available) << null.reason;
  EXPECT_EQ(system.getPluginRecords().size(), 2u);
  EXPECT_EQ(system.getRuntimes().size(), runtimes);
  EXPECT_EQ(system.getDevice("null:0").getId(), "null:0");
  EXPECT_EQ(record.reason.find('\n'), std::string::npos) << record.reason;
  return record;
}

PluginRecord loadBesideNull(const std::string& file) { return loadBesideNull(file, file); }

/// Arrays in, arrays out, through whatever entries the plugin has.
void expectWorks(const nexus::Device& device) {
  std::vector<std::int32_t> in = {1, 2, 3, 4}, out(4);
  const nexus::Buffer first = device.createBuffer(in);
  const nexus::Buffer second = device.createBuffer({4}, nexus::DType::Int32);
  const nexus::Kernel noop = device.createLibrary(std::as_bytes(std::span("anything"))).getKernel("noop");
  const nexus::Schedule schedule = device.createSchedule();
  schedule.createCopyCommand(second, first);
  schedule.createCommand(noop, {first, 3}, {1}, {1});
  schedule.run();
  second.copyTo(out);
  EXPECT_EQ(out, in);
}

struct Broken {
  const char* plugin;
  State state;
  const char* name;     // in the record
  const char* version;  // in the record
  std::vector<std::string> words;
};

void PrintTo(const Broken& broken, std::ostream* stream) { *stream << broken.plugin; }

class BrokenPlugin : public testing::TestWithParam<Broken> {};

TEST_P(BrokenPlugin, LeavesOneReadableRecordAndNoRuntime) {
  const Broken& expected = GetParam();
  const PluginRecord record = loadBesideNull(testPlugin(expected.plugin));
  EXPECT_EQ(record.state, expected.state) << nexus::pluginStateName(record.state);
  EXPECT_EQ(record.name, expected.name);
  EXPECT_EQ(record.version, expected.version);
  EXPECT_TRUE(says(record.reason, expected.words));
}

INSTANTIATE_TEST_SUITE_P(
    Loader, BrokenPlugin,
    testing::Values(
        Broken{"no_symbol", State::Refused, "", "", {"nxsGetPlugin"}},
        Broken{"unresolved", State::Refused, "", "", {"undefined symbol", "name_of_a_missing_library"}},
        Broken{"wrong_magic", State::Refused, "", "", {"magic", "0x12345678", "0x3153584e"}},
        Broken{"wrong_major", State::Refused, "", "", {"ABI 2.7", "1.0"}},
        Broken{"struct_size_zero", State::Refused, "", "", {"struct_size 0"}},
        Broken{"too_small",
               State::Refused,
               "too_small",
               "1.0",
               {"event_create", "event_destroy", "event_signal", "event_wait", "event_query", "event_notify"}},
        Broken{"missing_entries", State::Refused, "missing_entries", "1.0", {"buffer_create", "kernel_info", "stream_submit"}},
        Broken{"refuses", State::Refused, "", "", {"refused", "needs a host with telepathy"}},
        Broken{"refuses_silently", State::Refused, "", "", {"refused", "no reason"}},
        Broken{"unavailable", State::Unavailable, "unavailable", "1.0", {"libfoo.so.1 not found"}},
        Broken{"unavailable_silently", State::Unavailable, "unavailable_silently", "1.0", {"Unavailable"}},
        Broken{"name_null", State::Refused, "", "", {"name", "null", "a-z"}},
        Broken{"name_empty", State::Refused, "", "", {"name", "''", "a-z"}},
        Broken{"name_bad", State::Refused, "", "", {"name", "Bad-Name!", "a-z"}}),
    [](const auto& test) { return std::string(test.param.plugin); });

TEST(Loader, ListsOnlyTheEntriesThatAreMissing) {
  const std::string reason = loadBesideNull(testPlugin("missing_entries")).reason;
  EXPECT_FALSE(says(reason, {"buffer_destroy"}));
  EXPECT_FALSE(says(reason, {"schedule_create"})) << "it is optional";
  EXPECT_FALSE(says(loadBesideNull(testPlugin("too_small")).reason, {"stream_query"}));
}

TEST(Loader, ARuntimeWithoutDevicesIsOpenButSaysSo) {
  const PluginRecord record = loadBesideNull(testPlugin("no_devices"), testPlugin("no_devices"), 2);
  EXPECT_EQ(record.state, State::NoDevice);
  EXPECT_EQ(record.name, "no_devices");
  EXPECT_TRUE(says(record.reason, {"no device"}));
}

TEST(Loader, AReasonIsNeverThatOfAnotherPlugin) {
  const System system = System::create(
      {testPlugin("unavailable"), testPlugin("unavailable_silently"), testPlugin("refuses"), testPlugin("refuses_silently")});
  ASSERT_EQ(system.getPluginRecords().size(), 4u);
  EXPECT_FALSE(says(system.getPluginRecords()[1].reason, {"libfoo"}));
  EXPECT_FALSE(says(system.getPluginRecords()[3].reason, {"telepathy"}));
}

TEST(Loader, AWorkingPluginHasARecordWithoutAReason) {
  const System system = System::create({testPlugin("null")});
  PluginRecord record;
  ASSERT_TRUE(hasOneRecord(system, testPlugin("null"), record));
  EXPECT_EQ(record.state, State::Available);
  EXPECT_EQ(record.name, "null");
  EXPECT_EQ(record.version, "1.0");
  EXPECT_EQ(record.reason, "");
  EXPECT_EQ(system.getRuntime("null").getPluginPath(), testPlugin("null"));
  expectWorks(system.getDevice("null:0"));
}

TEST(Loader, APluginWithEntriesOfALaterMinorVersionWorks) {
  const PluginRecord record = loadBesideNull(testPlugin("newer_minor"), testPlugin("newer_minor"), 2);
  EXPECT_EQ(record.state, State::Available) << record.reason;
  expectWorks(System::create({testPlugin("newer_minor")}).getDevice("newer_minor:0"));
}

TEST(Loader, APluginWithoutTheLatestOptionalEntriesWorks) {
  const PluginRecord record = loadBesideNull(testPlugin("older_table"), testPlugin("older_table"), 2);
  EXPECT_EQ(record.state, State::Available) << record.reason;
  expectWorks(System::create({testPlugin("older_table")}).getDevice("older_table:0"));
}

TEST(Loader, GoodPluginsWorkBesideAllBrokenOnes) {
  const System system = System::create({testPlugin("wrong_major"), testPlugin("missing_entries"), testPlugin("null"),
                                        testPlugin("unavailable"), testPlugin("no_symbol"), testPlugin("newer_minor"),
                                        testPlugin("refuses"), testPlugin("older_table"), "/no/such/folder"});
  EXPECT_EQ(system.getPluginRecords().size(), 9u);
  ASSERT_EQ(system.getRuntimes().size(), 3u);
  EXPECT_EQ(system.getRuntimes().get(0).getName(), "newer_minor") << "runtimes are sorted by name";
  EXPECT_EQ(system.getRuntimes().get(1).getName(), "null");
  EXPECT_EQ(system.getRuntimes().get(2).getName(), "older_table");
  for (std::int64_t i = 0; i < 3; ++i) expectWorks(system.getRuntimes().get(i).getDevice(0));
}

TEST(Loader, OfTwoPluginsWithOneNameTheFirstWins) {
  const TemporaryFolder folder;
  const std::string copy = folder.copy(testPlugin("null"), "libnexus_plugin_other.so");
  const System system = System::create({copy, testPlugin("null")});
  ASSERT_EQ(system.getPluginRecords().size(), 2u);
  EXPECT_EQ(system.getRuntimes().size(), 1u);
  EXPECT_EQ(system.getRuntime("null").getPluginPath(), copy);
  const PluginRecord& second = system.getPluginRecords()[1];
  EXPECT_EQ(second.path, testPlugin("null"));
  EXPECT_EQ(second.state, State::Refused);
  EXPECT_EQ(second.name, "null");
  EXPECT_TRUE(says(second.reason, {"'null'", copy}));
  expectWorks(system.getDevice("null:0"));
}

TEST(Loader, APluginThatCouldNotBeOpenedIsNotReplacedByItsCopy) {
  const TemporaryFolder folder;
  const std::string copy = folder.copy(testPlugin("unavailable"), "libnexus_plugin_copy.so");
  const System system = System::create({testPlugin("unavailable"), copy});
  ASSERT_EQ(system.getPluginRecords().size(), 2u);
  EXPECT_EQ(system.getPluginRecords()[1].state, State::Refused);
  EXPECT_TRUE(says(system.getPluginRecords()[1].reason, {testPlugin("unavailable")}));
}

TEST(Loader, ARefusedPluginDoesNotOccupyItsName) {
  const System system = System::create({testPlugin("missing_entries"), testPlugin("repaired")});
  ASSERT_EQ(system.getPluginRecords().size(), 2u);
  EXPECT_EQ(system.getPluginRecords()[0].state, State::Refused);
  EXPECT_EQ(system.getPluginRecords()[1].state, State::Available) << system.getPluginRecords()[1].reason;
  EXPECT_EQ(system.getRuntime("missing_entries").getPluginPath(), testPlugin("repaired"));
  expectWorks(system.getDevice("missing_entries:0"));
}

TEST(Loader, OneFileReachedOverTwoPathsIsTriedOnce) {
  const TemporaryFolder folder;
  const std::string link = folder / "libnexus_plugin_link.so";
  std::filesystem::create_symlink(testPlugin("null"), link);
  const System system = System::create({link, testPlugin("null"), testPlugin("null")});
  ASSERT_EQ(system.getPluginRecords().size(), 1u);
  EXPECT_EQ(system.getPluginRecords()[0].path, link);
  EXPECT_EQ(system.getPluginRecords()[0].state, State::Available);
}

TEST(Loader, SystemsAreIndependent) {
  const System first = System::create({testPlugin("null")});
  const nexus::Device device = first.getDevice("null:0");
  {
    const System second = System::create({testPlugin("null"), testPlugin("no_symbol")});
    expectWorks(second.getDevice("null:0"));
    EXPECT_FALSE(second.getDevice("null:0") == device);
  }
  EXPECT_EQ(first.getPluginRecords().size(), 1u);
  expectWorks(device);
}

TEST(Loader, ADeviceOutlivesItsSystem) {
  nexus::Device device = System::create({testPlugin("null")}).getDevice("null:0");
  expectWorks(device);
  EXPECT_EQ(device.getRuntime().getName(), "null");
}

TEST(Loader, NoPathsNoRuntimes) {
  const System system = System::create({});
  EXPECT_EQ(system.getRuntimes().size(), 0u);
  EXPECT_TRUE(system.getPluginRecords().empty());
}

TEST(LoaderFiles, AMissingFileOrFolder) {
  const TemporaryFolder folder;
  for (const char* name : {"absent", "libnexus_plugin_absent.so"}) {
    const PluginRecord record = loadBesideNull(folder / name);
    EXPECT_EQ(record.state, State::Refused);
    EXPECT_TRUE(says(record.reason, {"no such file or directory"}));
  }
}

TEST(LoaderFiles, ALinkToNothing) {
  const TemporaryFolder folder;
  const std::string link = folder / "libnexus_plugin_link.so";
  std::filesystem::create_symlink(folder / "absent", link);
  for (const std::string& entry : {link, folder.path()}) {
    const PluginRecord record = loadBesideNull(entry, link);
    EXPECT_EQ(record.state, State::Refused);
    EXPECT_TRUE(says(record.reason, {"no such file or directory"}));
  }
}

TEST(LoaderFiles, ALinkToItself) {
  const TemporaryFolder folder;
  const std::string link = folder / "libnexus_plugin_link.so";
  std::filesystem::create_symlink(link, link);
  const PluginRecord record = loadBesideNull(link);
  EXPECT_EQ(record.state, State::Refused);
  EXPECT_TRUE(says(record.reason, {"symbolic links"})) << "it exists, so the reason must be another one";
}

struct Contents {
  const char* name;
  std::string bytes;
  std::vector<std::string> words;
};

void PrintTo(const Contents& contents, std::ostream* stream) { *stream << contents.name; }

class NotAPlugin : public testing::TestWithParam<Contents> {};

TEST_P(NotAPlugin, IsRefusedWithTheReasonOfTheLoader) {
  const TemporaryFolder folder;
  const std::string file = folder.write("libnexus_plugin_file.so", GetParam().bytes);
  for (const std::string& entry : {file, folder.path()}) {
    const PluginRecord record = loadBesideNull(entry, file);
    EXPECT_EQ(record.state, State::Refused);
    EXPECT_EQ(record.name, "");
    EXPECT_TRUE(says(record.reason, GetParam().words));
  }
}

INSTANTIATE_TEST_SUITE_P(LoaderFiles, NotAPlugin,
                         testing::Values(Contents{"empty", "", {"too short"}},
                                         Contents{"text",
                                                  "# A note about plugins, which is longer than the header of one would be.\n",
                                                  {"invalid ELF header"}},
                                         Contents{"garbage", std::string(5000, '\xa5'), {"invalid ELF header"}}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(LoaderFiles, ATruncatedPluginIsRefusedWhereverItEnds) {
  std::ifstream stream(testPlugin("null"), std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  const TemporaryFolder folder;
  // Short of the code and data, that is; debug information and the like at the end of a file is not loaded.
  for (const std::size_t length : {3, 64, 1000, 4096, 20000}) {
    const std::string file = folder.write("libnexus_plugin_" + std::to_string(length) + ".so", whole.substr(0, length));
    const PluginRecord record = loadBesideNull(file);
    EXPECT_EQ(record.state, State::Refused) << length;
    EXPECT_FALSE(record.reason.empty()) << length;
  }
}

TEST(LoaderFiles, AFolderNamedLikeAPluginIsRefusedInAFolder) {
  const TemporaryFolder folder;
  const std::string inner = folder / "libnexus_plugin_dir.so";
  std::filesystem::create_directory(inner);
  const PluginRecord record = loadBesideNull(folder.path(), inner);
  EXPECT_EQ(record.state, State::Refused);
  EXPECT_FALSE(record.reason.empty());
}

TEST(LoaderFiles, AFolderNamedLikeAPluginIsListedWhenGivenAsAPath) {
  const TemporaryFolder folder;
  const std::string inner = folder / "libnexus_plugin_dir.so";
  std::filesystem::create_directory(inner);
  const std::string plugin = folder.copy(testPlugin("newer_minor"), "libnexus_plugin_dir.so/libnexus_plugin_newer_minor.so");
  EXPECT_EQ(loadBesideNull(inner, plugin, 2).state, State::Available);
}

// Opening a pipe without a writer blocks for ever.
TEST(LoaderFiles, APipeIsRefused) {
  const TemporaryFolder folder;
  const std::string pipe = folder / "libnexus_plugin_pipe.so";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& entry : {pipe, folder.path()}) {
    const PluginRecord record = loadBesideNull(entry, pipe);
    EXPECT_EQ(record.state, State::Refused);
    EXPECT_TRUE(says(record.reason, {"not a", "file"}));
  }
}

TEST(LoaderFiles, AnUnreadableFile) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read every file";
  const TemporaryFolder folder;
  const std::string file = folder.copy(testPlugin("null"), "libnexus_plugin_secret.so");
  std::filesystem::permissions(file, std::filesystem::perms::none);
  const PluginRecord record = loadBesideNull(file);
  EXPECT_EQ(record.state, State::Refused);
  EXPECT_TRUE(says(record.reason, {"permission denied"}));
}

TEST(LoaderFiles, AnUnreadableFolder) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read every folder";
  const TemporaryFolder folder;
  const std::string inner = folder / "inner";
  std::filesystem::create_directory(inner);
  std::filesystem::permissions(inner, std::filesystem::perms::none);
  const PluginRecord record = loadBesideNull(inner);
  std::filesystem::permissions(inner, std::filesystem::perms::owner_all);
  EXPECT_EQ(record.state, State::Refused);
  EXPECT_TRUE(says(record.reason, {"permission denied"}));
}

TEST(LoaderFolders, OnlyFilesNamedAsPluginsAreTried) {
  const TemporaryFolder folder;
  folder.copy(testPlugin("null"), "libnexus.so");
  folder.copy(testPlugin("null"), "plugin_null.so");
  folder.copy(testPlugin("null"), "libnexus_plugin_null.so.bak");
  folder.copy(testPlugin("null"), "libnexus_plugin_null.txt");
  std::filesystem::create_directory(folder / "deeper");
  folder.copy(testPlugin("null"), "deeper/libnexus_plugin_null.so");
  const System system = System::create({folder.path()});
  EXPECT_TRUE(system.getPluginRecords().empty());
  EXPECT_EQ(system.getRuntimes().size(), 0u);
}

TEST(LoaderFolders, AFileIsTriedUnderAnyNameWhenGivenAsAPath) {
  const TemporaryFolder folder;
  const std::string file = folder.copy(testPlugin("null"), "something.else");
  const System system = System::create({file});
  PluginRecord record;
  ASSERT_TRUE(hasOneRecord(system, file, record));
  EXPECT_EQ(record.state, State::Available) << record.reason;
}

TEST(LoaderFolders, CandidatesAreTriedInTheOrderOfTheirNames) {
  const TemporaryFolder folder;
  const std::string c = folder.write("libnexus_plugin_c.so", "");
  const std::string a = folder.copy(testPlugin("null"), "libnexus_plugin_a.so");
  const std::string d = folder.copy(testPlugin("newer_minor"), "libnexus_plugin_d.so");
  const std::string b = folder.copy(testPlugin("null"), "libnexus_plugin_b.so");
  const System system = System::create({folder.path()});
  std::vector<std::string> paths;
  for (const PluginRecord& record : system.getPluginRecords()) paths.push_back(record.path);
  EXPECT_EQ(paths, (std::vector{a, b, c, d}));
  EXPECT_EQ(system.getPluginRecords()[0].state, State::Available);
  EXPECT_EQ(system.getPluginRecords()[1].state, State::Refused) << "the name 'null' is taken";
}

TEST(LoaderFolders, ARelativePathIsOfTheWorkingDirectory) {
  const TemporaryFolder folder;
  folder.copy(testPlugin("null"), "libnexus_plugin_null.so");
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const System by_name = System::create({"libnexus_plugin_null.so"});
  const System by_folder = System::create({"."});
  std::filesystem::current_path(before);
  EXPECT_EQ(by_name.getRuntimes().size(), 1u);
  EXPECT_EQ(by_folder.getRuntimes().size(), 1u);
}

}  // namespace
