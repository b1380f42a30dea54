// Compiles if the functions of the plugin's tables can be called as the vendor declares them. Before it come the vendor's header and THEIRS(cuda, hip):
// which of two names is the vendor's. Where the header makes macros of names that have versions, what they stand for is what the tables name.
#include "plugins/gpu/driver_types.h"

#include "same_class.h"

#include <vendor.h>

#include <cstddef>

namespace nexus::gpu_plugin {

#define NEXUS_GPU_FUNCTION(need, name, cuda, hip, parameters) \
  static_assert(abi::SameCall<Result parameters, decltype(THEIRS(cuda, hip))>::value, #cuda " " #hip);
#include "plugins/gpu/driver_table.h"
#undef NEXUS_GPU_FUNCTION
#define NEXUS_VENDOR_FUNCTION(need, type, name, symbol, parameters) \
  static_assert(abi::SameCall<type parameters, decltype(::symbol)>::value, #symbol);
#include <vendor_table.h>
#undef NEXUS_VENDOR_FUNCTION

}  // namespace nexus::gpu_plugin

#define SAME_PLACE(ours, member, theirs, other)                                                                     \
  static_assert(offsetof(ours, member) == offsetof(theirs, other) && sizeof(ours::member) == sizeof(theirs::other), \
                #theirs "." #other)
