#include "database_property.h"

#include "json_value.h"

#include <nexus/error.h>

#include <cmath>

namespace nexus::detail {

namespace {

enum class Of { Entry, Product };

struct Row {
  Property property;
  Of of;
  const char* pointer;
  std::int64_t factor;
};

constexpr Row rows[] = {
#define NEXUS_DATABASE_PROPERTY(property, of, pointer, factor) {Property::property, Of::of, pointer, factor},
#include "database_property_table.h"
#undef NEXUS_DATABASE_PROPERTY
};

PropertyValue read(const Info& entry, const std::string& pointer, PropertyType type, std::int64_t factor) {
  switch (type) {
    case PropertyType::String: return entry.getString(pointer);
    // Clocks may have fractions of a MHz.
    case PropertyType::Int: return std::llround(entry.getFloat(pointer) * static_cast<double>(factor));
    case PropertyType::Float: return entry.getFloat(pointer) * static_cast<double>(factor);
    case PropertyType::StringVector: return entry.getStringVector(pointer);
    case PropertyType::IntVector: return entry.getIntVector(pointer);
    case PropertyType::FloatVector: return entry.getFloatVector(pointer);
  }
  return {};
}

}  // namespace

std::optional<PropertyValue> DatabaseProperties::find(const PropertyInfo& property) const {
  for (const Row& row : rows) {
    if (row.property != property.id || (row.of == Of::Product && product_.empty())) continue;
    const std::string pointer = (row.of == Of::Product ? "/Products/" + escapedStep(product_) : "") + row.pointer;
    if (!entry_.contains(pointer)) continue;
    try {
      return read(entry_, pointer, property.type, row.factor);
    } catch (const InvalidArgumentError& e) {
      throw UnavailableError(std::string("the database file cannot be used for property '") + property.name + "': " + e.what());
    }
  }
  return std::nullopt;
}

}  // namespace nexus::detail
