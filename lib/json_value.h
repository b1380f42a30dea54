#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nexus::detail {

struct JsonMember;

/// One value of a JSON document, with the members of objects in the order of the file.
struct JsonValue {
  using Array = std::vector<JsonValue>;
  using Object = std::vector<JsonMember>;
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value;

  /// The member of an object; NULL if there is none, or if this is no object.
  const JsonValue* find(std::string_view key) const noexcept;
  /// The text of a string; NULL if this is none.
  const std::string* text() const noexcept;
};

/// A member of an object.
struct JsonMember {
  std::string key;
  JsonValue value;
};

inline const std::string* JsonValue::text() const noexcept { return std::get_if<std::string>(&value); }

/// A key as one step of a JSON pointer.
std::string escapedStep(std::string_view key);

/// Reads a file, which may have comments (// and /* */). Throws UnavailableError that names the file, the JSON pointer of the place and what is wrong there.
JsonValue readJsonFile(const std::string& path);

/// Adds the members of `more` to `base`: objects are merged member by member, everything else of `more` replaces what is there.
void mergeInto(JsonValue& base, JsonValue&& more);

}  // namespace nexus::detail
