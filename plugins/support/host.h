#pragma once

#include "plugins/support/plugin_error.h"

#include <atomic>

namespace nexus::plugin_support {

/// The services of the core; set by nxsGetPlugin. The same for all systems of the process that load the plugin, on whatever threads.
inline std::atomic<const nxs_host*> host = nullptr;
/// What nxsGetPlugin returns; each plugin defines it (see plugin_table.h).
extern const nxs_plugin plugin;

inline void log(std::int32_t level, const char* message) { host.load()->log(level, plugin.name, message); }

/// Runs the body of an entry. Nothing is thrown across the plugin interface.
template <class Body>
nxs_status guarded(Body&& body) noexcept {
  const auto report = [](nxs_status status, std::int64_t nativeCode, const char* message) {
    return host.load()->set_error(status, nativeCode, message);
  };
  try {
    body();
    return NXS_SUCCESS;
  } catch (const PluginError& e) {
    return report(e.status(), e.nativeCode(), e.what());
  } catch (const std::bad_alloc&) {
    return report(NXS_OUT_OF_MEMORY, 0, PluginError::outOfMemory().what());
  } catch (const std::exception& e) {
    return report(NXS_INTERNAL, 0, e.what());
  } catch (...) {
    return report(NXS_INTERNAL, 0, "an exception that is no std::exception");
  }
}

}  // namespace nexus::plugin_support
