// Compiles if our declarations of hiprtc agree with AMD's.
#define __HIP_PLATFORM_AMD__ 1
#include <hip/hiprtc.h>

#define THEIRS(nvrtc, hiprtc) ::hiprtc
#include "same_compiler.h"

static_assert(HIPRTC_SUCCESS == nexus::gpu_plugin::success);
