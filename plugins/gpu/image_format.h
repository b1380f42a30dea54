#pragma once

#include <string>
#include <vector>

namespace nexus::gpu_plugin {

/// Whether the bytes are an ELF file, and all that its headers speak of is there. Drivers are told no length and read beyond a truncated one. "" if so,
/// otherwise what is wrong.
std::string findElfFault(const std::string& image);
bool isElf(const std::string& image) noexcept;

/// Names of the symbols that an intact ELF file defines as functions and that others can see.
std::vector<std::string> listElfFunctions(const std::string& image);

}  // namespace nexus::gpu_plugin
