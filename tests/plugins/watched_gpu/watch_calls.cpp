// Added to a GPU plugin: counts its calls of the driver, lets one of them fail, and knows what the driver has given and not got back.
#include "watch_calls.h"

#include "plugins/gpu/driver.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>

namespace nexus::gpu_plugin {

namespace {

struct Pair {
  std::string_view makes, givesBack;
};
constexpr Pair pairs[] = {{"primaryContextRetain", "primaryContextRelease"},
                          {"memoryAllocate", "memoryFree"},
                          {"poolCreate", "poolDestroy"},
                          {"poolAllocate", "poolFree"},
                          {"hostAllocate", "hostFree"},
                          {"hostRegister", "hostUnregister"},
                          {"moduleLoad", "moduleUnload"},
                          {"streamCreate", "streamDestroy"},
                          {"eventCreate", "eventDestroy"},
                          {"graphCreate", "graphDestroy"},
                          {"graphInstantiate", "graphExecutableDestroy"}};
constexpr std::string_view waits[] = {"streamSynchronize", "contextSynchronize"};

const Pair* pairOf(std::string_view name, std::string_view Pair::* end) {
  const auto found = std::find_if(std::begin(pairs), std::end(pairs), [&](const Pair& pair) { return pair.*end == name; });
  return found == std::end(pairs) ? nullptr : found;
}
bool worksWhenItFails(std::string_view name) {
  return pairOf(name, &Pair::givesBack) || std::find(std::begin(waits), std::end(waits), name) != std::end(waits);
}

std::string listed(const std::map<std::string, int>& counts) {
  std::string text;
  for (const auto& [name, count] : counts)
    if (count != 0) text += (text.empty() ? "" : ", ") + name + " " + std::to_string(count);
  return text;
}

thread_local std::map<std::string, int> counts;

/// What all threads share. Never destroyed: threads of the plugin may outlive the end of main.
struct Shared {
  std::mutex mutex;
  std::string failing;
  unsigned callsLeft = 0;
  Result code = success;
  bool hasFailed = false;
  std::map<std::string, int> live;
};
Shared& shared() {
  static auto& instance = *new Shared;
  return instance;
}

/// What a call is to return instead of doing its work; success: nothing special.
Result verdict(const char* name) {
  Shared& all = shared();
  const std::lock_guard lock(all.mutex);
  if (all.failing != name || all.callsLeft == 0 || --all.callsLeft != 0) return success;
  all.hasFailed = true;
  return all.code;
}
void noteSuccess(std::string_view name) {
  const Pair* made = pairOf(name, &Pair::makes);
  const Pair* givenBack = pairOf(name, &Pair::givesBack);
  if (!made && !givenBack) return;
  Shared& all = shared();
  const std::lock_guard lock(all.mutex);
  if (made) ++all.live[std::string(name)];
  if (givenBack) --all.live[std::string(givenBack->makes)];
}

/// Lets all devices come to their end: nothing runs any more on one that is broken.
void drain();

template <auto Function, class Pointer>
struct Watched;
template <auto Function, class R, class... A>
struct Watched<Function, R (*)(A...)> {
  static inline R (*original)(A...) = nullptr;
  static inline const char* name = nullptr;
  static R call(A... arguments) {
    ++counts[name];
    if constexpr (std::is_same_v<R, Result>) {
      const Result failure = verdict(name);
      if (isSticky(failure)) drain();
      if (failure != success && !worksWhenItFails(name)) return failure;
      const Result result = original(arguments...);
      if (result == success) noteSuccess(name);
      return failure != success ? failure : result;
    } else {
      return original(arguments...);
    }
  }
  static void install(const char* title) {
    if (!(driver.*Function) || original) return;
    name = title;
    original = driver.*Function;
    driver.*Function = call;
  }
};

template <auto Function>
using Original = Watched<Function, std::remove_cvref_t<decltype(driver.*Function)>>;

void drain() {
  constexpr Ordinal devices = 2;  // of the fake drivers
  ContextHandle current = nullptr;
  Original<&Driver::contextGetCurrent>::original(&current);
  for (Ordinal ordinal = 0; ordinal < devices; ++ordinal) {
    ContextHandle context = nullptr;
    Original<&Driver::primaryContextRetain>::original(&context, ordinal);
    Original<&Driver::contextSetCurrent>::original(context);
    Original<&Driver::contextSynchronize>::original();
    Original<&Driver::primaryContextRelease>::original(ordinal);
  }
  Original<&Driver::contextSetCurrent>::original(current);
}

void start() {
  Driver::open();
#define WATCH(name) Watched<&Driver::name, decltype(Driver::name)>::install(#name);
#define NEXUS_GPU_FUNCTION(need, name, cuda, hip, parameters) WATCH(name)
#include "plugins/gpu/driver_table.h"
#undef NEXUS_GPU_FUNCTION
#define NEXUS_VENDOR_FUNCTION(need, type, name, symbol, parameters) WATCH(name)
#include <vendor_table.h>
#undef NEXUS_VENDOR_FUNCTION
}

const char* take() {
  static thread_local std::string text;
  text = listed(counts);
  counts.clear();
  return text.c_str();
}

template <class R, class... A>
void addName(std::string& list, const char* name, R (*function)(A...)) {
  if (std::is_same_v<R, Result> && function) list += (list.empty() ? "" : " ") + std::string(name);
}

const char* names() {
  static const std::string text = [] {
    std::string all;
#define NEXUS_GPU_FUNCTION(need, name, cuda, hip, parameters) addName(all, #name, driver.name);
#include "plugins/gpu/driver_table.h"
#undef NEXUS_GPU_FUNCTION
#define NEXUS_VENDOR_FUNCTION(need, type, name, symbol, parameters) addName(all, #name, driver.name);
#include <vendor_table.h>
#undef NEXUS_VENDOR_FUNCTION
    return all;
  }();
  return text.c_str();
}

void fail(const char* name, unsigned number, int code) {
  Shared& all = shared();
  const std::lock_guard lock(all.mutex);
  all.failing = name ? name : "";
  all.callsLeft = number;
  all.code = code;
  all.hasFailed = false;
}

bool hasFailed() {
  const std::lock_guard lock(shared().mutex);
  return shared().hasFailed;
}

const char* live() {
  static thread_local std::string text;
  const std::lock_guard lock(shared().mutex);
  text = listed(shared().live);
  return text.c_str();
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const WatchedCalls* watchedCalls() {
  static constexpr WatchedCalls functions = {start, take, names, fail, hasFailed, live};
  return &functions;
}

}  // namespace nexus::gpu_plugin
