#include "database.h"

#include "access.h"
#include "loader.h"
#include "log.h"
#include "path_list.h"
#include "per_process.h"
#include "suggest.h"

#include <nexus/device.h>
#include <nexus/plugin.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace nexus {

namespace detail {

namespace fs = std::filesystem;

namespace {

/// The version of the schema that this library reads: the part before the point.
constexpr std::string_view schemaVersion = "1";

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return text;
}

/// The folder that comes with this library: in the build tree, the wheel and an installation alike.
std::string ownFolder() {
  const fs::path library = coreLibraryFolder();
  const fs::path below = fs::path("share") / "nexus" / "database";
  std::error_code ignored;
  // Debian puts libraries one folder deeper.
  const fs::path deeper = library.parent_path().parent_path() / below;
  const fs::path usual = library.parent_path() / below;
  return (!fs::is_directory(usual, ignored) && fs::is_directory(deeper, ignored) ? deeper : usual).string();
}

std::vector<std::string> defaultFolders() {
  std::vector<std::string> folders = pathListFromEnvironment("NEXUS_DATABASE_PATH");
  static const std::string own = ownFolder();
  folders.push_back(own);
  return folders;
}

[[noreturn]] void refuse(const std::string& path, const std::string& pointer, const std::string& reason) {
  throw UnavailableError("the database file '" + path + "' cannot be used: at '" + pointer + "': " + reason);
}

JsonValue readChecked(const std::string& path) {
  JsonValue root = readJsonFile(path);
  if (!std::holds_alternative<JsonValue::Object>(root.value)) refuse(path, "/", "the file does not hold an object");
  const JsonValue* version = root.find("SchemaVersion");
  if (!version) refuse(path, "/", "it has no 'SchemaVersion', which must be \"1.0\"");
  const std::string* text = version->text();
  if (!text) refuse(path, "/SchemaVersion", "it is no string; it must be \"1.0\"");
  if (text->substr(0, text->find('.')) != schemaVersion)
    refuse(path, "/SchemaVersion",
           "the file is written for version " + *text +
               " of the schema, and this Nexus reads versions 1.x; update Nexus, or take a file for it");
  return root;
}

/// Reads a file and, if it extends a base, puts it over that.
JsonValue readResolved(const std::string& path, const std::vector<std::string>& folders) {
  JsonValue root = readChecked(path);
  const JsonValue* extends = root.find("Extends");
  if (!extends) return root;
  const std::string* name = extends->text();
  if (!name) refuse(path, "/Extends", "it is no string; it names one file below base/, without .json");
  if (name->find('/') != std::string::npos || name->starts_with('.'))
    refuse(path, "/Extends", "'" + *name + "' is no plain file name");
  std::vector<std::string> searched{fs::path(path).parent_path().string()};
  searched.insert(searched.end(), folders.begin(), folders.end());
  for (const std::string& folder : searched) {
    const fs::path file = fs::path(folder) / "base" / (*name + ".json");
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) continue;
    JsonValue base = readChecked(file.string());
    if (base.find("Extends")) refuse(file.string(), "/Extends", "a base extends nothing");
    mergeInto(base, std::move(root));
    std::erase_if(std::get<JsonValue::Object>(base.value),
                  [](const auto& member) { return member.key == "Abstract" || member.key == "Extends"; });
    return base;
  }
  refuse(path, "/Extends",
         "there is no base '" + *name + "'; the folders searched are " + listNames(searched) + ", in each the folder base");
}

Ref readDocument(const std::string& entry, const std::string& path, const std::vector<std::string>& folders) {
  JsonValue root = readResolved(path, folders);
  // A base may be read by itself; its name is free.
  const bool isBase = root.find("Abstract") != nullptr;
  std::size_t at = 0;
  for (const char* part : {"Vendor", "Type", "Architecture"}) {
    const JsonValue* value = root.find(part);
    const bool isLast = std::string_view(part) == "Architecture";
    const std::string expected = isLast ? entry.substr(std::min(at, entry.size())) : entry.substr(at, entry.find('-', at) - at);
    at += expected.size() + 1;
    if (value && !isBase && (!value->text() || *value->text() != expected))
      refuse(path, std::string("/") + part,
             "it is " + (value->text() ? "'" + *value->text() + "'" : std::string("no string")) +
                 ", and the name of the file says '" + expected + "'");
  }
  return Ref(new InfoDocument(entry, path, std::move(root)));
}

