// What the system lets this process use: cpu affinity, and the cpu and memory limits of its control groups.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::cpu_plugin {

// Where the kernel's files are; tests point these at a tree of their own.
struct SystemRoots {
  std::string proc = "/proc";
  std::string sys = "/sys";
};

// The whole file, or nothing when it cannot be read.
std::optional<std::string> readSystemFile(const std::string& path);

// The number that the text begins with, after blanks; nothing when there is none or it does not fit.
std::optional<std::int64_t> parseInteger(std::string_view text, int base = 10);

// Operating-system numbers of the cpus that the calling thread may run on, ascending, never empty.
std::vector<std::int64_t> affinityCpus();

// Whole cpus (rounded up) that the tightest cpu quota on the way to the root group grants; nothing when unlimited.
std::optional<std::int64_t> cgroupCpuQuota(const SystemRoots& roots = {});

// The tightest memory limit in bytes, and how much of the tightest one is still free.
std::optional<std::int64_t> cgroupMemoryLimit(const SystemRoots& roots = {});
std::optional<std::int64_t> cgroupMemoryFree(const SystemRoots& roots = {});

}  // namespace nexus::cpu_plugin
