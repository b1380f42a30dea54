#pragma once

#include <nexus/info.h>

#include <functional>

namespace nexus {

/// What a name stands for in the database.
struct DatabaseMatch {
  std::string entry;    ///< "nvidia-gpu-sm_90"
  std::string product;  ///< key below /Products if the name is that of one product, otherwise ""
};

/// A file of the database that cannot be used.
struct DatabaseProblem {
  std::string entry;
  std::string reason;  ///< names the file, the JSON pointer and what is wrong there
};

/// Entries for architectures: files <vendor>-<type>-<architecture>.json in one or more folders. Each is read at its first use and
/// kept for the rest of the process. A file that cannot be used is told of when it is asked for, disturbs no other, and is tried
/// again the next time. May be used from several threads at once. Files may have comments (// and /* */); those that come with Nexus
/// have none.
class NEXUS_API Database : public Handle {
 public:
  Database() = default;
  /// The database of the folders in NEXUS_DATABASE_PATH, as they are now, and of the one that comes with Nexus. Of entries of the
  /// same name, the one in the first folder counts.
  static Database get();
  /// A database of these folders only.
  static Database create(const std::vector<std::string>& folders);

  const std::vector<std::string>& getFolders() const;
  /// Names of all entries, sorted. Reads none of them.
  std::vector<std::string> getNames() const;
  /// What a name stands for. It may be the name of an entry; an architecture ("sm_90", "gfx942:sramecc+:xnack-", "znver4"); a
  /// compute capability ("9.0"); another name that an entry lists ("zen4"); a compile target of one architecture ("sm_90a"); a PCI
  /// id ("10de:2330"); or a product, also by the words of its name that tell it apart ("H100 PCIe", "MI300X"). Letter case does not
  /// matter. Throws NotFoundError with the nearest names, InvalidArgumentError if several entries have that name.
  DatabaseMatch resolve(const std::string& name) const;
  /// The entry that a name stands for; see resolve(). Throws UnavailableError if its file cannot be used.
  Info getInfo(const std::string& name) const;
  /// Entries of a vendor and a type, either of them "" for all, for which `where` is true, in the order of their names. Leaves out
  /// what cannot be used; getProblems() tells of it.
  std::vector<Info> find(const std::string& vendor = "", const std::string& type = "",
                         const std::function<bool(const Info&)>& where = {}) const;
  /// Reads every entry; those that cannot be used, with the reasons.
  std::vector<DatabaseProblem> getProblems() const;

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

/// Database::get().getInfo(name).
inline Info getDeviceInfo(const std::string& name) { return Database::get().getInfo(name); }

/// Reads a file that may lie anywhere, with the bases beside it (base/<name>.json) or in the database. Unlike those of a Database,
/// it is read anew at every call.
NEXUS_API Info readInfo(const std::string& path);

}  // namespace nexus