Info rootOf(const Ref& document) { return static_cast<const InfoDocument&>(*document.get()).root().acquire<Info, Access>(); }

struct Databases {
  std::mutex mutex;
  std::map<std::vector<std::string>, Ref> byFolders;
};

}  // namespace

const DatabaseObject& databaseOf(const Handle& handle) { return Access::of<DatabaseObject>(handle); }

std::vector<std::string> DatabaseObject::names() const {
  std::set<std::string> names;
  for (const std::string& folder : folders_) {
    std::error_code error;
    for (fs::directory_iterator file(folder, error), end; !error && file != end; file.increment(error)) {
      std::error_code ignored;
      if (file->path().extension() == ".json" && file->is_regular_file(ignored)) names.insert(file->path().stem().string());
    }
  }
  return {names.begin(), names.end()};
}

std::optional<Info> DatabaseObject::tryLoad(const std::string& entry) const {
  std::lock_guard lock(mutex_);
  if (const auto found = documents_.find(entry); found != documents_.end()) return rootOf(found->second);
  if (entry.empty() || entry.find('/') != std::string::npos || entry[0] == '.') return std::nullopt;
  for (const std::string& folder : folders_) {
    const fs::path file = fs::path(folder) / (entry + ".json");
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) continue;
    return rootOf(documents_.emplace(entry, readDocument(entry, file.string(), folders_)).first->second);
  }
  return std::nullopt;
}

void DatabaseObject::throwUnknown(const std::string& name, std::vector<std::string_view> known) const {
  const std::vector<std::string> entries = names();
  known.insert(known.end(), entries.begin(), entries.end());
  throw NotFoundError("there is no database entry '" + name + "'" + suggest(name, known) + "; the folders searched are " +
                      listNames(folders_) + " (NEXUS_DATABASE_PATH adds folders)");
}

Info DatabaseObject::load(const std::string& entry) const {
  if (std::optional<Info> info = tryLoad(entry)) return *std::move(info);
  throwUnknown(entry, {});
}

std::optional<Info> DatabaseObject::ofDevice(const std::string& vendor, const std::string& type,
                                             const std::string& architecture) const {
  // AMD adds target features: "gfx942:sramecc+:xnack-".
  const std::string ending = "-" + type + "-" + architecture.substr(0, architecture.find(':'));
  for (const std::string& owner : {vendor, std::string("generic")})
    if (std::optional<Info> info = tryLoad(owner + ending)) return info;
  // A processor may report the one who sells it, and the entry name the one who designed it.
  std::vector<std::string> others = names();
  std::erase_if(others,
                [&](const std::string& name) { return !name.ends_with(ending) || name.find('-') + ending.size() != name.size(); });
  return others.size() == 1 ? tryLoad(others[0]) : std::nullopt;
}

const NameIndex& DatabaseObject::index(std::unique_lock<std::mutex>& lock) const {
  const std::vector<std::string> present = names();
  if (!index_ || indexed_ != present) {
    NameIndex fresh;
    bool isComplete = true;
    lock.unlock();
    for (const std::string& name : present) {
      try {
        fresh.add(load(name));
      } catch (const Error& e) {
        isComplete = false;
        log(NXS_LOG_WARN, "database", e.what());
      }
    }
    lock.lock();
    index_ = std::move(fresh);
    // A file that cannot be used may be mended; then it is to be found as well.
    indexed_ = isComplete ? present : std::vector<std::string>();
  }
  return *index_;
}

