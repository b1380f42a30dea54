#pragma once

#include <filesystem>
#include <string>

#if defined(__ELF__)
#include <elf.h>
#include <link.h>

#include <cstring>
#include <fstream>
#endif

namespace nexus::plugin_support {

/// What is wrong with a file at which dlopen would hang, crash or succeed instead of failing: a pipe or device, or a truncated library, whose
/// segments dlopen maps without comparing them with the length of the file. "" if there is nothing that dlopen would not say itself.
inline std::string findSharedObjectFault(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status) || std::filesystem::is_directory(status)) return "";
  if (!std::filesystem::is_regular_file(status)) return "it is not a regular file";
#if defined(__ELF__)
  const std::uintmax_t length = std::filesystem::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  ElfW(Ehdr) header;
  if (error || !file.read(reinterpret_cast<char*>(&header), sizeof header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_phentsize != sizeof(ElfW(Phdr)))
    return "";
  const auto needs = [length](std::uintmax_t offset, std::uintmax_t size) -> std::string {
    if (offset <= length && size <= length - offset) return "";
    return "the file is truncated: it has " + std::to_string(length) + " bytes, its contents need at least " +
           std::to_string(offset + size);
  };
  // The table of sections is the last part of a file. The loader does without it, but who hands over half a file should know.
  const std::uintmax_t sections = std::uintmax_t{header.e_shnum} * header.e_shentsize;
  if (std::string fault = needs(header.e_shoff, sections); !fault.empty()) return fault;
  file.seekg(static_cast<std::streamoff>(header.e_phoff));
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    ElfW(Phdr) segment;
    if (!file.read(reinterpret_cast<char*>(&segment), sizeof segment)) return "";
    if (segment.p_type != PT_LOAD) continue;
    if (std::string fault = needs(segment.p_offset, segment.p_filesz); !fault.empty()) return fault;
  }
#endif
  return "";
}

}  // namespace nexus::plugin_support
