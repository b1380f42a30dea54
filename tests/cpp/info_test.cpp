// The database entry of a device as a tree of nodes.
#include "cpu_device.h"
#include "environment_variable.h"
#include "expect_error.h"
#include "temporary_folder.h"

#include <gtest/gtest.h>

namespace {

using nexus::Info;
using nexus::InvalidArgumentError;
using nexus::NotFoundError;

constexpr const char* entry = R"({
  "SchemaVersion": "1.0", "Name": "a test", "Cores": 8, "Clock": 2.5, "HasSimd": true, "Nothing": null,
  "Caches": [{"Level": 1, "Size": 32768}, {"Level": 2}],
  "odd/key~name": {"z": 1, "a": -9007199254740993}
})";

class DeviceInfo : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
  const TemporaryFolder folder;
  const std::string name = device.getProperty<std::string>("Vendor") + "-cpu-" + device.getProperty<std::string>("Architecture");

  Info load(const std::string& text = entry) const {
    folder.write(name + ".json", text);
    const EnvironmentVariable path("NEXUS_DATABASE_PATH", folder.path());
    return device.getInfo();
  }
};

TEST_F(DeviceInfo, LeavesHaveValues) {
  const Info info = load();
  EXPECT_EQ(info.getKind(), Info::Kind::Object);
  EXPECT_EQ(info.at("Name").getString(), "a test");
  EXPECT_EQ(info.at("/Cores").getInt(), 8);
  EXPECT_EQ(info.at("Clock").getFloat(), 2.5);
  EXPECT_EQ(info.at("Cores").getFloat(), 8.0);
  EXPECT_TRUE(info.at("HasSimd").getBool());
  const std::pair<const char*, Info::Kind> kinds[] = {{"Name", Info::Kind::String},  {"Cores", Info::Kind::Int},
                                                      {"Clock", Info::Kind::Float},  {"HasSimd", Info::Kind::Bool},
                                                      {"Nothing", Info::Kind::Null}, {"Caches", Info::Kind::Array}};
  for (const auto& [key, kind] : kinds) EXPECT_EQ(info.at(key).getKind(), kind) << key;
}

TEST_F(DeviceInfo, NodesAreReachedByPointersAndKeys) {
  const Info info = load();
  EXPECT_EQ(info.at("/Caches/0/Size").getInt(), 32768);
  EXPECT_EQ(info.at("Caches").at("1").at("Level").getInt(), 2);
  EXPECT_EQ(info.at("odd/key~name").at("a").getInt(), -9007199254740993);
  EXPECT_EQ(info.at("/odd~1key~0name/z").getInt(), 1);
  EXPECT_EQ(info.at("").getSize(), info.getSize());
  EXPECT_EQ(info.at("Caches").at(1).getPointer(), "/Caches/1");
  EXPECT_EQ(info.at("Caches").at(1), info.at("/Caches/1")) << "one node, however it was reached";
  EXPECT_EQ(info.at(1).getString(), "a test");
  EXPECT_EQ(info.getInt("/Caches/0/Size"), 32768);
  EXPECT_EQ(info.getFloat("Cores"), 8.0);
  EXPECT_EQ(info.getString("Name"), "a test");
  EXPECT_TRUE(info.getBool("/HasSimd"));
  EXPECT_EQ(info.getEntryName(), name);
  EXPECT_EQ(info.getPath(), folder / (name + ".json"));
  EXPECT_EQ(info.getPointer(), "");
  EXPECT_EQ(info.at("Caches").at("/1/Level").getPointer(), "/Caches/1/Level");
  EXPECT_EQ(info.at("odd/key~name").getPointer(), "/odd~1key~0name");
  EXPECT_TRUE(info.contains("Caches"));
  EXPECT_TRUE(info.contains("/Caches/1"));
  EXPECT_FALSE(info.contains("/Caches/2"));
  EXPECT_FALSE(info.contains("caches"));
}

TEST_F(DeviceInfo, KeysAreInTheOrderOfTheFile) {
  const Info info = load();
  EXPECT_EQ(info.getKeys(),
            (std::vector<std::string>{"SchemaVersion", "Name", "Cores", "Clock", "HasSimd", "Nothing", "Caches", "odd/key~name"}));
  EXPECT_EQ(info.getSize(), 8u);
  EXPECT_EQ(info.at("Caches").getKeys(), (std::vector<std::string>{"0", "1"}));
  EXPECT_EQ(info.at("odd/key~name").getKeys(), (std::vector<std::string>{"z", "a"}));
  EXPECT_TRUE(info.at("Cores").getKeys().empty());
  EXPECT_EQ(info.at("Cores").getSize(), 0u);
  EXPECT_EQ(info.at("/Caches/1").toJson(), "{\n  \"Level\": 2\n}");
}

