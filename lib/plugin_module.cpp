#include "plugin_module.h"

#include "janitor.h"
#include "layer.h"
#include "log.h"
#include "per_process.h"
#include "trace_layer.h"
#include "validation_layer.h"

#include "plugins/support/shared_object_file.h"

#include <nexus/validation.h>

#include <dlfcn.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string_view>
#include <vector>

namespace nexus::detail {

namespace {

struct Failure {
  nxs_status status = NXS_SUCCESS;
  std::int64_t nativeCode = 0;
  std::string message;
};
thread_local Failure lastFailure;

nxs_status setError(nxs_status status, std::int64_t nativeCode, const char* message) {
  lastFailure = {status, nativeCode, message ? message : ""};
  return status;
}

const nxs_host host = {sizeof(nxs_host), NXS_ABI_MAJOR, NXS_ABI_MINOR, setError, log};

struct EntryRow {
  const char* name;
  std::size_t offset;
};
constexpr EntryRow requiredEntries[] = {
#define NEXUS_ROW_REQUIRED(name) {#name, offsetof(nxs_plugin_table, name)},
#define NEXUS_ROW_OPTIONAL(name)
#define NEXUS_ROW(need, name, parameters) NEXUS_ROW_##need(name)
    NXS_PLUGIN_ENTRIES(NEXUS_ROW)
#undef NEXUS_ROW
#undef NEXUS_ROW_OPTIONAL
#undef NEXUS_ROW_REQUIRED
};

struct Registry {
  std::mutex mutex;
  std::set<PluginModule*> modules;
};
Registry& registry() { return perProcess<Registry>(); }

bool isValidName(const char* name) {
  return name && *name &&
         std::string_view(name).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

}  // namespace

PluginModule::PluginModule(std::string path) : path_(std::move(path)) {
  if (const std::string fault = plugin_support::findSharedObjectFault(path_); !fault.empty()) throw UnavailableError(fault);
  dlerror();
  void* opened = dlopen(path_.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!opened) {
    const char* reason = dlerror();
    throw UnavailableError(reason ? reason : "dlopen failed without a reason");
  }
  library_ = std::shared_ptr<void>(opened, dlclose);
  const auto getPlugin = reinterpret_cast<nxs_get_plugin_function>(dlsym(opened, NXS_GET_PLUGIN_SYMBOL));
  if (!getPlugin) throw UnavailableError("it exports no symbol " NXS_GET_PLUGIN_SYMBOL ", so it is not a Nexus plugin");
  lastFailure = {};
  const nxs_plugin* plugin = getPlugin(&host);
  if (!plugin)
    throw UnavailableError(
        "the plugin refused to start: " + (lastFailure.message.empty() ? std::string("it gave no reason") : lastFailure.message),
        lastFailure.nativeCode);
  shakeHands(*plugin);
  if (isValidating()) {
    static const int reported = std::atexit([] {
      // What completed work has used is given back in the background.
      awaitWatchedStreams(std::chrono::seconds(1));
      LayerSlots<ValidationLayer>::forEach([](const ValidationLayer& layer) { layer.warnOfLeaks(); });
    });
    static_cast<void>(reported);
    validated_ = LayerSlots<ValidationLayer>::install(table_, name_);
    if (validated_)
      active_.store(validated_, std::memory_order_release);
    else
      complain(name_.c_str(), "too many plugins are validated already; this one is not");
  }
  std::lock_guard lock(registry().mutex);
  registry().modules.insert(this);
}

PluginModule::~PluginModule() {
  {
    std::lock_guard lock(registry().mutex);
    registry().modules.erase(this);
  }
  if (traced_) LayerSlots<TraceLayer>::remove(traced_);
  if (validated_) LayerSlots<ValidationLayer>::remove(validated_);
}

nxs_status PluginModule::setError(nxs_status status, const char* message) { return nexus::detail::setError(status, 0, message); }

void PluginModule::forEach(const std::function<void(PluginModule&)>& visit) {
  std::lock_guard lock(registry().mutex);
  for (PluginModule* module : registry().modules) visit(*module);
}

void PluginModule::trace() {
  std::call_once(isTraced_, [this] {
    traced_ = LayerSlots<TraceLayer>::install(table(), name_);
    if (traced_)
      active_.store(traced_, std::memory_order_release);
    else
      complain(name_.c_str(), "too many plugins are traced already; this one is not");
  });
}

void PluginModule::shakeHands(const nxs_plugin& plugin) {
  constexpr std::size_t headerSize = offsetof(nxs_plugin, table);
  if (plugin.struct_size < headerSize)
    throw UnavailableError("its plugin struct has struct_size " + std::to_string(plugin.struct_size) +
                           ", less than the header of " + std::to_string(headerSize) + " bytes");
  if (plugin.magic != NXS_PLUGIN_MAGIC) {
    char text[96];
    std::snprintf(text, sizeof text, "its plugin struct has magic 0x%08x instead of 0x%08x", plugin.magic, NXS_PLUGIN_MAGIC);
    throw UnavailableError(text);
  }
  if (plugin.abi_major != NXS_ABI_MAJOR)
    throw UnavailableError("it was built for plugin ABI " + std::to_string(plugin.abi_major) + "." +
                           std::to_string(plugin.abi_minor) + ", this Nexus speaks " + std::to_string(NXS_ABI_MAJOR) + "." +
                           std::to_string(NXS_ABI_MINOR) + ": rebuild the plugin or install the Nexus that it was built for");
  if (!isValidName(plugin.name))
    throw UnavailableError("its name is '" + std::string(plugin.name ? plugin.name : "(null)") +
                           "'; a name is one or more of a-z, 0-9 and '_'");
  name_ = plugin.name;
  version_ = plugin.version ? plugin.version : "";

  // Only as much as both sides know: a newer plugin's entries are ignored, an older one's stay NULL.
  std::memcpy(&table_, &plugin.table, std::min(plugin.struct_size - headerSize, sizeof table_));
}

void PluginModule::requireEntries() const {
  std::string missing;
  for (const EntryRow& row : requiredEntries) {
    std::uintptr_t entry = 0;
    std::memcpy(&entry, reinterpret_cast<const char*>(&table_) + row.offset, sizeof entry);
    if (entry == 0) missing += (missing.empty() ? "" : ", ") + std::string(row.name);
  }
  if (!missing.empty()) throw UnavailableError("it lacks required entries: " + missing);
}

void PluginModule::fail(nxs_status status, const std::string& what) const {
  Failure failure = std::exchange(lastFailure, {});
  std::string message = what + ": ";
  if (failure.status == status && !failure.message.empty())
    message += failure.message;
  else
    message += std::string("the plugin '") + name_ + "' says " + statusName(static_cast<Status>(status)) + " without details (" +
               statusMeaning(static_cast<Status>(status)) + ")";
  logDebug([&] { return name_; }, [&] { return message; });
  throwError(static_cast<Status>(status), message, failure.status == status ? failure.nativeCode : 0);
}

}  // namespace nexus::detail
