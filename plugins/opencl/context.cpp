#include "context.h"

namespace nexus::opencl {

namespace {

Context createContext(const Platform& platform, const DeviceFacts& facts) {
  const std::intptr_t properties[] = {static_cast<std::intptr_t>(CONTEXT_PLATFORM), reinterpret_cast<std::intptr_t>(platform.id),
                                      0};
  cl_int error = COMPLETE;
  Context context(api().clCreateContext(properties, 1, &facts.device, nullptr, nullptr, &error));
  check(error, [&] { return "cannot make a context on '" + facts.name + "' of " + platform.name; });
  return context;
}

}  // namespace

DeviceContext::DeviceContext(const Platform& p, const DeviceFacts& f) : platform(p), facts(f), context(createContext(p, f)) {}

}  // namespace nexus::opencl
