#pragma once

#include <nexus/plugin.h>
#include <nexus/property.h>

#include <array>
#include <atomic>
#include <functional>
#include <optional>
#include <string>

namespace nexus::detail {

/// Properties of one object: from the plugin, or where that does not know, from elsewhere. Static ones are asked once and kept;
/// reading a kept one takes no lock.
class PropertyCache {
 public:
  using Query = std::function<nxs_status(std::uint32_t property, nxs_value* value)>;
  /// `fail` throws for a status other than NXS_NOT_FOUND; its argument says what was tried.
  using Fail = std::function<void(nxs_status status, const std::string& what)>;

  /// Looks up what the plugin does not know.
  using Lookup = std::function<std::optional<PropertyValue>(const PropertyInfo&)>;
  /// Gives the present look-up; empty if there is none.
  using Fallback = std::function<Lookup()>;

  PropertyCache(std::string owner, Query query, Fail fail, Fallback fallback = {});
  PropertyCache(const PropertyCache&) = delete;
  PropertyCache& operator=(const PropertyCache&) = delete;
  ~PropertyCache();

  /// Throws NotFoundError if the object does not know the property.
  PropertyValue value(Property property) const;
  /// Throws InvalidArgumentError if the property has another type.
  template <class T>
  T get(Property property) const;
  /// What the plugin says; NULL if it does not know. Of static properties only.
  const PropertyValue* find(const PropertyInfo& info) const;
  std::vector<Property> known() const;
  /// What one of the two says. Throws NotFoundError if it does not know.
  PropertyValue valueFrom(Property property, PropertySource source) const;
  /// Throws NotFoundError if the object does not know the property.
  PropertySource source(Property property) const;

 private:
  static constexpr std::size_t capacity = 128;
  PropertyValue ask(const PropertyInfo& info, bool& found) const;
  /// What the plugin or else the fallback says of a static property; NULL if neither knows.
  const PropertyValue* findAnywhere(const PropertyInfo& info) const;
  const PropertyValue* findElsewhere(const PropertyInfo& info, const Lookup& lookup) const;
  [[noreturn]] void throwUnknown(const PropertyInfo& info) const;

  std::string owner_;
  Query query_;
  Fail fail_;
  Fallback fallback_;
  mutable std::array<std::atomic<const PropertyValue*>, capacity> kept_{}, elsewhere_{};
};

}  // namespace nexus::detail
