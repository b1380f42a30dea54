#pragma once

#include "device.h"

namespace nexus::gpu_plugin {

/// Compiles source in `language` ("cuda" or "hip", the vendor's C++; "nexus", the portable one) to a binary for the device with the vendor's run-time
/// compiler, which is looked for at the first call. Binaries are kept on disk. Throws CompileFailed with the compiler's log, or Unavailable if there is
/// no compiler. Messages call the source `name`.
std::string compile(Device& device, const std::string& language, const std::string& source, const std::string& name,
                    const std::string& options);

}  // namespace nexus::gpu_plugin
