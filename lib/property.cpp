#include <nexus/error.h>
#include <nexus/property.h>

#include "suggest.h"

#include <array>

namespace nexus {

namespace {

constexpr PropertyInfo table[] = {
#define NEXUS_CHANGE_Static false
#define NEXUS_CHANGE_Live true
#define NEXUS_PROPERTY(id, name, type, change, unit, meaning) \
  {Property::name, #name, PropertyType::type, NEXUS_CHANGE_##change, unit, meaning},
#include <nexus/property_table.h>
#undef NEXUS_PROPERTY
#undef NEXUS_CHANGE_Static
#undef NEXUS_CHANGE_Live
};

constexpr std::size_t slots = 256;
static_assert(std::size(table) < slots / 2, "the hash table of property names wants to stay half empty");

constexpr std::size_t hash(std::string_view name) noexcept {
  std::uint32_t h = static_cast<std::uint32_t>(name.size());
  for (char c : name) h = h * 31 + static_cast<unsigned char>(c);
  return (h ^ h >> 8 ^ h >> 16) % slots;
}

constexpr auto rowsByName = [] {
  std::array<std::uint8_t, slots> rows{};
  for (std::size_t i = 0; i < std::size(table); ++i) {
    std::size_t slot = hash(table[i].name);
    while (rows[slot] != 0) slot = (slot + 1) % slots;
    rows[slot] = static_cast<std::uint8_t>(i + 1);
  }
  return rows;
}();

constexpr auto rowsById = [] {
  std::array<std::uint8_t, slots> rows{};
  for (std::size_t i = 0; i < std::size(table); ++i) rows[static_cast<std::size_t>(table[i].id)] = static_cast<std::uint8_t>(i + 1);
  return rows;
}();

}  // namespace

std::span<const PropertyInfo> allProperties() noexcept { return table; }

const PropertyInfo& propertyInfo(Property property) {
  const auto id = static_cast<std::size_t>(property);
  if (id >= slots || rowsById[id] == 0) throw NotFoundError("there is no property number " + std::to_string(id));
  return table[rowsById[id] - 1];
}

const PropertyInfo& findProperty(std::string_view name) {
  for (std::size_t slot = hash(name); rowsByName[slot] != 0; slot = (slot + 1) % slots)
    if (table[rowsByName[slot] - 1].name == name) return table[rowsByName[slot] - 1];
  std::vector<std::string_view> names;
  for (const PropertyInfo& info : table) names.emplace_back(info.name);
  throw NotFoundError("there is no property '" + std::string(name) + "'" + detail::suggest(name, names) +
                      "; the list of properties has all names");
}

const char* propertyTypeName(PropertyType type) noexcept {
  switch (type) {
    case PropertyType::String: return "str";
    case PropertyType::Int: return "int";
    case PropertyType::Float: return "float";
    case PropertyType::StringVector: return "list of str";
    case PropertyType::IntVector: return "list of int";
    case PropertyType::FloatVector: return "list of float";
  }
  return "unknown";
}

const char* propertySourceName(PropertySource source) noexcept {
  return source == PropertySource::Runtime ? "runtime" : "database";
}

}  // namespace nexus
