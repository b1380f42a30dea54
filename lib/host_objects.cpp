#include "host_objects.h"

#include "log.h"

#include <nexus/plugin.h>

#include <exception>

namespace nexus::detail {

void HostFunctionObject::call(void* object, std::int32_t status) noexcept {
  if (status != NXS_SUCCESS) return;
  try {
    static_cast<HostFunctionObject*>(static_cast<Object*>(object))->function_();
  } catch (const std::exception& e) {
    log(NXS_LOG_WARN, "schedule", (std::string("an exception left a function that a stream called: ") + e.what()).c_str());
  } catch (...) {
    log(NXS_LOG_WARN, "schedule", "an exception left a function that a stream called");
  }
}

}  // namespace nexus::detail
