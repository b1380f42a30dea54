#pragma once

#include <nexus/error.h>
#include <nexus/handle.h>
#include <nexus/plugin.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace nexus::detail {

/// A loaded plugin library. Unloaded with the last object that came from it.
class PluginModule : public Object {
 public:
  /// Loads the library and checks the handshake. Throws UnavailableError with a readable reason.
  explicit PluginModule(std::string path);
  ~PluginModule() override;

  const std::string& path() const noexcept { return path_; }
  const std::string& name() const noexcept { return name_; }
  const std::string& version() const noexcept { return version_; }
  /// Throws UnavailableError that lists all required entries that are missing. Nothing else may be called before it has passed.
  void requireEntries() const;
  /// Entries that the plugin does not have are NULL.
  const nxs_plugin_table& table() const noexcept { return *active_.load(std::memory_order_acquire); }
  /// Has calls measured for a trace.
  void trace();

  /// Records the details of a failure for the calling thread, as a plugin does; returns the status.
  static nxs_status setError(nxs_status status, const char* message);

  /// Calls `visit` for every loaded plugin.
  static void forEach(const std::function<void(PluginModule&)>& visit);

  /// Throws the exception for a failed call, with the details that the plugin gave. `what` says what was tried on which object.
  [[noreturn]] void fail(nxs_status status, const std::string& what) const;

 private:
  void shakeHands(const nxs_plugin& plugin);

  std::string path_, name_, version_;
  std::shared_ptr<void> library_;
  nxs_plugin_table table_{};
  const nxs_plugin_table* validated_ = nullptr;  // NEXUS_VALIDATION: lies over table_
  std::once_flag isTraced_;
  const nxs_plugin_table* traced_ = nullptr;  // lies over that
  std::atomic<const nxs_plugin_table*> active_{&table_};
};

}  // namespace nexus::detail
