// Compiles if our declarations of NVRTC agree with NVIDIA's.
#include <nvrtc.h>

#define THEIRS(nvrtc, hiprtc) ::nvrtc
#include "same_compiler.h"

static_assert(NVRTC_SUCCESS == nexus::gpu_plugin::success);
