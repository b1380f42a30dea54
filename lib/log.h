#pragma once

#include <cstdint>

namespace nexus::detail {

/// Writes one line to stderr if NEXUS_LOG (debug, info or warn) asks for `level`, one of NXS_LOG_*.
void log(std::int32_t level, const char* origin, const char* message) noexcept;

}  // namespace nexus::detail
