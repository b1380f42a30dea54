#include "info_document.h"

#include "access.h"
#include "suggest.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace nexus {

namespace detail {

InfoNode::InfoNode(const InfoDocument& document, const InfoNode* parent, std::string key)
    : Embedded(document), document_(document), parent_(parent), key_(std::move(key)) {}

std::string InfoNode::pointer() const {
  if (!parent_) return "";
  if (parent_->type_ == Info::Kind::Object) return parent_->pointer() + "/" + escapedStep(key_);
  std::size_t position = 0;
  while (&parent_->child(position) != this) ++position;
  return parent_->pointer() + "/" + std::to_string(position);
}

std::string InfoNode::describe() const {
  const std::string place = pointer();
  return document_.path() + " at '" + (place.empty() ? "/" : place) + "'";
}

std::vector<std::string> InfoNode::keys() const {
  std::vector<std::string> keys;
  keys.reserve(count_);
  for (std::size_t i = 0; i < count_; ++i) keys.push_back(type_ == Info::Kind::Object ? child(i).key_ : std::to_string(i));
  return keys;
}

const InfoNode* InfoNode::step(std::string_view key) const noexcept {
  if (type_ == Info::Kind::Object) {
    for (std::size_t i = 0; i < count_; ++i)
      if (const InfoNode& member = child(i); member.key_ == key) return &member;
  } else if (type_ == Info::Kind::Array) {
    std::size_t position = 0;
    const char* end = key.data() + key.size();
    const auto [rest, error] = std::from_chars(key.data(), end, position);
    const bool isPlain = error == std::errc() && rest == end && (key.size() == 1 || key[0] != '0');
    if (isPlain && position < count_) return &child(position);
  }
  return nullptr;
}

namespace {

/// A step of a pointer with its escapes resolved.
std::string unescaped(std::string_view step, std::string_view pointer) {
  std::string key;
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '~') {
      key += step[i];
    } else {
      const char which = ++i < step.size() ? step[i] : '\0';
      if (which != '0' && which != '1')
        throw InvalidArgumentError("'" + std::string(pointer) + "' is not a JSON pointer: '~' must be followed by 0 or 1");
      key += which == '0' ? '~' : '/';
    }
  }
  return key;
}

}  // namespace

const InfoNode* InfoNode::find(std::string_view pointer) const {
  if (pointer.empty()) return this;
  if (pointer[0] != '/') return step(pointer);
  const InfoNode* node = this;
  std::string_view rest = pointer;
  while (node && !rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view key = rest.substr(0, rest.find('/'));
    node = key.find('~') == std::string_view::npos ? node->step(key) : node->step(unescaped(key, pointer));
    rest.remove_prefix(key.size());
  }
  return node;
}

const InfoNode& InfoNode::get(std::string_view pointer) const {
  if (const InfoNode* node = find(pointer)) return *node;
  // The deepest place that exists tells what was meant.
  const InfoNode* known = this;
  for (std::size_t end = pointer.find('/', 1); pointer[0] == '/' && end != std::string_view::npos;
       end = pointer.find('/', end + 1)) {
    const InfoNode* deeper = find(pointer.substr(0, end));
    if (!deeper) break;
    known = deeper;
  }
  const std::vector<std::string> keys = known->keys();
  const std::string_view last = pointer.substr(pointer[0] == '/' ? pointer.rfind('/') + 1 : 0);
  const std::string near = known->type_ == Info::Kind::Object ? suggest(last, {keys.begin(), keys.end()}) : "";
  throw NotFoundError(
      describe() + " has no '" + std::string(pointer) + "'" + near + "; " +
      (known->type_ == Info::Kind::Object || known->type_ == Info::Kind::Array
           ? "the keys " + (known == this ? std::string("there") : "at '" + known->pointer() + "'") + " are " + listNames(keys)
           : "'" + known->pointer() + "' is a single value"));
}

InfoDocument::InfoDocument(std::string name, std::string path, JsonValue&& root) : name_(std::move(name)), path_(std::move(path)) {
  // Level by level, so that the children of a node follow each other; nodes are made and visited in the same order.
  std::deque<std::pair<InfoNode*, JsonValue*>> open;
  std::vector<std::size_t> firstChildren;
  open.emplace_back(&nodes_.emplace_back(*this, nullptr, ""), &root);
  for (; !open.empty(); open.pop_front()) {
    auto& [node, json] = open.front();
    firstChildren.push_back(nodes_.size());
    if (auto* object = std::get_if<JsonValue::Object>(&json->value)) {
      node->type_ = Info::Kind::Object;
      node->count_ = object->size();
      for (auto& [key, value] : *object) open.emplace_back(&nodes_.emplace_back(*this, node, std::move(key)), &value);
    } else if (auto* array = std::get_if<JsonValue::Array>(&json->value)) {
      node->type_ = Info::Kind::Array;
      node->count_ = array->size();
      for (JsonValue& value : *array) open.emplace_back(&nodes_.emplace_back(*this, node, ""), &value);
    } else {
      constexpr Info::Kind kinds[] = {Info::Kind::Null, Info::Kind::Bool, Info::Kind::Int, Info::Kind::Float, Info::Kind::String};
      node->type_ = kinds[json->value.index()];
      if (auto* text = std::get_if<std::string>(&json->value))
        node->value_ = std::move(*text);
      else if (auto* flag = std::get_if<bool>(&json->value))
        node->value_ = *flag;
      else if (auto* integer = std::get_if<std::int64_t>(&json->value))
        node->value_ = *integer;
      else if (auto* number = std::get_if<double>(&json->value))
        node->value_ = *number;
    }
  }
  order_.reserve(nodes_.size());
  for (const InfoNode& node : nodes_) order_.push_back(&node);
  for (std::size_t i = 0; i < nodes_.size(); ++i) nodes_[i].children_ = order_.data() + firstChildren[i];
}

