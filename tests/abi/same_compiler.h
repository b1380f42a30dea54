// Compiles if the functions of the run-time compiler can be called as the vendor declares them. Before it come the vendor's header and
// THEIRS(nvrtc, hiprtc): which of two names is the vendor's.
#include "plugins/gpu/driver_types.h"

#include "same_class.h"

namespace nexus::gpu_plugin {

#define NEXUS_COMPILER_FUNCTION(type, name, nvrtc, hiprtc, parameters) \
  static_assert(abi::SameCall<type parameters, decltype(THEIRS(nvrtc, hiprtc))>::value, #nvrtc " " #hiprtc);
#include "plugins/gpu/compiler_table.h"
#undef NEXUS_COMPILER_FUNCTION

}  // namespace nexus::gpu_plugin
