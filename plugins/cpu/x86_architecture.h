// Names x86 processors as LLVM does, by family and model as far as the reported features bear that name out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::cpu_plugin {

// Registers of CPUID leaf 7. Linux keeps many of these features out of /proc/cpuinfo (amx_fp16, avx_ifma ...).
struct X86Leaf7 {
  std::uint32_t edx0 = 0;  // subleaf 0
  std::uint32_t eax1 = 0;  // subleaf 1
  std::uint32_t edx1 = 0;
};

// What this processor says; nothing on other architectures.
std::optional<X86Leaf7> readX86Leaf7();

// Adds the features of leaf 7 that the kernel leaves out, if it lists the feature that owns their register state.
void addHiddenX86Features(const X86Leaf7& leaf, std::vector<std::string>& features);

// vendor in lower case, features as in /proc/cpuinfo. A model is believed only if every feature its compilers rely on is
// present and none is reported that it cannot have; otherwise the features decide, down to a level ("x86-64-v3").
std::string x86Architecture(std::string_view vendor, std::int64_t family, std::int64_t model,
                            const std::vector<std::string>& features);

}  // namespace nexus::cpu_plugin