namespace {

const InfoNode& nodeOf(const Handle& handle) { return Access::of<InfoNode>(handle); }

const char* describeKind(Info::Kind kind) {
  switch (kind) {
    case Info::Kind::Null: return "null";
    case Info::Kind::Bool: return "a boolean";
    case Info::Kind::Int: return "an integer";
    case Info::Kind::Float: return "a number with a fraction";
    case Info::Kind::String: return "a string";
    case Info::Kind::Array: return "an array";
    case Info::Kind::Object: return "an object";
  }
  return "unknown";
}

[[noreturn]] void throwKind(const InfoNode& node, const char* wanted) {
  throw InvalidArgumentError(node.describe() + " is " + describeKind(node.type()) + ", not " + wanted);
}

template <class T>
T leaf(const InfoNode& node);
template <>
bool leaf(const InfoNode& node) {
  if (const bool* value = std::get_if<bool>(&node.value())) return *value;
  throwKind(node, "a boolean");
}
template <>
std::int64_t leaf(const InfoNode& node) {
  if (const auto* value = std::get_if<std::int64_t>(&node.value())) return *value;
  throwKind(node, "an integer");
}
template <>
double leaf(const InfoNode& node) {
  if (const auto* value = std::get_if<double>(&node.value())) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&node.value())) return static_cast<double>(*value);
  throwKind(node, "a number");
}
template <>
std::string leaf(const InfoNode& node) {
  if (const auto* value = std::get_if<std::string>(&node.value())) return *value;
  throwKind(node, "a string");
}

template <class T>
std::vector<T> leaves(const InfoNode& node) {
  if (node.type() != Info::Kind::Array) throwKind(node, "an array");
  std::vector<T> values;
  values.reserve(node.size());
  for (std::size_t i = 0; i < node.size(); ++i) values.push_back(leaf<T>(node.child(i)));
  return values;
}

nlohmann::ordered_json toTree(const InfoNode& node) {
  switch (node.type()) {
    case Info::Kind::Object: {
      auto tree = nlohmann::ordered_json::object();
      for (std::size_t i = 0; i < node.size(); ++i) tree.emplace(node.child(i).key(), toTree(node.child(i)));
      return tree;
    }
    case Info::Kind::Array: {
      auto tree = nlohmann::ordered_json::array();
      for (std::size_t i = 0; i < node.size(); ++i) tree.push_back(toTree(node.child(i)));
      return tree;
    }
    case Info::Kind::Bool: return leaf<bool>(node);
    case Info::Kind::Int: return leaf<std::int64_t>(node);
    case Info::Kind::Float: return leaf<double>(node);
    case Info::Kind::String: return leaf<std::string>(node);
    case Info::Kind::Null: break;
  }
  return nullptr;
}

}  // namespace
}  // namespace detail

using detail::nodeOf;

Info::Kind Info::getKind() const { return nodeOf(*this).type(); }
std::string Info::getPointer() const { return nodeOf(*this).pointer(); }
const std::string& Info::getEntryName() const { return nodeOf(*this).document().name(); }
const std::string& Info::getPath() const { return nodeOf(*this).document().path(); }
std::vector<std::string> Info::getKeys() const { return nodeOf(*this).keys(); }
std::size_t Info::getSize() const { return nodeOf(*this).size(); }
bool Info::contains(std::string_view pointer) const { return nodeOf(*this).find(pointer) != nullptr; }
Info Info::at(std::string_view pointer) const { return nodeOf(*this).get(pointer).acquire<Info, detail::Access>(); }

Info Info::at(std::size_t position) const {
  const detail::InfoNode& node = nodeOf(*this);
  if (position >= node.size())
    throw NotFoundError(node.describe() + " has no element " + std::to_string(position) + "; it has " +
                        std::to_string(node.size()));
  return node.child(position).acquire<Info, detail::Access>();
}

bool Info::getBool(std::string_view pointer) const { return detail::leaf<bool>(nodeOf(*this).get(pointer)); }
std::int64_t Info::getInt(std::string_view pointer) const { return detail::leaf<std::int64_t>(nodeOf(*this).get(pointer)); }
double Info::getFloat(std::string_view pointer) const { return detail::leaf<double>(nodeOf(*this).get(pointer)); }
std::string Info::getString(std::string_view pointer) const { return detail::leaf<std::string>(nodeOf(*this).get(pointer)); }
std::vector<std::int64_t> Info::getIntVector(std::string_view pointer) const {
  return detail::leaves<std::int64_t>(nodeOf(*this).get(pointer));
}
std::vector<double> Info::getFloatVector(std::string_view pointer) const {
  return detail::leaves<double>(nodeOf(*this).get(pointer));
}
std::vector<std::string> Info::getStringVector(std::string_view pointer) const {
  return detail::leaves<std::string>(nodeOf(*this).get(pointer));
}
std::string Info::toJson() const { return detail::toTree(nodeOf(*this)).dump(2); }

}  // namespace nexus
