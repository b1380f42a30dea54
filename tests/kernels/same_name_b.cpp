// One of two sources of a library with two kernels of one name.
#include <nexus/kernel.h>

NX_KERNEL(twin, ()) {}