TEST_F(DeviceInfo, NodesKeepTheFileInMemory) {
  const Info caches = Info(load()).at("Caches");
  EXPECT_EQ(caches.at("/0/Level").getInt(), 1);
}

TEST_F(DeviceInfo, MistakesAreNamed) {
  const Info info = load();
  const std::string file = folder / (name + ".json");
  EXPECT_TRUE(throws<NotFoundError>([&] { info.at("Core"); }, {file, "'Core' (did you mean 'Cores'", "'Name', 'Cores'"}));
  EXPECT_TRUE(throws<NotFoundError>([&] { info.at("/Caches/2"); }, {"'/Caches/2'"}));
  EXPECT_TRUE(throws<NotFoundError>([&] { info.at("Caches").at("7"); }, {"at '/Caches'", "'7'", "'0', '1'"}));
  EXPECT_TRUE(throws<NotFoundError>([&] { info.at("/Cores/x"); }, {"'/Cores/x'", "'/Cores' is a single value"}));
  EXPECT_TRUE(throws<NotFoundError>([&] { info.at("/Caches/0/size"); },
                                    {"did you mean 'Size'", "the keys at '/Caches/0' are 'Level', 'Size'"}));
  EXPECT_TRUE(throws<NotFoundError>([&] { info.at("Caches").at(2); }, {"no element 2", "it has 2"}));
  EXPECT_TRUE(throws<NotFoundError>([&] { info.at("/Caches/01"); }, {"'/Caches/01'"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { info.getIntVector("Cores"); }, {"not an array"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { info.getIntVector("Caches"); }, {"at '/Caches/0' is an object, not an integer"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { info.at("/bad~2escape"); }, {"'/bad~2escape' is not a JSON pointer"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { info.at("Name").getInt(); }, {file, "at '/Name' is a string, not an integer"}));
  EXPECT_TRUE(
      throws<InvalidArgumentError>([&] { info.at("Clock").getInt(); }, {"'/Clock' is a number with a fraction, not an integer"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { info.at("Cores").getString(); }, {"not a string"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { info.at("Cores").getBool(); }, {"not a boolean"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { info.getFloat(); }, {"at '/' is an object, not a number"}));
}

TEST_F(DeviceInfo, AMissingEntryNamesTheFoldersThatWereSearched) {
  const EnvironmentVariable path("NEXUS_DATABASE_PATH", folder.path() + ":/no/such/folder");
  try {
    device.getInfo();
    GTEST_SKIP() << "the database of this build has an entry for this machine";
  } catch (const NotFoundError& e) {
    for (const std::string& text :
         {"'" + name + "'", "'" + folder.path() + "'", std::string("'/no/such/folder'"), std::string("NEXUS_DATABASE_PATH")})
      EXPECT_NE(std::string(e.what()).find(text), std::string::npos) << e.what();
  }
}

TEST_F(DeviceInfo, AFileThatIsNoJsonIsNamedAndCanBeMended) {
  EXPECT_TRUE(throws<nexus::UnavailableError>([&] { load("{\"Name\": "); },
                                              {folder / (name + ".json"), "at '/Name': not valid JSON", "parse error"}));
  EXPECT_TRUE(throws<nexus::UnavailableError>([&] { load(""); }, {"not valid JSON"}));
  EXPECT_EQ(load().at("Cores").getInt(), 8);
}

TEST_F(DeviceInfo, TheFirstFolderThatHasTheEntryCounts) {
  const TemporaryFolder second;
  folder.write(name + ".json", R"({"SchemaVersion": "1.0", "Where": 1})");
  second.write(name + ".json", R"({"SchemaVersion": "1.0", "Where": 2})");
  const EnvironmentVariable path("NEXUS_DATABASE_PATH", "/no/such/folder::" + second.path() + ":" + folder.path());
  EXPECT_EQ(device.getInfo().at("Where").getInt(), 2);
}

}  // namespace
