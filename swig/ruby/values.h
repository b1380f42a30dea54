#pragma once

// Values of the API to and from Ruby. Whatever owns memory here is owned by a Ruby object, as raising runs no destructors.

#include "errors.h"

#include <nexus/info.h>
#include <nexus/property.h>
#include <nexus/schedule.h>
#include <nexus/shape.h>
#include <nexus/system.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nexus::ruby {

/// A new T that the garbage collector deletes together with `keeper`.
template <class T>
T& newKept(VALUE& keeper) {
  static const rb_data_type_t type = {.wrap_struct_name = "Nexus value",
                                      .function = {.dfree = [](void* object) { delete static_cast<T*>(object); }}};
  keeper = TypedData_Wrap_Struct(0, &type, nullptr);
  T* object = new T;
  RTYPEDDATA_DATA(keeper) = object;
  return *object;
}

inline VALUE toRuby(std::string_view text) { return rb_utf8_str_new(text.data(), static_cast<long>(text.size())); }
inline VALUE toRuby(const std::string& text) { return toRuby(std::string_view(text)); }
inline VALUE toRuby(const char* text) { return toRuby(std::string_view(text)); }
inline VALUE toRuby(std::int64_t value) { return LL2NUM(value); }
inline VALUE toRuby(double value) { return DBL2NUM(value); }
inline VALUE toRuby(DType dtype) { return dtype == DType::Unknown ? Qnil : toRuby(dtypeInfo(dtype).name); }
inline VALUE toRuby(Property property) { return toRuby(propertyInfo(property).name); }
inline VALUE toRuby(PropertyType type) { return toRuby(propertyTypeName(type)); }
inline VALUE toRuby(PluginRecord::State state) { return toRuby(pluginStateName(state)); }
/// Name of an enumerator that counts from zero.
template <class Enumeration, std::size_t Count>
VALUE nameOf(Enumeration enumerator, const char* const (&names)[Count]) {
  const auto index = static_cast<std::size_t>(enumerator);
  return toRuby(index < Count ? names[index] : "unknown");
}
inline VALUE toRuby(CommandKind kind) { return nameOf(kind, {"unknown", "launch", "copy", "fill", "signal", "wait", "call"}); }
inline VALUE toRuby(ArgumentAccess access) { return nameOf(access, {"unknown", "read", "write", "read_write"}); }
inline VALUE toRuby(Info::Kind kind) { return nameOf(kind, {"null", "bool", "int", "float", "string", "array", "object"}); }
template <class Range>
VALUE toRuby(const Range& values)
  requires requires { values.begin(); }
{
  const VALUE array = rb_ary_new();
  for (const auto& value : values) rb_ary_push(array, toRuby(value));
  return array;
}
inline VALUE toRuby(const PropertyValue& value) {
  return std::visit([](const auto& content) { return toRuby(content); }, value);
}

/// A String or Symbol as a String.
inline VALUE stringOf(VALUE value) {
  if (SYMBOL_P(value)) value = rb_sym2str(value);
  StringValue(value);
  return value;
}
inline std::string_view viewOf(VALUE string) { return {RSTRING_PTR(string), static_cast<std::size_t>(RSTRING_LEN(string))}; }

inline std::string* toText(VALUE value, VALUE& keeper) {
  value = stringOf(value);
  std::string& text = newKept<std::string>(keeper);
  text = viewOf(value);
  return &text;
}

inline std::vector<std::string>* toTexts(VALUE value, VALUE& keeper) {
  value = rb_Array(value);
  auto& texts = newKept<std::vector<std::string>>(keeper);
  for (long i = 0; i < RARRAY_LEN(value); ++i) texts.emplace_back(viewOf(stringOf(rb_ary_entry(value, i))));
  return &texts;
}

inline Shape toShape(VALUE value) {
  value = rb_Array(value);
  if (RARRAY_LEN(value) > static_cast<long>(Shape::maxRank))
    return raising([&]() -> Shape {
      throw InvalidArgumentError("a shape has at most 8 dimensions, got " + std::to_string(RARRAY_LEN(value)));
    });
  std::int64_t sizes[Shape::maxRank];
  for (long i = 0; i < RARRAY_LEN(value); ++i) sizes[i] = NUM2LL(rb_ary_entry(value, i));
  return Shape(std::span<const std::int64_t>(sizes, static_cast<std::size_t>(RARRAY_LEN(value))));
}

/// An Integer, or an Array of one to three.
inline Dim3 toDim3(VALUE value) {
  value = rb_Array(value);
  const long count = RARRAY_LEN(value);
  if (count < 1 || count > 3)
    raising([&] { throw InvalidArgumentError("a grid or block has one to three sizes, got " + std::to_string(count)); });
  std::int64_t sizes[3] = {1, 1, 1};
  for (long i = 0; i < count; ++i) sizes[i] = NUM2LL(rb_ary_entry(value, i));
  return {sizes[0], sizes[1], sizes[2]};
}

inline DType toDType(VALUE value) {
  value = stringOf(value);
  return raising([&] { return parseDType(viewOf(value)); });
}

inline Property toProperty(VALUE value) {
  value = stringOf(value);
  return raising([&] { return findProperty(viewOf(value)).id; });
}

}  // namespace nexus::ruby
