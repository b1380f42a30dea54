// The plugin C-API as C++: the same layout and the same values that a plugin in C sees. The layout itself is pinned in the C half.
#include "plugin_header_test.h"

#include <nexus/dtype.h>
#include <nexus/error.h>
#include <nexus/property.h>
#include <nexus/schedule.h>

#include <gtest/gtest.h>

#include <cstring>
#include <iterator>
#include <set>
#include <string>
#include <type_traits>

namespace {

constexpr layout_row layout_in_cpp[] = LAYOUT_ROWS;

template <class T>
constexpr bool isPlain = std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T>;
static_assert(isPlain<nxs_host> && isPlain<nxs_value> && isPlain<nxs_buffer_desc> && isPlain<nxs_library_desc>);
static_assert(isPlain<nxs_argument_info> && isPlain<nxs_kernel_info> && isPlain<nxs_command> && isPlain<nxs_plugin>);
static_assert(std::is_same_v<nxs_get_plugin_function, decltype(&nxsGetPlugin)>);

TEST(PluginHeader, LayoutIsTheSameInCAndCpp) {
  for (std::size_t i = 0; i < std::size(layout_in_cpp); ++i) {
    const layout_row& c = layout_in_c[i];
    const layout_row& cpp = layout_in_cpp[i];
    ASSERT_EQ(c.what == nullptr, cpp.what == nullptr);
    if (!c.what) break;
    EXPECT_STREQ(c.what, cpp.what);
    EXPECT_EQ(c.value, cpp.value) << c.what;
  }
}

TEST(PluginHeader, EveryEntryIsOnePointerAfterTheLast) {
  struct Entry {
    const char* name;
    std::size_t offset;
  };
  const Entry entries[] = {
#define ENTRY(need, name, parameters) {#name, offsetof(nxs_plugin_table, name)},
      NXS_PLUGIN_ENTRIES(ENTRY)
#undef ENTRY
  };
  EXPECT_EQ(std::size(entries), 33u);
  EXPECT_EQ(std::size(entries) * sizeof(void*), sizeof(nxs_plugin_table));
  std::size_t index = 0;
  for (const Entry& entry : entries) EXPECT_EQ(entry.offset, index++ * sizeof(void*)) << entry.name;
}

TEST(PluginHeader, MagicReadsNXS1InMemory) {
  const std::uint32_t magic = NXS_PLUGIN_MAGIC;
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(&magic), 4), "NXS1");
  EXPECT_STREQ(NXS_GET_PLUGIN_SYMBOL, "nxsGetPlugin");
}

// Rows are only appended, so that values rise from row to row.
TEST(PluginHeader, StatusesAreTheSameInCAndCpp) {
  std::int32_t last = NXS_SUCCESS;
#define NEXUS_STATUS(name, constant, value, python_base, meaning)                \
  EXPECT_EQ(NXS_##constant, static_cast<std::int32_t>(nexus::Status::name));     \
  EXPECT_STREQ(status_name_in_c(value), nexus::statusName(nexus::Status::name)); \
  EXPECT_GT(value, last) << #name;                                               \
  last = value;
#include <nexus/status_table.h>
#undef NEXUS_STATUS
  EXPECT_EQ(NXS_STATUS_END, last + 1);
  EXPECT_EQ(status_name_in_c(NXS_STATUS_END), nullptr);
}

TEST(PluginHeader, PropertiesAreTheSameInCAndCpp) {
  std::set<std::string> names;
  std::uint32_t last = 0;
#define NEXUS_PROPERTY(number, name, type, change, unit, meaning)                       \
  EXPECT_EQ(NXS_PROPERTY_##name, static_cast<int>(nexus::Property::name));              \
  EXPECT_EQ(nexus::findProperty(property_name_in_c(number)).id, nexus::Property::name); \
  EXPECT_GT(number##u, last) << #name;                                                  \
  EXPECT_TRUE(names.insert(#name).second) << #name;                                     \
  last = number;
#include <nexus/property_table.h>
#undef NEXUS_PROPERTY
  EXPECT_EQ(NXS_PROPERTY_END, static_cast<int>(last + 1));
  EXPECT_EQ(property_name_in_c(NXS_PROPERTY_END), nullptr);
}

TEST(PluginHeader, PropertyTypesAreTheSameInCAndCpp) {
  EXPECT_EQ(NXS_VALUE_STRING, static_cast<int>(nexus::PropertyType::String));
  EXPECT_EQ(NXS_VALUE_INT, static_cast<int>(nexus::PropertyType::Int));
  EXPECT_EQ(NXS_VALUE_FLOAT, static_cast<int>(nexus::PropertyType::Float));
  EXPECT_EQ(NXS_VALUE_STRING_VECTOR, static_cast<int>(nexus::PropertyType::StringVector));
  EXPECT_EQ(NXS_VALUE_INT_VECTOR, static_cast<int>(nexus::PropertyType::IntVector));
  EXPECT_EQ(NXS_VALUE_FLOAT_VECTOR, static_cast<int>(nexus::PropertyType::FloatVector));
}

TEST(PluginHeader, ElementTypesAreTheSameInCAndCpp) {
  std::set<std::string> names;
  std::uint32_t last = NXS_DTYPE_UNKNOWN;
#define NEXUS_DTYPE(name, code, numpy, short_name, bits, dlpack, format)                         \
  EXPECT_EQ(NXS_DTYPE_##name, static_cast<int>(nexus::DType::name));                             \
  EXPECT_STREQ(dtype_name_in_c(code), #name);                                                    \
  EXPECT_EQ(nexus::parseDType(numpy), nexus::DType::name);                                       \
  EXPECT_EQ(nexus::parseDType(short_name), nexus::DType::name);                                  \
  EXPECT_GT(code##u, last) << #name;                                                             \
  EXPECT_TRUE(names.insert(numpy).second) << numpy;                                              \
  EXPECT_TRUE(names.insert(short_name).second || !std::strcmp(short_name, numpy)) << short_name; \
  last = code;
#include <nexus/dtype_table.h>
#undef NEXUS_DTYPE
  EXPECT_EQ(NXS_DTYPE_END, static_cast<int>(last + 1));
  EXPECT_EQ(dtype_name_in_c(NXS_DTYPE_END), nullptr);
}

TEST(PluginHeader, CommandAndAccessKindsAreTheSameInCAndCpp) {
  EXPECT_EQ(NXS_COMMAND_LAUNCH, static_cast<int>(nexus::CommandKind::Launch));
  EXPECT_EQ(NXS_COMMAND_COPY, static_cast<int>(nexus::CommandKind::Copy));
  EXPECT_EQ(NXS_COMMAND_FILL, static_cast<int>(nexus::CommandKind::Fill));
  EXPECT_EQ(NXS_COMMAND_SIGNAL, static_cast<int>(nexus::CommandKind::Signal));
  EXPECT_EQ(NXS_COMMAND_WAIT, static_cast<int>(nexus::CommandKind::Wait));
  EXPECT_EQ(NXS_ACCESS_UNKNOWN, static_cast<int>(nexus::ArgumentAccess::Unknown));
  EXPECT_EQ(NXS_ACCESS_READ, static_cast<int>(nexus::ArgumentAccess::Read));
  EXPECT_EQ(NXS_ACCESS_WRITE, static_cast<int>(nexus::ArgumentAccess::Write));
  EXPECT_EQ(NXS_ACCESS_READ_WRITE, static_cast<int>(nexus::ArgumentAccess::ReadWrite));
}

}  // namespace
