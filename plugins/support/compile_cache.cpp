#include "compile_cache.h"

#include "sha256.h"

#include <nexus/plugin.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace nexus::plugin_support {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "nexus-compile-cache 1\n";
constexpr std::uint64_t defaultLimit = std::uint64_t{512} << 20;
constexpr auto abandonedAfter = std::chrono::hours(1);

std::string oneLine(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

std::string entryHeader(const CompileKey& key, std::string_view program) {
  std::string text(magic);
  const auto add = [&](const char* name, const std::string& value) { text += std::string(name) + ": " + oneLine(value) + "\n"; };
  add("runtime", key.runtime);
  add("language", key.language);
  add("target", key.target);
  add("compiler", key.compiler);
  add("options", key.options);
  add("source", sha256(key.source));
  add("size", std::to_string(program.size()));
  add("sha256", sha256(program));
  return text + "\n";
}

/// Value of a line of an entry's header, or "".
std::string_view headerValue(std::string_view header, std::string_view name) {
  const std::string start = "\n" + std::string(name) + ": ";
  const std::size_t at = header.find(start);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = header.substr(at + start.size());
  return rest.substr(0, rest.find('\n'));
}

/// The program inside an entry's file, or nothing if a byte of it is wrong.
std::optional<std::string> readEntry(const std::string& bytes) {
  const std::size_t end = bytes.find("\n\n");
  if (!bytes.starts_with(magic) || end == std::string::npos) return {};
  const std::string_view header = std::string_view(bytes).substr(0, end + 1);
  const std::string_view program = std::string_view(bytes).substr(end + 2);
  if (headerValue(header, "size") != std::to_string(program.size()) || headerValue(header, "sha256") != sha256(program)) return {};
  return std::string(program);
}

bool writeAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::optional<std::uint64_t> parseSize(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return {};
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  const int shift = unit.empty() ? 0 : unit == "K" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : -1;
  if (shift < 0 || value > UINT64_MAX >> shift) return {};
  return value << shift;
}

}  // namespace

std::string CompileKey::digest() const {
  Sha256 sum;
  for (const std::string* part : {&runtime, &language, &target, &compiler, &options, &source}) sum.addText(*part);
  return sum.hex();
}

CompileCache CompileCache::fromEnvironment(Log log) {
  std::string folder;
  if (const char* chosen = std::getenv("NEXUS_CACHE_DIR"))
    folder = chosen;
  else if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache == '/')
    folder = std::string(cache) + "/nexus";
  else if (const char* home = std::getenv("HOME"); home && *home == '/')
    folder = std::string(home) + "/.cache/nexus";
  std::uint64_t limit = defaultLimit;
  if (const char* text = std::getenv("NEXUS_CACHE_SIZE"); text && *text) {
    if (const auto size = parseSize(text))
      limit = *size;
    else
      log(NXS_LOG_WARN,
          ("NEXUS_CACHE_SIZE is \"" + std::string(text) + "\", which is no size such as 1000000, 200K, 64M or 2G; it is ignored")
              .c_str());
  }
  return CompileCache(limit == 0 ? "" : folder, limit, log);
}

std::optional<std::string> CompileCache::lookup(const CompileKey& key) const {
  if (folder_.empty()) return {};
  const std::string path = folder_ + "/" + key.digest() + ".entry";
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::optional<std::string> program = readEntry(bytes);
  if (!program) {
    log_(NXS_LOG_WARN, ("the cached program " + path + " is damaged; it is compiled again").c_str());
    unlink(path.c_str());
    return {};
  }
  // The time of the last use decides what is deleted first.
  utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
  return program;
}

void CompileCache::store(const CompileKey& key, std::string_view program) const {
  if (folder_.empty()) return;
  const std::string bytes = entryHeader(key, program).append(program);
  if (bytes.size() > limit_) {
    log_(NXS_LOG_INFO, "a compiled program is larger than NEXUS_CACHE_SIZE and is not kept");
    return;
  }
  std::error_code error;
  const bool isNew = fs::create_directories(folder_, error);
  if (error) return complainOnce("cannot make the folder: " + error.message());
  // Whoever can write there can run code as this user.
  if (isNew) fs::permissions(folder_, fs::perms::owner_all, error);

  static std::atomic<unsigned> count{0};
  const std::string name = key.digest() + ".entry";
  const std::string temporary = folder_ + "/" + name + "." + std::to_string(getpid()) + "-" + std::to_string(count++) + ".tmp";
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return complainOnce(std::string("cannot write: ") + std::strerror(errno));
  const bool isWritten = writeAll(file, bytes);
  const int reason = errno;
  const bool isClosed = close(file) == 0;
  if (!isWritten || !isClosed || rename(temporary.c_str(), (folder_ + "/" + name).c_str()) != 0) {
    const int failure = isWritten ? errno : reason;
    unlink(temporary.c_str());
    return complainOnce(std::string("cannot write: ") + std::strerror(failure));
  }
  trim(name);
}

void CompileCache::complainOnce(const std::string& what) const {
  static std::atomic<bool> hasComplained{false};
  if (hasComplained.exchange(true)) return;
  log_(NXS_LOG_WARN,
       ("compiled programs are not kept in " + folder_ + ": " + what + "; set NEXUS_CACHE_DIR to another folder").c_str());
}

void CompileCache::trim(const std::string& newest) const {
  struct Entry {
    fs::path path;
    fs::file_time_type used;
    std::uint64_t size;
  };
  std::vector<Entry> entries;
  std::uint64_t total = 0;
  std::error_code error;
  // Other processes delete and add entries meanwhile, so that any of these calls may find nothing.
  for (fs::directory_iterator i(folder_, error), end; !error && i != end; i.increment(error)) {
    std::error_code vanished;
    const fs::path& path = i->path();
    const auto used = fs::last_write_time(path, vanished);
    if (vanished) continue;
    if (path.extension() == ".tmp" && fs::file_time_type::clock::now() - used > abandonedAfter) fs::remove(path, vanished);
    if (path.extension() != ".entry") continue;
    const std::uint64_t size = fs::file_size(path, vanished);
    if (vanished) continue;
    total += size;
    if (path.filename() != newest) entries.push_back({path, used, size});
  }
  if (total <= limit_) return;
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.used < b.used; });
  for (const Entry& entry : entries) {
    if (total <= limit_) break;
    fs::remove(entry.path, error);
    total -= entry.size;
  }
}

}  // namespace nexus::plugin_support
