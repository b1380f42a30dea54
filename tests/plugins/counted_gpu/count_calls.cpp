// Added to a GPU plugin: counts its calls of the driver, each thread its own.
#include "plugins/gpu/driver.h"

#include <map>
#include <string>

namespace nexus::gpu_plugin {

namespace {

thread_local std::map<std::string, unsigned> counts;

template <auto Function, class Pointer>
struct Counted;
template <auto Function, class R, class... A>
struct Counted<Function, R (*)(A...)> {
  static inline R (*original)(A...) = nullptr;
  static inline const char* name = nullptr;
  static R call(A... arguments) {
    ++counts[name];
    return original(arguments...);
  }
  static void install(const char* title) {
    if (!(driver.*Function) || original) return;
    name = title;
    original = driver.*Function;
    driver.*Function = call;
  }
};

}  // namespace

/// From now on calls are counted. The runtime must be open.
extern "C" __attribute__((visibility("default"))) void countDriverCalls() {
#define COUNT(name) Counted<&Driver::name, decltype(Driver::name)>::install(#name);
#define NEXUS_GPU_FUNCTION(need, name, cuda, hip, parameters) COUNT(name)
#include "plugins/gpu/driver_table.h"
#undef NEXUS_GPU_FUNCTION
#define NEXUS_VENDOR_FUNCTION(need, type, name, symbol, parameters) COUNT(name)
#include <vendor_table.h>
#undef NEXUS_VENDOR_FUNCTION
}

/// "contextGetCurrent 2, launch 2": what this thread has called since it last asked.
extern "C" __attribute__((visibility("default"))) const char* takeDriverCalls() {
  static thread_local std::string text;
  text.clear();
  for (const auto& [name, count] : counts) text += (text.empty() ? "" : ", ") + name + " " + std::to_string(count);
  counts.clear();
  return text.c_str();
}

}  // namespace nexus::gpu_plugin
