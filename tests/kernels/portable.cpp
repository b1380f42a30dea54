#include <nexus/kernel.h>

#include "portable.nx"
