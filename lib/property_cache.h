#pragma once

#include <nexus/plugin.h>
#include <nexus/property.h>

#include <array>
#include <atomic>
#include <functional>
#include <string>

namespace nexus::detail {

/// Properties of one object. Static ones are asked once and kept; reading a kept one takes no lock.
class PropertyCache {
 public:
  using Query = std::function<nxs_status(std::uint32_t property, nxs_value* value)>;
  /// `fail` throws for a status other than NXS_NOT_FOUND; its argument says what was tried.
  using Fail = std::function<void(nxs_status status, const std::string& what)>;

  PropertyCache(std::string owner, Query query, Fail fail);
  PropertyCache(const PropertyCache&) = delete;
  PropertyCache& operator=(const PropertyCache&) = delete;
  ~PropertyCache();

  /// Throws NotFoundError if the object does not know the property.
  PropertyValue value(Property property) const;
  /// Throws InvalidArgumentError if the property has another type.
  template <class T>
  T get(Property property) const;
  /// NULL if the object does not know it.
  const PropertyValue* find(const PropertyInfo& info) const;
  std::vector<Property> known() const;

 private:
  static constexpr std::size_t capacity = 128;
  PropertyValue ask(const PropertyInfo& info, bool& found) const;
  [[noreturn]] void throwUnknown(const PropertyInfo& info) const;

  std::string owner_;
  Query query_;
  Fail fail_;
  mutable std::array<std::atomic<const PropertyValue*>, capacity> kept_{};
};

}  // namespace nexus::detail
