#pragma once

#include "info_document.h"

#include <nexus/database.h>

#include <map>
#include <mutex>
#include <optional>

namespace nexus::detail {

/// The names by which entries and products can be found, from the texts of all entries.
class NameIndex {
 public:
  void add(const Info& entry);
  /// Entries and products with exactly that name, apart from case.
  std::vector<DatabaseMatch> exact(const std::string& name) const;
  /// Products whose names have all words of `name`.
  std::vector<DatabaseMatch> byWords(const std::string& name) const;
  /// Every name, for suggestions.
  std::vector<std::string_view> names() const;

 private:
  struct Product {
    DatabaseMatch match;
    std::vector<std::string> words;
  };
  void addName(const std::string& name, const DatabaseMatch& match);

  std::multimap<std::string, DatabaseMatch> byName_;
  std::vector<Product> products_;
};

class DatabaseObject : public Object {
 public:
  static constexpr const char* kind = "Database";
  explicit DatabaseObject(std::vector<std::string> folders) : folders_(std::move(folders)) {}

  const std::vector<std::string>& folders() const noexcept { return folders_; }
  std::vector<std::string> names() const;
  DatabaseMatch resolve(const std::string& name) const;
  /// The entry of exactly that name, or nothing if no folder has it. Throws UnavailableError if it cannot be used.
  std::optional<Info> tryLoad(const std::string& entry) const;
  Info load(const std::string& entry) const;
  /// The entry of a device, by its properties: that of the vendor, a generic one, or the only one of that architecture.
  std::optional<Info> ofDevice(const std::string& vendor, const std::string& type, const std::string& architecture) const;
  std::vector<DatabaseProblem> problems() const;

 private:
  const NameIndex& index(std::unique_lock<std::mutex>& lock) const;
  [[noreturn]] void throwUnknown(const std::string& name, std::vector<std::string_view> known) const;

  std::vector<std::string> folders_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, Ref> documents_;
  mutable std::optional<NameIndex> index_;
  mutable std::vector<std::string> indexed_;
};

const DatabaseObject& databaseOf(const Handle& handle);

/// Key below /Products of the product that a device says it is, "" if the entry has none of that name.
std::string productOf(const Info& entry, const std::string& deviceName);

}  // namespace nexus::detail
