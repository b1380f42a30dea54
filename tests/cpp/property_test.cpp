// Properties of runtimes and devices, and the table that they come from.
#include "cpu_device.h"
#include "expect_error.h"

#include <gtest/gtest.h>

#include <set>

namespace {

using nexus::InvalidArgumentError;
using nexus::NotFoundError;
using nexus::Property;
using nexus::PropertyType;

TEST(PropertyTable, EveryRowIsFoundByIdAndByName) {
  std::set<std::string> names;
  std::set<std::uint32_t> ids;
#define NEXUS_PROPERTY(number, name_, type_, change, unit_, meaning_)       \
  {                                                                         \
    const nexus::PropertyInfo& info = nexus::propertyInfo(Property::name_); \
    EXPECT_EQ(static_cast<std::uint32_t>(info.id), std::uint32_t{number});  \
    EXPECT_STREQ(info.name, #name_);                                        \
    EXPECT_EQ(info.type, PropertyType::type_);                              \
    EXPECT_EQ(info.isLive, std::string(#change) == "Live");                 \
    EXPECT_STREQ(info.unit, unit_);                                         \
    EXPECT_STREQ(info.meaning, meaning_);                                   \
    EXPECT_EQ(&nexus::findProperty(#name_), &info);                         \
    EXPECT_TRUE(names.insert(#name_).second) << #name_;                     \
    EXPECT_TRUE(ids.insert(number).second) << number;                       \
  }
#include <nexus/property_table.h>
#undef NEXUS_PROPERTY
  EXPECT_EQ(nexus::allProperties().size(), names.size());
}

TEST(PropertyTable, AnUnknownNameSuggestsTheNearest) {
  EXPECT_TRUE(throws<NotFoundError>([] { nexus::findProperty("Architectur"); }, {"'Architectur'", "did you mean 'Architecture'?"}));
  EXPECT_TRUE(throws<NotFoundError>([] { nexus::findProperty("name"); }, {"did you mean 'Name'"}));
  EXPECT_TRUE(throws<NotFoundError>([] { nexus::findProperty(""); }, {"no property ''"}));
  for (const std::uint32_t id : {0u, 8u, 127u, 128u, 255u, 256u, 0xffffffffu})
    EXPECT_TRUE(throws<NotFoundError>([&] { nexus::propertyInfo(static_cast<Property>(id)); },
                                      {"no property number " + std::to_string(id)}));
}

TEST(PropertyTable, TypesHaveNames) {
  EXPECT_STREQ(nexus::propertyTypeName(PropertyType::String), "str");
  EXPECT_STREQ(nexus::propertyTypeName(PropertyType::FloatVector), "list of float");
}

class DeviceProperties : public testing::Test {
 protected:
  const nexus::Device device = cpuDevice();
};

TEST_F(DeviceProperties, HaveTheTypesOfTheTable) {
  const std::vector<Property> known = device.getProperties();
  for (const nexus::PropertyInfo& info : nexus::allProperties()) {
    if (std::find(known.begin(), known.end(), info.id) == known.end()) {
      EXPECT_TRUE(
          throws<NotFoundError>([&] { device.getPropertyValue(info.id); }, {"cpu:0 does not know", info.name, "it knows Name, "}));
    } else {
      EXPECT_EQ(device.getPropertyValue(info.id).index() + 1, static_cast<std::size_t>(info.type)) << info.name;
    }
  }
}

TEST_F(DeviceProperties, TellWhatACpuIs) {
  EXPECT_EQ(device.getProperty<std::string>("Type"), "cpu");
  EXPECT_FALSE(device.getProperty<std::string>("Vendor").empty());
  EXPECT_FALSE(device.getProperty<std::string>(Property::Architecture).empty());
  const auto threads = device.getProperty<std::int64_t>("ThreadCount");
  EXPECT_GE(threads, 1);
  EXPECT_LE(threads, static_cast<std::int64_t>(std::thread::hardware_concurrency()));
  EXPECT_LE(device.getProperty<std::int64_t>("CoreCount"), threads);
  EXPECT_EQ(device.getProperty<std::int64_t>("MemoryIsHostVisible"), 1);
  EXPECT_EQ(device.getProperty<std::vector<std::int64_t>>("MaxBlockDims").size(), 3u);
  EXPECT_GE(device.getProperty<std::vector<std::int64_t>>("Affinity").size(), static_cast<std::size_t>(threads));
  EXPECT_GT(device.getProperty<double>("TimerPeriod"), 0);
  EXPECT_TRUE(throws<NotFoundError>([&] { device.getProperty<std::string>("Version"); }, {"cpu:0", "'Version'"}))
      << "that is the runtime's";
}

TEST_F(DeviceProperties, OfAnotherTypeAreRefused) {
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { device.getProperty<std::int64_t>("Vendor"); },
                                           {"cpu:0: property 'Vendor' is str, not int"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { device.getProperty<std::string>("CoreCount"); }, {"'CoreCount' is int, not str"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { device.getProperty<std::vector<double>>("MaxGridDims"); },
                                           {"list of int, not list of float"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { device.getProperty<std::int64_t>("TimerPeriod"); }, {"is float, not int"}));
  EXPECT_TRUE(throws<InvalidArgumentError>([&] { device.getProperty<std::string>("MemoryFree"); }, {"is int, not str"}));
}

TEST_F(DeviceProperties, IntegersMayBeReadAsFloatingPoint) {
  EXPECT_EQ(device.getProperty<double>("CoreCount"), static_cast<double>(device.getProperty<std::int64_t>("CoreCount")));
  EXPECT_GT(device.getProperty<double>("MemoryFree"), 0);
}

TEST_F(DeviceProperties, LiveOnesChange) {
  const auto before = device.getProperty<std::int64_t>(Property::MemoryFree);
  EXPECT_LE(before, device.getProperty<std::int64_t>(Property::MemorySize));
  const auto size = std::int64_t{64} << 20;
  std::vector<nexus::Buffer> buffers;
  // Others use the memory of the machine too, so that one step alone proves nothing.
  EXPECT_TRUE(eventually([&] {
    buffers.push_back(device.createBuffer({size}, nexus::DType::UInt8));
    buffers.back().fill(1);
    return device.getProperty<std::int64_t>(Property::MemoryFree) != before;
  }));
}

TEST_F(DeviceProperties, AreReadByManyThreadsAtOnce) {
  const nexus::Device fresh = anotherCpuDevice();
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (const nexus::PropertyInfo& info : nexus::allProperties())
        if (!info.isLive && info.id != Property::MemorySize) try {
            EXPECT_EQ(fresh.getPropertyValue(info.id), device.getPropertyValue(info.id)) << info.name;
          } catch (const NotFoundError&) {
            EXPECT_THROW(device.getPropertyValue(info.id), NotFoundError);
          }
    });
}

TEST(RuntimeProperties, TellWhatItIs) {
  const nexus::Runtime runtime = nexus::getRuntime("cpu");
  EXPECT_EQ(runtime.getProperty<std::string>("Name"), "cpu");
  EXPECT_EQ(runtime.getProperty<std::string>("Version"), NEXUS_VERSION);
  EXPECT_EQ(runtime.getProperty<std::int64_t>(Property::DeviceCount), 1);
  EXPECT_EQ(runtime.getProperties(), (std::vector<Property>{Property::Name, Property::Version, Property::DeviceCount}));
  EXPECT_TRUE(throws<NotFoundError>([&] { runtime.getProperty<std::int64_t>("CoreCount"); },
                                    {"cpu does not know its property 'CoreCount'"}));
}

}  // namespace
