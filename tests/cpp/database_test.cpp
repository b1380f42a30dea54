// The database: names, bases, user folders, files that cannot be used, and properties that come from it.
#include "cpu_device.h"
#include "environment_variable.h"
#include "expect_error.h"
#include "temporary_folder.h"

#include <nexus/database.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <thread>

namespace {

using nexus::Database;
using nexus::DatabaseMatch;
using nexus::Info;
using nexus::NotFoundError;
using nexus::UnavailableError;

constexpr const char* hopper = R"({
  "SchemaVersion": "1.0", "Extends": "nvidia-gpu", "Vendor": "nvidia", "Type": "gpu", "Architecture": "sm_90", "Name": "Hopper",
  "Aliases": ["GH100"], "Identity": {"ComputeCapability": "9.0", "Microarchitecture": "Hopper"},
  "CompilerTargets": {"sm_90": {"Kind": "baseline"}, "sm_90a": {"Kind": "arch-specific"}, "sm_90f": {"Kind": "family"}},
  "ExecutionLimits": {"MaxBlocksPerCore": 32},
  "Products": {
    "NVIDIA H100 PCIe": {"CoreCount": 114, "PciIds": ["10de:2331"]},
    "NVIDIA H100 80GB HBM3": {"CoreCount": 132, "Aliases": ["H100 SXM"]},
    "NVIDIA H200": {"CoreCount": 132}}
})";
constexpr const char* base = R"({
  "SchemaVersion": "1.0", "Abstract": true, "Vendor": "nvidia", "Type": "gpu", "Name": "base",
  "ExecutionLimits": {"MaxThreadsPerBlock": 1024, "MaxBlocksPerCore": 16}
})";
constexpr const char* ada = R"({
  "SchemaVersion": "1.0", "Vendor": "nvidia", "Type": "gpu", "Architecture": "sm_89", "Products": {"NVIDIA H200 lookalike": {}, "NVIDIA L40": {}}
})";
constexpr const char* instinct = R"({
  "SchemaVersion": "1.0", "Vendor": "amd", "Type": "gpu", "Architecture": "gfx942",
  "Products": {"AMD Instinct MI300X": {}}, "CompilerTargets": {"gfx9-4-generic": {"Kind": "generic"}}
})";
constexpr const char* zen =
    R"({"SchemaVersion": "1.0", "Vendor": "amd", "Type": "cpu", "Architecture": "znver4", "Identity": {"ArchspecName": "zen4"}})";

class DatabaseOfFiles : public testing::Test {
 protected:
  DatabaseOfFiles() {
    std::filesystem::create_directory(folder / "base");
    folder.write("nvidia-gpu-sm_90.json", hopper);
    folder.write("base/nvidia-gpu.json", base);
    folder.write("nvidia-gpu-sm_89.json", ada);
    folder.write("amd-gpu-gfx942.json", instinct);
    folder.write("amd-cpu-znver4.json", zen);
    folder.write("notes.txt", "no entry");
  }
  const TemporaryFolder folder;
  const Database database = Database::create({folder.path()});
};

TEST_F(DatabaseOfFiles, ListsEntriesWithoutTheBases) {
  EXPECT_EQ(database.getNames(),
            (std::vector<std::string>{"amd-cpu-znver4", "amd-gpu-gfx942", "nvidia-gpu-sm_89", "nvidia-gpu-sm_90"}));
  EXPECT_EQ(database.getFolders(), std::vector<std::string>{folder.path()});
  EXPECT_TRUE(database.getProblems().empty());
  folder.write("amd-gpu-gfx90a.json", R"({"SchemaVersion": "1.0"})");
  EXPECT_EQ(database.getNames().size(), 5u) << "a new file is seen";
}

TEST_F(DatabaseOfFiles, AnEntryIsPutOverItsBase) {
  const Info info = database.getInfo("nvidia-gpu-sm_90");
  EXPECT_EQ(info.getInt("/ExecutionLimits/MaxThreadsPerBlock"), 1024);
  EXPECT_EQ(info.getInt("/ExecutionLimits/MaxBlocksPerCore"), 32);
  EXPECT_EQ(info.getString("Name"), "Hopper");
  EXPECT_FALSE(info.contains("Extends"));
  EXPECT_FALSE(info.contains("Abstract"));
}

struct Name {
  const char* given;
  const char* entry;
  const char* product;
};
void PrintTo(const Name& name, std::ostream* stream) { *stream << name.given; }
class NameOfEntry : public DatabaseOfFiles, public testing::WithParamInterface<Name> {};

