#pragma once

#include <nexus/export.h>

#include <string>

namespace nexus {

/// Whether NEXUS_VALIDATION=1 was set when the first plugin was loaded.
NEXUS_API bool isValidating() noexcept;

/// Tells the validation layer (NEXUS_VALIDATION=1) how to name the place in the program that the calling thread is at, such as
/// "train.py:17". Language bindings set it; NULL removes it. The function must not throw and may return "".
NEXUS_API void setCreationSite(std::string (*describe)()) noexcept;

}  // namespace nexus
