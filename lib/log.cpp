#include "log.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace nexus::detail {

namespace {

constexpr const char* levelNames[] = {"debug", "info", "warn"};

std::int32_t wantedLevel() noexcept {
  constexpr std::int32_t nothing = NXS_LOG_WARN + 1;
  const char* variable = std::getenv("NEXUS_LOG");
  if (!variable || !*variable) return nothing;
  for (std::int32_t level = NXS_LOG_DEBUG; level <= NXS_LOG_WARN; ++level)
    if (std::string_view(variable) == levelNames[level]) return level;
  complain("NEXUS_LOG", "it takes debug, info or warn; nothing is logged");
  return nothing;
}

}  // namespace

bool isLogged(std::int32_t level) noexcept {
  static const std::int32_t wanted = wantedLevel();
  return level >= wanted && level >= NXS_LOG_DEBUG && level <= NXS_LOG_WARN;
}

void log(std::int32_t level, const char* origin, const char* message) noexcept {
  if (isLogged(level))
    std::fprintf(stderr, "nexus: %s: %s: %s\n", levelNames[level], origin ? origin : "?", message ? message : "");
}

void complain(const char* origin, const char* message) noexcept { std::fprintf(stderr, "nexus: %s: %s\n", origin, message); }

}  // namespace nexus::detail
