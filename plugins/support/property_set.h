#pragma once

#include <nexus/plugin.h>

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace nexus::plugin_support {

/// Properties that never change, in the form in which the core asks for them.
class PropertySet {
 public:
  void set(std::uint32_t property, std::string value) { values_[property] = std::move(value); }
  void set(std::uint32_t property, std::int64_t value) { values_[property] = value; }
  void set(std::uint32_t property, double value) { values_[property] = value; }
  void set(std::uint32_t property, std::vector<std::int64_t> value) { values_[property] = std::move(value); }
  void set(std::uint32_t property, const std::vector<std::string>& value) {
    Strings strings{value, {}};
    for (const std::string& text : strings.texts) strings.pointers.push_back(text.c_str());
    values_[property] = std::move(strings);
  }

  /// NXS_NOT_FOUND if it is not set.
  nxs_status read(std::uint32_t property, nxs_value* value) const noexcept {
    const auto found = values_.find(property);
    if (found == values_.end()) return NXS_NOT_FOUND;
    value->count = 1;
    if (const auto* text = std::get_if<std::string>(&found->second)) {
      value->type = NXS_VALUE_STRING;
      value->as.s = text->c_str();
    } else if (const auto* integer = std::get_if<std::int64_t>(&found->second)) {
      value->type = NXS_VALUE_INT;
      value->as.i = *integer;
    } else if (const auto* real = std::get_if<double>(&found->second)) {
      value->type = NXS_VALUE_FLOAT;
      value->as.f = *real;
    } else if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&found->second)) {
      value->type = NXS_VALUE_INT_VECTOR;
      value->count = static_cast<std::uint32_t>(integers->size());
      value->as.i_vec = integers->data();
    } else if (const auto* strings = std::get_if<Strings>(&found->second)) {
      value->type = NXS_VALUE_STRING_VECTOR;
      value->count = static_cast<std::uint32_t>(strings->pointers.size());
      value->as.s_vec = strings->pointers.data();
    }
    return NXS_SUCCESS;
  }

 private:
  // Moving the vector of texts leaves each of them where it is, so that the pointers stay right.
  struct Strings {
    std::vector<std::string> texts;
    std::vector<const char*> pointers;
  };
  std::map<std::uint32_t, std::variant<std::string, std::int64_t, double, std::vector<std::int64_t>, Strings>> values_;
};

}  // namespace nexus::plugin_support