DatabaseMatch DatabaseObject::resolve(const std::string& given) const {
  std::string name = lowered(given);
  const std::vector<std::string> entries = names();
  if (std::binary_search(entries.begin(), entries.end(), name)) return {name, ""};

  if (const std::size_t triple = name.rfind("--"); triple != std::string::npos) name.erase(0, triple + 2);
  if (name.starts_with("gfx")) name.erase(std::min(name.find(':'), name.size()));
  std::vector<DatabaseMatch> matches;
  for (const std::string& entry : entries) {
    const std::size_t type = entry.find('-');
    const std::size_t architecture = type == std::string::npos ? type : entry.find('-', type + 1);
    if (architecture != std::string::npos && entry.compare(architecture + 1, std::string::npos, name) == 0)
      matches.push_back({entry, ""});
  }
  if (matches.empty()) {
    std::unique_lock lock(mutex_);
    const NameIndex& others = index(lock);
    matches = others.exact(name);
    if (matches.empty()) matches = others.byWords(name);
    if (matches.empty()) throwUnknown(given, others.names());
  }
  if (matches.size() == 1) return matches[0];
  const bool isOneEntry =
      std::all_of(matches.begin(), matches.end(), [&](const DatabaseMatch& match) { return match.entry == matches[0].entry; });
  if (isOneEntry) return {matches[0].entry, ""};
  std::vector<std::string> found;
  found.reserve(matches.size());
  for (const DatabaseMatch& match : matches)
    found.push_back(match.product.empty() ? match.entry : match.product + "' of '" + match.entry);
  throw InvalidArgumentError("'" + given + "' is the name of several: " + listNames(found, 8) + "; name one of them");
}

std::vector<DatabaseProblem> DatabaseObject::problems() const {
  std::vector<DatabaseProblem> problems;
  for (const std::string& name : names()) {
    try {
      load(name);
    } catch (const Error& e) {
      problems.push_back({name, e.what()});
    }
  }
  return problems;
}

}  // namespace detail

using detail::Access;
using detail::databaseOf;

Database Database::create(const std::vector<std::string>& folders) {
  const detail::Ref database(new detail::DatabaseObject(folders));
  return Access::handle<Database>(*database.get());
}

Database Database::get() {
  auto& databases = detail::perProcess<detail::Databases>();
  std::vector<std::string> folders = detail::defaultFolders();
  std::lock_guard lock(databases.mutex);
  detail::Ref& database = databases.byFolders[folders];
  if (!database.get()) database = detail::Ref(new detail::DatabaseObject(std::move(folders)));
  return Access::handle<Database>(*database.get());
}

const std::vector<std::string>& Database::getFolders() const { return databaseOf(*this).folders(); }
std::vector<std::string> Database::getNames() const { return databaseOf(*this).names(); }
DatabaseMatch Database::resolve(const std::string& name) const { return databaseOf(*this).resolve(name); }
std::vector<DatabaseProblem> Database::getProblems() const { return databaseOf(*this).problems(); }

Info Database::getInfo(const std::string& name) const {
  const detail::DatabaseObject& database = databaseOf(*this);
  if (std::optional<Info> info = database.tryLoad(name)) return *std::move(info);
  return database.load(database.resolve(name).entry);
}

std::vector<Info> Database::find(const std::string& vendor, const std::string& type,
                                 const std::function<bool(const Info&)>& where) const {
  std::vector<Info> found;
  for (const std::string& name : getNames()) {
    const std::size_t first = name.find('-');
    if (!vendor.empty() && name.substr(0, first) != vendor) continue;
    if (!type.empty() && (first == std::string::npos || name.substr(first + 1, name.find('-', first + 1) - first - 1) != type))
      continue;
    std::optional<Info> info;
    try {
      info = databaseOf(*this).tryLoad(name);
    } catch (const UnavailableError& e) {
      detail::log(NXS_LOG_WARN, "database", e.what());
    }
    if (info && (!where || where(*info))) found.push_back(*std::move(info));
  }
  return found;
}

Info readInfo(const std::string& path) {
  const detail::Ref document = detail::readDocument(std::filesystem::path(path).stem().string(), path, detail::defaultFolders());
  return detail::rootOf(document);
}

Info Device::getInfo() const {
  const Database database = Database::get();
  const auto vendor = getProperty<std::string>(Property::Vendor), type = getProperty<std::string>(Property::Type),
             architecture = getProperty<std::string>(Property::Architecture);
  if (std::optional<Info> info = databaseOf(database).ofDevice(vendor, type, architecture)) return *std::move(info);
  return databaseOf(database).load(vendor + "-" + type + "-" + architecture.substr(0, architecture.find(':')));
}

}  // namespace nexus