TEST_P(NameOfEntry, IsResolved) {
  const DatabaseMatch match = database.resolve(GetParam().given);
  EXPECT_EQ(match.entry, GetParam().entry);
  EXPECT_EQ(match.product, GetParam().product);
  EXPECT_EQ(database.getInfo(GetParam().given).getEntryName(), GetParam().entry);
}
const Name names[] = {
    {"nvidia-gpu-sm_90", "nvidia-gpu-sm_90", ""},
    {"NVIDIA-GPU-SM_90", "nvidia-gpu-sm_90", ""},
    {"sm_90", "nvidia-gpu-sm_90", ""},
    {"sm_90a", "nvidia-gpu-sm_90", ""},
    {"9.0", "nvidia-gpu-sm_90", ""},
    {"hopper", "nvidia-gpu-sm_90", ""},
    {"GH100", "nvidia-gpu-sm_90", ""},
    {"H100", "nvidia-gpu-sm_90", ""},
    {"H100 PCIe", "nvidia-gpu-sm_90", "NVIDIA H100 PCIe"},
    {"h100 sxm", "nvidia-gpu-sm_90", "NVIDIA H100 80GB HBM3"},
    {"10de:2331", "nvidia-gpu-sm_90", "NVIDIA H100 PCIe"},
    {"NVIDIA H200", "nvidia-gpu-sm_90", "NVIDIA H200"},
    {"L40", "nvidia-gpu-sm_89", "NVIDIA L40"},
    {"gfx942", "amd-gpu-gfx942", ""},
    {"gfx942:sramecc+", "amd-gpu-gfx942", ""},
    {"amdgcn-amd-amdhsa--gfx942:sramecc+:xnack-", "amd-gpu-gfx942", ""},
    {"MI300X", "amd-gpu-gfx942", "AMD Instinct MI300X"},
    {"znver4", "amd-cpu-znver4", ""},
    {"zen4", "amd-cpu-znver4", ""},
};
INSTANTIATE_TEST_SUITE_P(All, NameOfEntry, testing::ValuesIn(names));

TEST_F(DatabaseOfFiles, NamesThatAreNoneOrSeveralAreRefused) {
  EXPECT_TRUE(throws<NotFoundError>([&] { database.getInfo("sm_91"); },
                                    {"'sm_91'", "did you mean", "sm_90", folder.path(), "NEXUS_DATABASE_PATH"}));
  EXPECT_TRUE(throws<nexus::InvalidArgumentError>(
      [&] { database.getInfo("H200 nvidia"); },
      {"'H200 nvidia' is the name of several", "'NVIDIA H200 lookalike' of 'nvidia-gpu-sm_89'", "name one"}));
  for (const char* bad : {"", "../secret", "/etc/passwd", "base/nvidia-gpu", "gfx9-4-generic", "sm_90f", "."})
    EXPECT_TRUE(throws<NotFoundError>([&] { database.getInfo(bad); }, {"no database entry"})) << bad;
}

TEST_F(DatabaseOfFiles, AnEntryIsReadOnce) {
  EXPECT_EQ(database.getInfo("sm_90"), database.getInfo("nvidia-gpu-sm_90"));
  std::filesystem::remove(folder / "nvidia-gpu-sm_90.json");
  EXPECT_EQ(database.getInfo("nvidia-gpu-sm_90").getString("Name"), "Hopper");
}

TEST_F(DatabaseOfFiles, ManyThreadsMayAskAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n)
        right += database.getInfo("MI300X").getString("Architecture") == "gfx942" &&
                 database.getInfo("hopper").getInt("/ExecutionLimits/MaxBlocksPerCore") == 32;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 400);
}

TEST_F(DatabaseOfFiles, IsSearched) {
  EXPECT_EQ(database.find("nvidia").size(), 2u);
  EXPECT_EQ(database.find("", "gpu").size(), 3u);
  EXPECT_EQ(database.find("amd", "cpu").size(), 1u);
  EXPECT_TRUE(database.find("intel").empty());
  const auto found = database.find("nvidia", "gpu", [](const Info& info) { return info.contains("ExecutionLimits"); });
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].getEntryName(), "nvidia-gpu-sm_90");
}

struct Broken {
  const char* contents;
  const char* pointer;
  const char* reason;
};
void PrintTo(const Broken& broken, std::ostream* stream) { *stream << broken.pointer << ": " << broken.reason; }
class BrokenFile : public DatabaseOfFiles, public testing::WithParamInterface<Broken> {};

