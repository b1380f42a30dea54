#pragma once

#include <nexus/info.h>

#include <optional>
#include <string>

namespace nexus::detail {

/// Properties of one device as its database entry has them.
class DatabaseProperties {
 public:
  /// `product` is the key below /Products, "" if it is not known which product the device is.
  DatabaseProperties(Info entry, std::string product) : entry_(std::move(entry)), product_(std::move(product)) {}
  /// Throws UnavailableError if the entry has a value of the wrong kind there.
  std::optional<PropertyValue> find(const PropertyInfo& property) const;

 private:
  Info entry_;
  std::string product_;
};

}  // namespace nexus::detail
