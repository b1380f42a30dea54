#pragma once

#include <nexus/plugin.h>

#include <cstdint>
#include <string>

namespace nexus::detail {

/// Whether NEXUS_LOG (debug, info or warn) asks for `level`, one of NXS_LOG_*.
bool isLogged(std::int32_t level) noexcept;
/// Writes one line to stderr if NEXUS_LOG asks for `level`. `origin` is the plugin or the object that it is about, such as "cpu:0
/// stream 2".
void log(std::int32_t level, const char* origin, const char* message) noexcept;
/// The same at level debug; the texts are made only if somebody wants them.
template <class MakeOrigin, class MakeMessage>
void logDebug(MakeOrigin&& origin, MakeMessage&& message) noexcept {
  if (!isLogged(NXS_LOG_DEBUG)) [[likely]]
    return;
  try {
    log(NXS_LOG_DEBUG, std::string(origin()).c_str(), std::string(message()).c_str());
  } catch (...) {  // no memory for a line of text
  }
}

/// Writes a line to stderr that was not asked for: something that the user has set cannot be done.
void complain(const char* origin, const char* message) noexcept;

}  // namespace nexus::detail