TEST_P(BrokenFile, IsNamedAndDisturbsNoOther) {
  const std::string path = folder.write("amd-gpu-gfx950.json", GetParam().contents);
  EXPECT_TRUE(throws<UnavailableError>(
      [&] { database.getInfo("amd-gpu-gfx950"); },
      {"the database file '" + path + "'", std::string("at '") + GetParam().pointer + "': ", GetParam().reason}));
  EXPECT_EQ(database.getInfo("MI300X").getEntryName(), "amd-gpu-gfx942");
  EXPECT_EQ(database.find("amd", "gpu").size(), 1u);
  const auto problems = database.getProblems();
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].entry, "amd-gpu-gfx950");
  EXPECT_NE(problems[0].reason.find(GetParam().reason), std::string::npos);
  folder.write("amd-gpu-gfx950.json", R"({"SchemaVersion": "1.0", "Products": {"MI355X": {}}})");
  EXPECT_EQ(database.getInfo("MI355X").getEntryName(), "amd-gpu-gfx950") << "mended";
}
const Broken broken[] = {
    {"", "/", "not valid JSON"},
    {"[1, 2]", "/", "does not hold an object"},
    {"{}", "/", "no 'SchemaVersion'"},
    {R"({"SchemaVersion": 1})", "/SchemaVersion", "no string"},
    {R"({"SchemaVersion": "2.0"})", "/SchemaVersion", "written for version 2.0 of the schema, and this Nexus reads versions 1.x"},
    {R"({"SchemaVersion": "1.0", "A": {"b": [1, {"c": tru}]}})", "/A/b/1/c", "not valid JSON"},
    {R"({"SchemaVersion": "1.0", "A": {"b/c": )", "/A/b~1c", "not valid JSON"},
    {R"({"SchemaVersion": "1.0", "A": {"b": 1, "b": 2}})", "/A/b", "there twice"},
    {R"({"SchemaVersion": "1.0", "A": 9223372036854775808})", "/A", "9223372036854775808 does not fit"},
    {R"({"SchemaVersion": "1.0", "Architecture": "gfx942"})", "/Architecture",
     "it is 'gfx942', and the name of the file says 'gfx950'"},
    {R"({"SchemaVersion": "1.0", "Vendor": 3})", "/Vendor", "no string"},
    {R"({"SchemaVersion": "1.0", "Extends": "nothing"})", "/Extends", "there is no base 'nothing'"},
    {R"({"SchemaVersion": "1.0", "Extends": "../amd-gpu-gfx942"})", "/Extends", "no plain file name"},
    {R"({"SchemaVersion": "1.0", "Extends": ["nvidia-gpu"]})", "/Extends", "no string"},
};
INSTANTIATE_TEST_SUITE_P(All, BrokenFile, testing::ValuesIn(broken));

TEST_F(DatabaseOfFiles, ABrokenBaseIsNamed) {
  folder.write("base/nvidia-gpu.json", R"({"SchemaVersion": "1.0", "Extends": "more"})");
  EXPECT_TRUE(
      throws<UnavailableError>([&] { database.getInfo("sm_90"); }, {folder / "base/nvidia-gpu.json", "a base extends nothing"}));
}

TEST_F(DatabaseOfFiles, CommentsAreAllowed) {
  folder.write("amd-gpu-gfx950.json", "// ours\n{\"SchemaVersion\": \"1.0\" /* of the schema */, \"Name\": \"//\"}");
  EXPECT_EQ(database.getInfo("gfx950").getString("Name"), "//");
}

TEST_F(DatabaseOfFiles, VeryDeepFilesAreRefused) {
  std::string deep = R"({"SchemaVersion": "1.0", "A": )";
  for (int i = 0; i < 100000; ++i) deep += "[";
  folder.write("amd-gpu-gfx950.json", deep);
  EXPECT_TRUE(throws<UnavailableError>([&] { database.getInfo("amd-gpu-gfx950"); }, {"nested more than 100 levels"}));
}

TEST_F(DatabaseOfFiles, AUsersFolderComesFirstAndMayUseTheBasesOfOthers) {
  const TemporaryFolder mine;
  mine.write("nvidia-gpu-sm_90.json", R"({"SchemaVersion": "1.0", "Extends": "nvidia-gpu", "Name": "mine"})");
  const Database both = Database::create({mine.path(), folder.path()});
  EXPECT_EQ(both.getInfo("sm_90").getString("Name"), "mine");
  EXPECT_EQ(both.getInfo("sm_90").getInt("/ExecutionLimits/MaxThreadsPerBlock"), 1024);
  EXPECT_EQ(both.getNames().size(), 4u);
  const EnvironmentVariable path("NEXUS_DATABASE_PATH", mine.path() + ":" + folder.path());
  EXPECT_EQ(nexus::getDeviceInfo("sm_90").getString("Name"), "mine");
  EXPECT_EQ(Database::get().getFolders().front(), mine.path());
}

