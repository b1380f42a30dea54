#pragma once

#include <nexus/export.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nexus {

/// Every property of runtimes and devices. See nexus/property_table.h for types, units and meanings.
enum class Property : std::uint32_t {
#define NEXUS_PROPERTY(id, name, type, change, unit, meaning) name = id,
#include <nexus/property_table.h>
#undef NEXUS_PROPERTY
};

/// Type of a property's value; equal to the index in PropertyValue plus one.
enum class PropertyType : std::uint32_t { String = 1, Int, Float, StringVector, IntVector, FloatVector };

/// Who says what a property's value is.
enum class PropertySource : std::uint32_t {
  Runtime,  ///< the runtime, of this very device
  Database  ///< the database entry, of the device's architecture or product
};

/// Value of a property.
using PropertyValue =
    std::variant<std::string, std::int64_t, double, std::vector<std::string>, std::vector<std::int64_t>, std::vector<double>>;

/// One row of the property table.
struct PropertyInfo {
  Property id;
  const char* name;
  PropertyType type;
  bool isLive;          ///< may change while the object lives
  const char* unit;     ///< "B", "MHz", ... or "" for names and counts
  const char* meaning;  ///< one sentence
};

/// All properties there are, in the order of the table.
NEXUS_API std::span<const PropertyInfo> allProperties() noexcept;
/// The row of a property.
NEXUS_API const PropertyInfo& propertyInfo(Property property);
/// The row of the property of that name. Throws NotFoundError with the nearest names.
NEXUS_API const PropertyInfo& findProperty(std::string_view name);
/// Name of a type: "str", "int", "float", "list of str", ...
NEXUS_API const char* propertyTypeName(PropertyType type) noexcept;
/// Name of a source: "runtime" or "database".
NEXUS_API const char* propertySourceName(PropertySource source) noexcept;

}  // namespace nexus
