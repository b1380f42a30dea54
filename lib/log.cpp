#include "log.h"

#include <nexus/plugin.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace nexus::detail {

namespace {

constexpr const char* levelNames[] = {"debug", "info", "warn"};

std::int32_t wantedLevel() noexcept {
  const char* variable = std::getenv("NEXUS_LOG");
  for (std::int32_t level = NXS_LOG_DEBUG; variable && level <= NXS_LOG_WARN; ++level)
    if (std::string_view(variable) == levelNames[level]) return level;
  return NXS_LOG_WARN + 1;
}

}  // namespace

void log(std::int32_t level, const char* origin, const char* message) noexcept {
  static const std::int32_t wanted = wantedLevel();
  if (level < wanted || level < NXS_LOG_DEBUG || level > NXS_LOG_WARN) return;
  std::fprintf(stderr, "nexus: %s: %s: %s\n", levelNames[level], origin ? origin : "?", message ? message : "");
}

}  // namespace nexus::detail