TEST_F(DatabaseOfFiles, AFileMayLieAnywhere) {
  const TemporaryFolder elsewhere;
  const std::string path = elsewhere.write("amd-gpu-gfx1.json", R"({"SchemaVersion": "1.0", "Name": "first"})");
  EXPECT_EQ(nexus::readInfo(path).getString("Name"), "first");
  elsewhere.write("amd-gpu-gfx1.json", R"({"SchemaVersion": "1.0", "Name": "second"})");
  EXPECT_EQ(nexus::readInfo(path).getString("Name"), "second") << "read anew";
  EXPECT_EQ(nexus::readInfo(folder / "base/nvidia-gpu.json").getString("Name"), "base") << "a base has a name of its own";
  EXPECT_TRUE(throws<UnavailableError>([&] { nexus::readInfo(elsewhere / "none.json"); }, {"cannot open", "none.json"}));
}

class DeviceWithEntry : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
  const TemporaryFolder folder;
  const EnvironmentVariable path{"NEXUS_DATABASE_PATH", folder.path()};
  const std::string architecture = device.getProperty<std::string>("Architecture");
};

TEST_F(DeviceWithEntry, KnowsMoreThanItsRuntime) {
  const std::string name = device.getProperty<std::string>("Name");
  folder.write(device.getProperty<std::string>("Vendor") + "-cpu-" + architecture + ".json",
               R"({"SchemaVersion": "1.0", "CoreSubsystem": {"VectorWidth": 99999}, "MemorySubsystem": {"L3": {"Size": 77}},
                   "Products": {")" +
                   name + R"(": {"CoreCount": 1000000, "BoostClock": 4321.4}}})");
  const auto known = device.getProperties();
  const auto isKnown = [&](nexus::Property property) { return std::find(known.begin(), known.end(), property) != known.end(); };
  ASSERT_TRUE(isKnown(nexus::Property::MaxClockRate));
  if (device.getPropertySource("MaxClockRate") == nexus::PropertySource::Database) {
    EXPECT_EQ(device.getProperty<std::int64_t>("MaxClockRate"), 4321);
    EXPECT_EQ(device.getProperty<double>("MaxClockRate"), 4321.0);
    EXPECT_EQ(std::get<std::int64_t>(device.getPropertyValue(nexus::Property::MaxClockRate)), 4321);
  }
  // The runtime has the last word.
  using enum nexus::PropertySource;
  EXPECT_EQ(std::get<std::int64_t>(device.getPropertyValue(nexus::Property::CoreCount, Database)), 1000000);
  EXPECT_EQ(device.getPropertyValue(nexus::Property::CoreCount, Runtime), device.getPropertyValue(nexus::Property::CoreCount));
  EXPECT_TRUE(throws<NotFoundError>([&] { device.getPropertyValue(nexus::Property::MemoryFree, Database); },
                                    {"the database does not know"}));
  EXPECT_TRUE(throws<NotFoundError>([&] { device.getPropertyValue(nexus::Property::Version, Runtime); }, {"the runtime of cpu:0"}));
  EXPECT_EQ(device.getPropertySource("CoreCount"), nexus::PropertySource::Runtime);
  EXPECT_EQ(device.getPropertySource("MemoryFree"), nexus::PropertySource::Runtime);
  EXPECT_LT(device.getProperty<std::int64_t>("CoreCount"), 1000000);
  EXPECT_TRUE(throws<NotFoundError>([&] { device.getPropertySource("Version"); }, {"does not know"}));
}

TEST_F(DeviceWithEntry, OfWhichOnlyTheGenericOneExists) {
  folder.write("generic-cpu-" + architecture + ".json", R"({"SchemaVersion": "1.0", "Name": "any"})");
  const Info info = device.getInfo();
  if (info.getEntryName().starts_with(device.getProperty<std::string>("Vendor")))
    GTEST_SKIP() << "the database of this build has an entry for this machine";
  EXPECT_EQ(info.getString("Name"), "any");
}

TEST_F(DeviceWithEntry, IsNotSpoiltByABrokenOne) {
  folder.write(device.getProperty<std::string>("Vendor") + "-cpu-" + architecture + ".json", "{");
  EXPECT_GT(device.getProperties().size(), 10u);
  EXPECT_TRUE(throws<UnavailableError>([&] { device.getInfo(); }, {"not valid JSON"}));
}

}  // namespace
