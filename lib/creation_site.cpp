#include "creation_site.h"

#include "log.h"

#include <nexus/validation.h>

#include <dlfcn.h>
#include <execinfo.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace nexus {

namespace {
std::atomic<std::string (*)()> describeSite{nullptr};
}  // namespace

bool isValidating() noexcept {
  static const bool isWanted = [] {
    const char* const setting = std::getenv("NEXUS_VALIDATION");
    const std::string_view variable = setting ? setting : "";
    if (variable != "" && variable != "0" && variable != "1")
      detail::complain("NEXUS_VALIDATION", "it takes 0 or 1; nothing is validated");
    return variable == "1";
  }();
  return isWanted;
}

void setCreationSite(std::string (*describe)()) noexcept { describeSite.store(describe); }

namespace detail {

std::string creationSite() {
  if (const auto describe = describeSite.load())
    if (std::string site = describe(); !site.empty()) return site;
  Dl_info self{};
  dladdr(reinterpret_cast<const void*>(&creationSite), &self);
  void* callers[32];
  const int count = backtrace(callers, 32);
  for (int i = 0; i < count; ++i) {
    Dl_info caller{};
    if (!dladdr(callers[i], &caller) || caller.dli_fbase == self.dli_fbase || !caller.dli_fname) continue;
    char offset[32];
    std::snprintf(offset, sizeof offset, "+0x%zx",
                  reinterpret_cast<std::uintptr_t>(callers[i]) - reinterpret_cast<std::uintptr_t>(caller.dli_fbase));
    return std::string(caller.dli_fname) + offset;
  }
  return "";
}

}  // namespace detail
}  // namespace nexus
