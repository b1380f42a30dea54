#include "loader.h"

#include "log.h"
#include "path_list.h"
#include "trace_file.h"

#include <nexus/trace.h>

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <set>

namespace nexus {

const char* pluginStateName(PluginRecord::State state) noexcept {
  switch (state) {
    case PluginRecord::State::Available: return "available";
    case PluginRecord::State::NoDevice: return "no device";
    case PluginRecord::State::Unavailable: return "unavailable";
    case PluginRecord::State::Refused: return "refused";
  }
  return "unknown";
}

namespace detail {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view prefix = "libnexus_plugin_";
#if defined(__APPLE__)
constexpr std::string_view suffix = ".dylib";
#else
constexpr std::string_view suffix = ".so";
#endif

using State = PluginRecord::State;

void report(const PluginRecord& record) {
  log(record.state == State::Available ? NXS_LOG_INFO : NXS_LOG_WARN, "loader",
      (record.path + ": " + pluginStateName(record.state) + (record.reason.empty() ? "" : ": " + record.reason)).c_str());
}

PluginRecord refused(const std::string& path, std::string reason) {
  PluginRecord record{State::Refused, path, "", "", std::move(reason)};
  report(record);
  return record;
}

/// Files of one entry of the search path, sorted; a refused candidate if there is something wrong with the entry itself.
std::vector<std::string> filesOf(const std::string& entry, std::deque<Candidate>& candidates) {
  std::error_code error;
  const fs::file_status status = fs::status(entry, error);
  if (!fs::exists(status)) {
    candidates.emplace_back(refused(entry, error ? error.message() : "no such file or directory"));
    return {};
  }
  if (!fs::is_directory(status)) return {entry};
  std::vector<std::string> found;
  fs::directory_iterator files(entry, error);
  for (; !error && files != fs::directory_iterator(); files.increment(error)) {
    const std::string name = files->path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(suffix)) found.push_back(files->path().string());
  }
  if (error) candidates.emplace_back(refused(entry, "cannot list the folder: " + error.message()));
  std::sort(found.begin(), found.end());
  return found;
}

/// A path without symbolic links, so that one file reached over two paths is tried once.
std::string canonical(const std::string& path) {
  std::error_code error;
  const fs::path resolved = fs::canonical(path, error);
  return error ? path : resolved.string();
}

void load(const std::string& path, std::deque<Candidate>& candidates) {
  PluginRecord record{State::Refused, path, "", "", ""};
  Ref plugin;
  try {
    // A bare file name would make dlopen search the system's folders.
    Ref loaded(new PluginModule(fs::absolute(path).string()));
    const auto& module = static_cast<const PluginModule&>(*loaded.get());
    record.name = module.name();
    record.version = module.version();
    module.requireEntries();
    const auto other = std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
      return candidate.isLoaded() && candidate.name() == record.name;
    });
    if (other != candidates.end())
      throw UnavailableError("a plugin named '" + record.name + "' was already loaded from " + other->path());
    plugin = std::move(loaded);
  } catch (const std::exception& e) {
    record.reason = e.what();
    report(record);
  }
  candidates.emplace_back(std::move(record), std::move(plugin));
}

}  // namespace

std::string coreLibraryFolder() {
  Dl_info info{};
  if (!dladdr(reinterpret_cast<const void*>(&coreLibraryFolder), &info) || !info.dli_fname) return "";
  return fs::path(canonical(info.dli_fname)).parent_path().string();
}

std::vector<std::string> defaultPluginPaths() {
  std::vector<std::string> paths = pathListFromEnvironment("NEXUS_PLUGIN_PATH");
  if (const std::string folder = coreLibraryFolder(); !folder.empty()) paths.push_back(folder);
  return paths;
}

namespace {

/// Starts the trace that NEXUS_TRACE asks for, once, and ends it with the process.
void startTraceFromEnvironment() {
  static std::once_flag once;
  std::call_once(once, [] {
    const char* path = std::getenv("NEXUS_TRACE");
    if (!path || !*path) return;
    try {
      startTrace(path);
      std::atexit([] { stopTrace(); });
    } catch (const Error& e) {
      complain("NEXUS_TRACE", e.what());
    }
  });
}

}  // namespace

void Candidate::tryToOpen() const {
  const Ref plugin = std::move(plugin_);
  record_.state = State::Unavailable;
  try {
    auto& module = static_cast<PluginModule&>(const_cast<Object&>(*plugin.get()));
    if (TraceFile::isOn()) module.trace();
    runtime_ = Ref(new RuntimeObject(module));
    const bool hasDevices = static_cast<const RuntimeObject&>(*runtime_.get()).deviceCount() > 0;
    record_.state = hasDevices ? State::Available : State::NoDevice;
    if (!hasDevices) record_.reason = "the runtime works but found no device";
  } catch (const std::exception& e) {
    record_.reason = e.what();
  }
  report(record_);
}

const RuntimeObject* Candidate::open() const {
  if (!isLoaded_) return nullptr;
  opened_.call([this] { tryToOpen(); });
  return static_cast<const RuntimeObject*>(runtime_.get());
}

const PluginRecord& Candidate::record() const {
  open();
  return record_;
}

std::deque<Candidate> loadPlugins(const std::vector<std::string>& paths) {
  startTraceFromEnvironment();
  std::deque<Candidate> candidates;
  std::set<std::string> tried;
  for (const std::string& entry : paths)
    for (const std::string& file : filesOf(entry, candidates))
      if (tried.insert(canonical(file)).second) load(file, candidates);
  return candidates;
}

}  // namespace detail
}  // namespace nexus
