#include "json_value.h"

#include <nexus/error.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>

namespace nexus::detail {

const JsonValue* JsonValue::find(std::string_view key) const noexcept {
  const Object* object = std::get_if<Object>(&value);
  if (!object) return nullptr;
  const auto found = std::find_if(object->begin(), object->end(), [key](const auto& member) { return member.key == key; });
  return found == object->end() ? nullptr : &found->value;
}

std::string escapedStep(std::string_view key) {
  std::string text;
  for (const char c : key) {
    if (c == '~')
      text += "~0";
    else if (c == '/')
      text += "~1";
    else
      text += c;
  }
  return text;
}

namespace {

/// Receives the events of the parser. Knows at any time where in the document it is, which the parser's own tree does not.
class Reader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Reader(const std::string& path) : path_(path) {}
  JsonValue take() { return std::move(root_); }

  bool null() override { return put({}); }
  bool boolean(bool value) override { return put({value}); }
  bool number_integer(std::int64_t value) override { return put({value}); }
  bool number_unsigned(std::uint64_t value) override {
    JsonValue& place = next();
    if (value > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
      fail("the integer " + std::to_string(value) + " does not fit 64 bits with a sign");
    place.value = static_cast<std::int64_t>(value);
    return true;
  }
  bool number_float(double value, const std::string&) override { return put({value}); }
  bool string(std::string& value) override { return put({std::move(value)}); }
  bool binary(binary_t&) override { return put({}); }  // JSON text has none

  bool start_object(std::size_t) override { return open(JsonValue::Object{}); }
  bool key(std::string& key) override {
    Level& level = levels_.back();
    auto& object = std::get<JsonValue::Object>(level.value->value);
    const bool isNew = level.value->find(key) == nullptr;
    level.key = key;
    if (!isNew) fail("the member is there twice");
    object.push_back({std::move(key), JsonValue{}});
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(JsonValue::Array{}); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    // Without the parser's own number in brackets.
    const std::string text = error.what();
    const std::size_t end = text.find("] ");
    fail("not valid JSON: " + (end == std::string::npos ? text : text.substr(end + 2)));
  }

 private:
  struct Level {
    JsonValue* value;
    std::string key;
  };

  [[noreturn]] void fail(const std::string& reason) const {
    std::string pointer;
    for (const Level& level : levels_) {
      const auto* array = std::get_if<JsonValue::Array>(&level.value->value);
      if (array && array->empty()) continue;
      if (!array && level.key.empty()) continue;
      pointer += "/" + (array ? std::to_string(array->size() - 1) : escapedStep(level.key));
    }
    throw UnavailableError("the database file '" + path_ + "' cannot be used: at '" + (pointer.empty() ? "/" : pointer) +
                           "': " + reason);
  }
  /// Where the next value belongs.
  JsonValue& next() {
    if (levels_.empty()) return root_;
    JsonValue& parent = *levels_.back().value;
    if (auto* array = std::get_if<JsonValue::Array>(&parent.value)) return array->emplace_back();
    return std::get<JsonValue::Object>(parent.value).back().value;
  }
  bool put(JsonValue value) {
    next() = std::move(value);
    return true;
  }
  template <class Container>
  bool open(Container container) {
    constexpr std::size_t deepest = 100;
    if (levels_.size() == deepest) fail("nested more than " + std::to_string(deepest) + " levels deep");
    JsonValue& place = next();
    place.value = std::move(container);
    levels_.push_back({&place, ""});
    return true;
  }
  bool close() {
    levels_.pop_back();
    return true;
  }

  const std::string& path_;
  JsonValue root_;
  std::vector<Level> levels_;
};

}  // namespace

JsonValue readJsonFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UnavailableError("cannot open the database file '" + path + "'");
  std::ostringstream contents;
  contents << file.rdbuf();
  const std::string text = std::move(contents).str();
  Reader reader(path);
  constexpr bool isStrict = true, ignoresComments = true;
  nlohmann::json::sax_parse(text, &reader, nlohmann::json::input_format_t::json, isStrict, ignoresComments);
  return reader.take();
}

void mergeInto(JsonValue& base, JsonValue&& more) {
  auto* into = std::get_if<JsonValue::Object>(&base.value);
  auto* from = std::get_if<JsonValue::Object>(&more.value);
  if (!into || !from) {
    base = std::move(more);
    return;
  }
  for (auto& [key, value] : *from) {
    const auto found = std::find_if(into->begin(), into->end(), [&key = key](const auto& member) { return member.key == key; });
    if (found == into->end())
      into->push_back({std::move(key), std::move(value)});
    else
      mergeInto(found->value, std::move(value));
  }
}

}  // namespace nexus::detail
