#include "faulty_plugin.h"

#include "tests/plugins/faulty/control.h"

#include <dlfcn.h>

#include <stdexcept>

namespace faulty {

namespace {

template <class Function>
Function* find(const char* name) {
  static void* const library = dlopen(path().c_str(), RTLD_NOW | RTLD_LOCAL);
  void* function = library ? dlsym(library, name) : nullptr;
  if (!function) throw std::runtime_error(dlerror());
  return reinterpret_cast<Function*>(function);
}

}  // namespace

std::string path() { return NEXUS_TEST_PLUGIN_DIR "/faulty/libnexus_plugin_faulty.so"; }

nexus::Device device() { return nexus::System::create({path()}).getDevice("faulty:0"); }

void setScript(const std::string& script) {
  static auto* const call = find<decltype(nexusFaultySetScript)>("nexusFaultySetScript");
  if (const char* fault = call(script.c_str())) throw std::invalid_argument(fault);
}

std::uint64_t count(const std::string& where) {
  static auto* const call = find<decltype(nexusFaultyCount)>("nexusFaultyCount");
  return call(where.c_str());
}

std::string failures() {
  static auto* const call = find<decltype(nexusFaultyFailures)>("nexusFaultyFailures");
  char text[4096];
  call(text, sizeof text);
  return text;
}

std::uint64_t liveObjects() {
  static auto* const call = find<decltype(nexusFaultyLiveObjects)>("nexusFaultyLiveObjects");
  return call();
}

void release() {
  static auto* const call = find<decltype(nexusFaultyRelease)>("nexusFaultyRelease");
  call();
}

bool isClean() {
  return eventually([] { return liveObjects() == 0; });
}

}  // namespace faulty
