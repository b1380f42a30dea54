#pragma once

#include "embedded.h"
#include "json_value.h"

#include <nexus/info.h>

#include <deque>
#include <variant>
#include <vector>

namespace nexus::detail {

class InfoDocument;

/// One value of a document; a part of it.
class InfoNode : public Embedded {
 public:
  static constexpr const char* kind = "Info";
  using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

  InfoNode(const InfoDocument& document, const InfoNode* parent, std::string key);

  const InfoDocument& document() const noexcept { return document_; }
  const std::string& key() const noexcept { return key_; }
  Info::Kind type() const noexcept { return type_; }
  const Value& value() const noexcept { return value_; }
  std::size_t size() const noexcept { return count_; }
  const InfoNode& child(std::size_t position) const noexcept { return *children_[position]; }
  std::string pointer() const;
  /// The file and the pointer, for messages.
  std::string describe() const;

  /// NULL if nothing is there. Throws InvalidArgumentError for what is no pointer.
  const InfoNode* find(std::string_view pointerOrKey) const;
  /// Throws NotFoundError with the keys that exist.
  const InfoNode& get(std::string_view pointerOrKey) const;
  std::vector<std::string> keys() const;

 private:
  friend class InfoDocument;
  const InfoNode* step(std::string_view key) const noexcept;

  const InfoDocument& document_;
  const InfoNode* parent_;
  std::string key_;  ///< of an object's member; elements of arrays have none
  Value value_;
  const InfoNode* const* children_ = nullptr;
  std::size_t count_ = 0;
  Info::Kind type_ = Info::Kind::Null;
};

/// An entry in memory. Never changes.
class InfoDocument : public Object {
 public:
  InfoDocument(std::string name, std::string path, JsonValue&& root);

  const std::string& name() const noexcept { return name_; }
  const std::string& path() const noexcept { return path_; }
  const InfoNode& root() const noexcept { return nodes_.front(); }

 private:
  friend class InfoNode;
  std::string name_, path_;
  std::deque<InfoNode> nodes_;
  std::vector<const InfoNode*> order_;  ///< all nodes, the children of each side by side
};

}  // namespace nexus::detail
