#pragma once

#include <nexus/handle.h>
#include <nexus/property.h>

namespace nexus {

/// A node of a database entry (one JSON value). Navigating copies nothing.
class NEXUS_API Info : public Handle {
 public:
  Info() = default;
  enum class Kind { Null, Bool, Int, Float, String, Array, Object };

  Kind getKind() const;
  /// JSON pointer of this node in its file: "/MemorySubsystem/0".
  const std::string& getPointer() const;
  /// Members of an object, or "0", "1", ... of an array, in file order.
  std::vector<std::string> getKeys() const;
  /// Number of members or elements; 0 for other kinds.
  std::size_t getSize() const;
  bool contains(const std::string& pointer) const;
  /// The node at a JSON pointer relative to this one ("/CoreSubsystem/Count"), or at a single key. Throws NotFoundError with the keys
  /// that exist.
  Info at(const std::string& pointer) const;

  /// The value of a leaf; throws InvalidArgumentError if it has another kind. getFloat also takes integers.
  bool getBool() const;
  std::int64_t getInt() const;
  double getFloat() const;
  std::string getString() const;
  /// The whole node as JSON text.
  std::string toJson() const;

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

}  // namespace nexus
