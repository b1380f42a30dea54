#include "watched_plugin.h"

#include <dlfcn.h>

#include <stdexcept>

const nexus::gpu_plugin::WatchedCalls& watchedCalls() {
  static const nexus::gpu_plugin::WatchedCalls& calls = []() -> const nexus::gpu_plugin::WatchedCalls& {
    void* const plugin = dlopen(NEXUS_WATCHED_PLUGIN, RTLD_NOW | RTLD_LOCAL);
    void* const function = plugin ? dlsym(plugin, "watchedCalls") : nullptr;
    if (!function) throw std::runtime_error(dlerror());
    const auto* found = reinterpret_cast<nexus::gpu_plugin::WatchedCallsFunction*>(function)();
    found->start();
    return *found;
  }();
  return calls;
}
