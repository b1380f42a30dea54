#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nexus::plugin_support {

/// What a compiled program depends on. Programs are the same only if all of it is.
struct CompileKey {
  std::string runtime;   ///< "cpu"
  std::string language;  ///< of the source
  std::string target;    ///< what it is compiled for: architecture, and features where the name does not settle them
  std::string compiler;  ///< which, and its version
  std::string options;   ///< all that the compiler is given
  std::string source;    ///< the whole text that the compiler reads

  /// 64 hexadecimal digits.
  std::string digest() const;
};

/// Compiled programs on disk, for all processes of the user. One file `<digest>.entry` each; docs/kernels.md describes the format.
/// May be used from several threads and processes at once: files appear whole, and only ever vanish. It never fails: a damaged
/// entry is deleted and counts as absent; a folder that cannot be written is reported once and then does without.
class CompileCache {
 public:
  /// Writes one line to the log of Nexus; level as NXS_LOG_*.
  using Log = void (*)(std::int32_t level, const char* message);

  /// As the environment says: NEXUS_CACHE_DIR, else $XDG_CACHE_HOME/nexus, else ~/.cache/nexus; NEXUS_CACHE_SIZE bytes, also
  /// "200K", "64M", "2G" (default 512M; 0: no cache). NEXUS_CACHE_DIR set to nothing: no cache.
  static CompileCache fromEnvironment(Log log);

  /// `folder` "": no cache. `limit`: bytes of all entries together; the entries that were not used for longest are deleted.
  CompileCache(std::string folder, std::uint64_t limit, Log log) : folder_(std::move(folder)), limit_(limit), log_(log) {}

  /// The program, or nothing if it is not there.
  std::optional<std::string> lookup(const CompileKey& key) const;
  void store(const CompileKey& key, std::string_view program) const;

  /// "" if there is no cache.
  const std::string& folder() const noexcept { return folder_; }

 private:
  void complainOnce(const std::string& what) const;
  void trim(const std::string& newest) const;

  std::string folder_;
  std::uint64_t limit_;
  Log log_;
};

}  // namespace nexus::plugin_support
