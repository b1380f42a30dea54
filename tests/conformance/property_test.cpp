// Every property of nexus/property_table.h.
#include "device_test.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <cstring>
#include <limits>

namespace nexus::conformance {
namespace {

struct Row {
  std::uint32_t id;
  const char* name;
  std::uint32_t type;
  bool isStatic;
};

constexpr std::uint32_t String = NXS_VALUE_STRING, Int = NXS_VALUE_INT, Float = NXS_VALUE_FLOAT;
constexpr std::uint32_t StringVector = NXS_VALUE_STRING_VECTOR, IntVector = NXS_VALUE_INT_VECTOR;
enum { Live, Static };

const std::vector<Row>& allRows() {
  static const std::vector<Row> rows = {
#define NEXUS_PROPERTY(id, name, type, change, unit, meaning) {id, #name, type, change == Static},
#include <nexus/property_table.h>
#undef NEXUS_PROPERTY
  };
  return rows;
}

/// The range outside which an integer property is surely wrong.
struct Range {
  std::int64_t low, high;
};
Range plausibleRange(std::uint32_t id) {
  constexpr std::int64_t tebi = std::int64_t{1} << 40;
  switch (id) {
    case NXS_PROPERTY_EccIsEnabled:
    case NXS_PROPERTY_HasCooperativeLaunch:
    case NXS_PROPERTY_HasClusterLaunch:
    case NXS_PROPERTY_HasPeerCopy:
    case NXS_PROPERTY_HasTimestamps:
    case NXS_PROPERTY_MemoryIsShared:
    case NXS_PROPERTY_MemoryIsHostVisible: return {0, 1};
    case NXS_PROPERTY_DeviceCount:
    case NXS_PROPERTY_CoreCount:
    case NXS_PROPERTY_ThreadCount: return {1, 10'000'000};
    case NXS_PROPERTY_MaxClockRate: return {1, 100'000};
    case NXS_PROPERTY_SimdWidth: return {8, 1 << 20};
    case NXS_PROPERTY_L1DataCacheSize:
    case NXS_PROPERTY_L1InstructionCacheSize:
    case NXS_PROPERTY_L2CacheSize:
    case NXS_PROPERTY_L3CacheSize: return {1, tebi};
    case NXS_PROPERTY_CacheLineSize:
    case NXS_PROPERTY_BufferAlignment: return {1, 1 << 30};
    case NXS_PROPERTY_MemoryFree:
    case NXS_PROPERTY_MaxSharedMemoryPerBlock: return {0, std::numeric_limits<std::int64_t>::max()};
    case NXS_PROPERTY_MaxThreadsPerBlock: return {1, 1 << 30};
    default: return {1, std::numeric_limits<std::int64_t>::max()};
  }
}

void expectEqual(const nxs_value& a, const nxs_value& b) {
  ASSERT_EQ(a.type, b.type);
  ASSERT_EQ(a.count, b.count);
  switch (a.type) {
    case NXS_VALUE_STRING: EXPECT_STREQ(a.as.s, b.as.s); break;
    case NXS_VALUE_INT: EXPECT_EQ(a.as.i, b.as.i); break;
    case NXS_VALUE_FLOAT: EXPECT_EQ(a.as.f, b.as.f); break;
    case NXS_VALUE_STRING_VECTOR:
      for (std::uint32_t i = 0; i < a.count; ++i) EXPECT_STREQ(a.as.s_vec[i], b.as.s_vec[i]);
      break;
    case NXS_VALUE_INT_VECTOR:
      for (std::uint32_t i = 0; i < a.count; ++i) EXPECT_EQ(a.as.i_vec[i], b.as.i_vec[i]);
      break;
    default:
      for (std::uint32_t i = 0; i < a.count; ++i) EXPECT_EQ(a.as.f_vec[i], b.as.f_vec[i]);
  }
}

void expectText(const char* text) {
  ASSERT_NE(text, nullptr);
  EXPECT_STRNE(text, "") << "what is not known is absent";
  for (const char* c = text; *c; ++c)
    EXPECT_FALSE(std::iscntrl(static_cast<unsigned char>(*c))) << "a control character in '" << text << "'";
}

/// What holds for any value of the property.
void expectPlausible(const Row& row, const nxs_value& value) {
  ASSERT_EQ(value.type, row.type);
  switch (value.type) {
    case NXS_VALUE_STRING:
      EXPECT_EQ(value.count, 1u);
      expectText(value.as.s);
      break;
    case NXS_VALUE_INT: {
      EXPECT_EQ(value.count, 1u);
      const Range range = plausibleRange(row.id);
      EXPECT_GE(value.as.i, range.low);
      EXPECT_LE(value.as.i, range.high);
      break;
    }
    case NXS_VALUE_FLOAT:
      EXPECT_EQ(value.count, 1u);
      if (row.isStatic) {
        EXPECT_GT(value.as.f, 0.0);
      } else {
        EXPECT_GE(value.as.f, 0.0);  // nothing to do, nothing drawn
      }
      EXPECT_LT(value.as.f, 1e18);
      break;
    case NXS_VALUE_STRING_VECTOR:
      if (value.count != 0) {
        ASSERT_NE(value.as.s_vec, nullptr);
      }
      for (std::uint32_t i = 0; i < value.count; ++i) expectText(value.as.s_vec[i]);
      break;
    case NXS_VALUE_INT_VECTOR:
      ASSERT_GE(value.count, 1u);
      ASSERT_NE(value.as.i_vec, nullptr);
      for (std::uint32_t i = 0; i < value.count; ++i)
        EXPECT_GE(value.as.i_vec[i], row.id == NXS_PROPERTY_Affinity || row.id == NXS_PROPERTY_DlpackDevice ? 0 : 1);
      break;
    default: ADD_FAILURE() << "the table has no property of type " << value.type;
  }
}

class PropertyTest : public DeviceTest {
 protected:
  nxs_status ask(std::uint32_t id, nxs_value& value) const { return table().device_property(device, id, &value); }
};

class DeviceProperty : public PropertyTest, public testing::WithParamInterface<Row> {};

TEST_P(DeviceProperty, IsPlausibleOrAbsent) {
  const Row& row = GetParam();
  nxs_value untouched;
  std::memset(&untouched, 0xa5, sizeof untouched);
  nxs_value value = untouched;
  const nxs_status status = ask(row.id, value);
  if (status == NXS_NOT_FOUND) {
    ASSERT_EQ(std::memcmp(&value, &untouched, sizeof value), 0) << "NotFound must not write the value";
    GTEST_SKIP() << "the device does not know the property " << row.name;
  }
  ASSERT_OK(status);
  expectPlausible(row, value);
  nxs_value again = {};
  ASSERT_OK(ask(row.id, again));
  if (row.isStatic)
    expectEqual(value, again);
  else
    expectPlausible(row, again);
}

INSTANTIATE_TEST_SUITE_P(Property, DeviceProperty, testing::ValuesIn(allRows()),
                         [](const auto& row) { return std::string(row.param.name); });

using Property = PropertyTest;

TEST_F(Property, OfTheRuntimeArePlausible) {
  nxs_runtime* runtime = nullptr;
  ASSERT_OK(table().runtime_open(&runtime));
  const Owned<nxs_runtime> owned(runtime);
  int known = 0;
  for (const Row& row : allRows()) {
    SCOPED_TRACE(row.name);
    nxs_value untouched;
    std::memset(&untouched, 0xa5, sizeof untouched);
    nxs_value value = untouched, again = {};
    const nxs_status status = table().runtime_property(runtime, row.id, &value);
    if (status == NXS_NOT_FOUND) {
      EXPECT_EQ(std::memcmp(&value, &untouched, sizeof value), 0) << "NotFound must not write the value";
      continue;
    }
    ++known;
    ASSERT_OK(status);
    expectPlausible(row, value);
    ASSERT_OK(table().runtime_property(runtime, row.id, &again));
    if (row.isStatic) expectEqual(value, again);
  }
  EXPECT_GE(known, 1) << "the runtime has a name at least";
}

TEST_F(Property, ThatNoTableNamesIsNotFound) {
  for (const std::uint32_t id : {0u, 999'999u, 0x7fffffffu, 0xffffffffu}) {
    nxs_value value = {};
    value.count = 4711;
    EXPECT_EQ(ask(id, value), NXS_NOT_FOUND) << id;
    EXPECT_EQ(value.count, 4711u);
  }
}

TEST_F(Property, TypeIsOneOfThree) {
  nxs_value value = {};
  ASSERT_OK(ask(NXS_PROPERTY_Type, value));
  const std::string type = value.as.s;
  EXPECT_TRUE(type == "cpu" || type == "gpu" || type == "accelerator") << type;
}

// Together with the type these find the device's entry in the database.
TEST_F(Property, VendorAndArchitectureAreGiven) {
  nxs_value vendor = {}, architecture = {};
  ASSERT_OK(ask(NXS_PROPERTY_Vendor, vendor));
  ASSERT_OK(ask(NXS_PROPERTY_Architecture, architecture));
  EXPECT_TRUE(std::none_of(vendor.as.s, vendor.as.s + std::strlen(vendor.as.s), [](unsigned char c) { return std::isupper(c); }))
      << vendor.as.s;
}

TEST_F(Property, FreeMemoryIsPartOfAllMemory) {
  const auto size = intProperty(NXS_PROPERTY_MemorySize), free = intProperty(NXS_PROPERTY_MemoryFree);
  if (!size || !free) GTEST_SKIP() << "the device does not know both MemorySize and MemoryFree";
  EXPECT_LE(*free, *size);
}

TEST_F(Property, AlignmentsArePowersOfTwo) {
  for (const std::uint32_t id : {NXS_PROPERTY_BufferAlignment, NXS_PROPERTY_CacheLineSize})
    if (const auto value = intProperty(id)) {
      EXPECT_TRUE(std::has_single_bit(static_cast<std::uint64_t>(*value))) << *value;
    }
}

TEST_F(Property, LaunchLimitsFitTogether) {
  const auto threads = intProperty(NXS_PROPERTY_MaxThreadsPerBlock);
  const auto block = size3Property(NXS_PROPERTY_MaxBlockDims), grid = size3Property(NXS_PROPERTY_MaxGridDims);
  ASSERT_TRUE(threads && block && grid) << "without these, the core cannot check a launch";
  for (const std::uint64_t extent : *block) EXPECT_LE(extent, static_cast<std::uint64_t>(*threads));
  EXPECT_GE(volume(*block), static_cast<std::uint64_t>(*threads)) << "the largest block cannot be reached";
}

TEST_F(Property, AffinityNamesTheThreads) {
  nxs_value value = {};
  if (ask(NXS_PROPERTY_Affinity, value) == NXS_NOT_FOUND) GTEST_SKIP() << "the device does not know the property Affinity";
  std::vector<std::int64_t> numbers(value.as.i_vec, value.as.i_vec + value.count);
  std::sort(numbers.begin(), numbers.end());
  EXPECT_EQ(std::adjacent_find(numbers.begin(), numbers.end()), numbers.end()) << "a processor is named twice";
}

TEST_F(Property, StaticPointersStayValid) {
  nxs_value name = {};
  ASSERT_OK(ask(NXS_PROPERTY_Name, name));
  const std::string text = name.as.s;
  for (const Row& row : allRows()) {
    nxs_value other = {};
    ask(row.id, other);
  }
  EXPECT_EQ(text, name.as.s) << "asking for other properties changed the text";
}

TEST_F(Property, AreReadFromSeveralThreads) {
  std::vector<nxs_value> expected(allRows().size());
  std::vector<nxs_status> statuses;
  for (std::size_t i = 0; i < allRows().size(); ++i) statuses.push_back(ask(allRows()[i].id, expected[i]));
  onThreads([&](int) {
    for (int turn = 0; turn < 20; ++turn)
      for (std::size_t i = 0; i < allRows().size(); ++i) {
        nxs_value value = {};
        EXPECT_EQ(ask(allRows()[i].id, value), statuses[i]);
        if (statuses[i] == NXS_SUCCESS && allRows()[i].isStatic) expectEqual(value, expected[i]);
      }
  });
}

}  // namespace
}  // namespace nexus::conformance
