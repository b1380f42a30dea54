#include <nexus/kernel.h>

NX_KERNEL(double_all, (NX_INOUT(float) values)) { values[NX_GLOBAL_ID(0)] *= 2; }
