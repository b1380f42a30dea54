#include "loader.h"

#include "log.h"
#include "path_list.h"
#include "runtime_object.h"
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

/// Candidates of one entry of the search path, sorted; a record instead if there is something wrong with the entry itself.
std::vector<std::string> candidatesOf(const std::string& entry, std::vector<PluginRecord>& records) {
  std::error_code error;
  const fs::file_status status = fs::status(entry, error);
  if (!fs::exists(status)) {
    records.push_back({State::Refused, entry, "", "", error ? error.message() : "no such file or directory"});
    return {};
  }
  if (!fs::is_directory(status)) return {entry};
  std::vector<std::string> found;
  fs::directory_iterator files(entry, error);
  for (; !error && files != fs::directory_iterator(); files.increment(error)) {
    const std::string name = files->path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(suffix)) found.push_back(files->path().string());
  }
  if (error) records.push_back({State::Refused, entry, "", "", "cannot list the folder: " + error.message()});
  std::sort(found.begin(), found.end());
  return found;
}

/// A path without symbolic links, so that one file reached over two paths is tried once.
std::string canonical(const std::string& path) {
  std::error_code error;
  const fs::path resolved = fs::canonical(path, error);
  return error ? path : resolved.string();
}

PluginRecord load(const std::string& path, Loaded& loaded) {
  PluginRecord record{State::Refused, path, "", "", ""};
  try {
    // A bare file name would make dlopen search the system's folders.
    Ref plugin(new PluginModule(fs::absolute(path).string()));
    const auto& module = static_cast<const PluginModule&>(*plugin.get());
    record.name = module.name();
    record.version = module.version();
    module.requireEntries();
    for (const PluginRecord& other : loaded.records)
      if (other.name == record.name && other.state != State::Refused) {
        record.reason = "a plugin named '" + record.name + "' was already loaded from " + other.path;
        return record;
      }
    record.state = State::Unavailable;
    if (TraceFile::isOn()) static_cast<PluginModule&>(const_cast<Object&>(*plugin.get())).trace();
    Ref runtime(new RuntimeObject(module));
    const bool hasDevices = static_cast<const RuntimeObject&>(*runtime.get()).deviceCount() > 0;
    record.state = hasDevices ? State::Available : State::NoDevice;
    if (!hasDevices) record.reason = "the runtime works but found no device";
    loaded.runtimes.push_back(std::move(runtime));
  } catch (const std::exception& e) {
    record.reason = e.what();
  }
  return record;
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

Loaded loadPlugins(const std::vector<std::string>& paths) {
  startTraceFromEnvironment();
  Loaded loaded;
  std::set<std::string> tried;
  for (const std::string& entry : paths)
    for (const std::string& candidate : candidatesOf(entry, loaded.records)) {
      if (!tried.insert(canonical(candidate)).second) continue;
      loaded.records.push_back(load(candidate, loaded));
      const PluginRecord& record = loaded.records.back();
      log(record.state == State::Available ? NXS_LOG_INFO : NXS_LOG_WARN, "loader",
          (record.path + ": " + pluginStateName(record.state) + (record.reason.empty() ? "" : ": " + record.reason)).c_str());
    }
  std::sort(loaded.runtimes.begin(), loaded.runtimes.end(), [](const Ref& a, const Ref& b) {
    return static_cast<const RuntimeObject&>(*a.get()).plugin().name() <
           static_cast<const RuntimeObject&>(*b.get()).plugin().name();
  });
  return loaded;
}

}  // namespace detail
}  // namespace nexus
