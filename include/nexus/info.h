#pragma once

#include <nexus/handle.h>
#include <nexus/property.h>

namespace nexus {

/// A node of a database entry: one JSON value. Navigating copies nothing; a node keeps its entry in memory.
///
/// Places are named by JSON pointers relative to the node, such as "/ExecutionLimits/MaxThreadsPerBlock", or by a single key. "" is
/// the node itself. All methods that take one throw NotFoundError with the keys that exist if nothing is there, and
/// InvalidArgumentError if the text is no JSON pointer.
class NEXUS_API Info : public Handle {
 public:
  Info() = default;
  enum class Kind { Null, Bool, Int, Float, String, Array, Object };

  Kind getKind() const;
  /// JSON pointer of this node in its entry: "/Products/NVIDIA H200". "" for the whole entry.
  std::string getPointer() const;
  /// Name of the entry: "nvidia-gpu-sm_90".
  const std::string& getEntryName() const;
  /// File that the entry was read from.
  const std::string& getPath() const;
  /// Members of an object, or "0", "1", ... of an array, in file order; members that come from a base follow in the base's order.
  std::vector<std::string> getKeys() const;
  /// Number of members or elements; 0 for other kinds.
  std::size_t getSize() const;
  bool contains(std::string_view pointer) const;
  Info at(std::string_view pointer) const;
  /// The member or element at a position. Throws NotFoundError beyond the end.
  Info at(std::size_t position) const;

  /// The value at a place; throws InvalidArgumentError if it has another kind. getFloat also takes integers.
  bool getBool(std::string_view pointer = "") const;
  std::int64_t getInt(std::string_view pointer = "") const;
  double getFloat(std::string_view pointer = "") const;
  std::string getString(std::string_view pointer = "") const;
  /// The values of an array; throws InvalidArgumentError if one has another kind.
  std::vector<std::int64_t> getIntVector(std::string_view pointer = "") const;
  std::vector<double> getFloatVector(std::string_view pointer = "") const;
  std::vector<std::string> getStringVector(std::string_view pointer = "") const;
  /// The whole node as JSON text.
  std::string toJson() const;

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

}  // namespace nexus
