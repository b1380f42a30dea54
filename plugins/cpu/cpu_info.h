// What the processor is, and what this process may use of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plugins/cpu/cpu_limits.h"
#include "plugins/cpu/x86_architecture.h"

namespace nexus::cpu_plugin {

// Texts are empty and optional numbers absent when the system does not tell.
struct CpuInfo {
  std::string name;              // "AMD EPYC 9354 32-Core Processor"
  std::string vendor;            // lower case: amd, intel, arm ...
  std::string architecture;      // LLVM's name of the core, else the x86-64 level, else the machine ("aarch64")
  std::string driverVersion;     // of the operating system: "Linux 6.1.0"
  std::int64_t coreCount = 1;    // physical cores among the usable cpus
  std::int64_t threadCount = 1;  // hardware threads that affinity and cpu quota leave
  std::optional<std::int64_t> maxClockMHz;
  std::optional<std::int64_t> simdWidthBits;
  std::optional<std::int64_t> l1DataCache;  // caches in bytes, as the first usable cpu sees them
  std::optional<std::int64_t> l1InstructionCache;
  std::optional<std::int64_t> l2Cache;
  std::optional<std::int64_t> l3Cache;
  std::optional<std::int64_t> cacheLine;
  std::vector<std::string> features;   // the kernel's names, sorted
  std::vector<std::int64_t> affinity;  // operating-system numbers of the usable cpus, ascending
  std::int64_t memorySize = 0;         // bytes, after the cgroup limit; 0 only if the system does not tell
};

// What only system calls and the processor itself can tell.
struct HostFacts {
  std::vector<std::int64_t> affinity;
  std::optional<X86Leaf7> leaf7;
  std::string machine;                     // "x86_64"
  std::string systemVersion;               // "Linux 6.1.0"
  std::optional<std::int64_t> memorySize;  // bytes, for systems without /proc/meminfo
};
HostFacts askHost();

// Never fail on missing or malformed files: what cannot be read is unknown.
CpuInfo detectCpu(const SystemRoots& roots = {});
CpuInfo detectCpu(const SystemRoots& roots, const HostFacts& host);

// Bytes that could be allocated now: what the system has available, within the cgroup limit; 0 if neither is known.
std::int64_t freeMemory(const SystemRoots& roots = {});

}  // namespace nexus::cpu_plugin
