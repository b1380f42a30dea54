// Built twice, so that one file can take the place of another.
#include <nexus/kernel.h>

NX_KERNEL(version, (NX_OUT(int32_t) result)) { *result = KERNEL_VERSION; }
