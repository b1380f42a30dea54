#include "property_cache.h"

#include <nexus/error.h>

#include <memory>

namespace nexus::detail {

namespace {

// Kept for properties that the object does not know.
const PropertyValue absent;

PropertyValue fromPlugin(const nxs_value& value) {
  const auto count = value.count;
  switch (static_cast<PropertyType>(value.type)) {
    case PropertyType::String: return std::string(value.as.s ? value.as.s : "");
    case PropertyType::Int: return value.as.i;
    case PropertyType::Float: return value.as.f;
    case PropertyType::StringVector: return std::vector<std::string>(value.as.s_vec, value.as.s_vec + count);
    case PropertyType::IntVector: return std::vector<std::int64_t>(value.as.i_vec, value.as.i_vec + count);
    case PropertyType::FloatVector: return std::vector<double>(value.as.f_vec, value.as.f_vec + count);
  }
  return {};
}

template <class T>
constexpr PropertyType typeOf() {
  return static_cast<PropertyType>(PropertyValue(T{}).index() + 1);
}

#define NEXUS_PROPERTY(id, name, type, change, unit, meaning) static_assert(id < 128, "raise PropertyCache::capacity");
#include <nexus/property_table.h>
#undef NEXUS_PROPERTY

}  // namespace

PropertyCache::PropertyCache(std::string owner, Query query, Fail fail, Fallback fallback)
    : owner_(std::move(owner)), query_(std::move(query)), fail_(std::move(fail)), fallback_(std::move(fallback)) {}

PropertyCache::~PropertyCache() {
  for (auto* slots : {&kept_, &elsewhere_})
    for (auto& slot : *slots)
      if (const PropertyValue* value = slot.load(); value != &absent) delete value;
}

PropertyValue PropertyCache::ask(const PropertyInfo& info, bool& found) const {
  nxs_value value{};
  const nxs_status status = query_(static_cast<std::uint32_t>(info.id), &value);
  found = status == NXS_SUCCESS;
  if (status == NXS_NOT_FOUND) return {};
  if (!found) fail_(status, owner_ + ": cannot read property '" + info.name + "'");
  if (value.type != static_cast<std::uint32_t>(info.type))
    throw InternalError(owner_ + ": the plugin returned property '" + info.name + "' as type " + std::to_string(value.type) +
                        " instead of " + propertyTypeName(info.type));
  return fromPlugin(value);
}

const PropertyValue* PropertyCache::find(const PropertyInfo& info) const {
  auto& slot = kept_[static_cast<std::size_t>(info.id)];
  const PropertyValue* kept = slot.load(std::memory_order_acquire);
  if (!kept) {
    bool found = false;
    auto fresh = std::make_unique<const PropertyValue>(ask(info, found));
    const PropertyValue* candidate = found ? fresh.get() : &absent;
    if (slot.compare_exchange_strong(kept, candidate, std::memory_order_acq_rel)) {
      kept = candidate;
      if (found) static_cast<void>(fresh.release());
    }
  }
  return kept == &absent ? nullptr : kept;
}

const PropertyValue* PropertyCache::findElsewhere(const PropertyInfo& info, const Lookup& lookup) const {
  auto& slot = elsewhere_[static_cast<std::size_t>(info.id)];
  const PropertyValue* kept = slot.load(std::memory_order_acquire);
  if (kept || !lookup) return kept;
  std::optional<PropertyValue> value = lookup(info);
  if (!value) return nullptr;  // not kept: an entry may be added
  auto fresh = std::make_unique<const PropertyValue>(*std::move(value));
  if (slot.compare_exchange_strong(kept, fresh.get(), std::memory_order_acq_rel)) kept = fresh.release();
  return kept;
}

const PropertyValue* PropertyCache::findAnywhere(const PropertyInfo& info) const {
  if (const PropertyValue* own = find(info)) return own;
  if (const PropertyValue* kept = findElsewhere(info, {})) return kept;
  return fallback_ ? findElsewhere(info, fallback_()) : nullptr;
}

PropertyValue PropertyCache::valueFrom(Property property, PropertySource source) const {
  const PropertyInfo& info = propertyInfo(property);
  if (source == PropertySource::Runtime) {
    if (info.isLive || find(info)) return value(property);
    throw NotFoundError("the runtime of " + owner_ + " does not know its property '" + info.name + "'");
  }
  if (const Lookup lookup = fallback_ ? fallback_() : Lookup())
    if (std::optional<PropertyValue> found = lookup(info)) return *std::move(found);
  throw NotFoundError("the database does not know property '" + std::string(info.name) + "' of " + owner_);
}

PropertySource PropertyCache::source(Property property) const {
  const PropertyInfo& info = propertyInfo(property);
  if (info.isLive ? (value(property), true) : find(info) != nullptr) return PropertySource::Runtime;
  if (findAnywhere(info)) return PropertySource::Database;
  throwUnknown(info);
}

void PropertyCache::throwUnknown(const PropertyInfo& info) const {
  std::string names;
  for (const Property property : known()) names += (names.empty() ? "" : ", ") + std::string(propertyInfo(property).name);
  throw NotFoundError(owner_ + " does not know its property '" + info.name + "'; it knows " + names);
}

PropertyValue PropertyCache::value(Property property) const {
  const PropertyInfo& info = propertyInfo(property);
  if (!info.isLive) {
    // Copies the alternative: libstdc++ crashes when memory runs out in the copy of a variant.
    if (const PropertyValue* kept = findAnywhere(info))
      return std::visit([](auto value) { return PropertyValue(std::move(value)); }, *kept);
    throwUnknown(info);
  }
  bool found = false;
  PropertyValue fresh = ask(info, found);
  if (!found) throwUnknown(info);
  return fresh;
}

template <class T>
T PropertyCache::get(Property property) const {
  const PropertyInfo& info = propertyInfo(property);
  PropertyValue fresh;
  const PropertyValue* value = &fresh;
  if (info.isLive)
    fresh = this->value(property);
  else
    value = findAnywhere(info);
  if (!value) throwUnknown(info);
  if (const T* exact = std::get_if<T>(value)) return *exact;
  if constexpr (std::is_same_v<T, double>)
    if (const auto* integer = std::get_if<std::int64_t>(value)) return static_cast<double>(*integer);
  throw InvalidArgumentError(owner_ + ": property '" + info.name + "' is " + propertyTypeName(info.type) + ", not " +
                             propertyTypeName(typeOf<T>()));
}

template std::string PropertyCache::get(Property) const;
template std::int64_t PropertyCache::get(Property) const;
template double PropertyCache::get(Property) const;
template std::vector<std::string> PropertyCache::get(Property) const;
template std::vector<std::int64_t> PropertyCache::get(Property) const;
template std::vector<double> PropertyCache::get(Property) const;

std::vector<Property> PropertyCache::known() const {
  std::vector<Property> list;
  const Lookup elsewhere = fallback_ ? fallback_() : Lookup();
  const auto isElsewhere = [&](const PropertyInfo& info) {
    try {
      return findElsewhere(info, elsewhere) != nullptr;
    } catch (const UnavailableError&) {
      return false;  // told of when the property is read
    }
  };
  for (const PropertyInfo& info : allProperties()) {
    bool found = info.isLive;
    if (found)
      ask(info, found);
    else
      found = find(info) || isElsewhere(info);
    if (found) list.push_back(info.id);
  }
  return list;
}

}  // namespace nexus::detail
