#include "image_format.h"

#include <elf.h>

#include <cstdint>
#include <cstring>
#include <optional>

namespace nexus::gpu_plugin {

namespace {

template <class T>
std::optional<T> readAt(const std::string& image, std::uint64_t offset) {
  T value;
  if (offset > image.size() || sizeof value > image.size() - offset) return std::nullopt;
  std::memcpy(&value, image.data() + offset, sizeof value);
  return value;
}
bool lies(const std::string& image, std::uint64_t offset, std::uint64_t size) {
  return offset <= image.size() && size <= image.size() - offset;
}

}  // namespace

bool isElf(const std::string& image) noexcept { return image.size() >= SELFMAG && std::memcmp(image.data(), ELFMAG, SELFMAG) == 0; }

std::string findElfFault(const std::string& image) {
  const auto header = readAt<Elf64_Ehdr>(image, 0);
  std::string truncated = "it is truncated: it has " + std::to_string(image.size()) + " bytes, its headers speak of more";
  if (!isElf(image)) return "it is no ELF file";
  if (!header) return truncated;
  if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_shentsize != sizeof(Elf64_Shdr)) return "it is no 64-bit ELF file";
  if (!lies(image, header->e_shoff, std::uint64_t{header->e_shnum} * sizeof(Elf64_Shdr))) return truncated;
  if (!lies(image, header->e_phoff, std::uint64_t{header->e_phnum} * header->e_phentsize)) return truncated;
  for (unsigned i = 0; i < header->e_shnum; ++i) {
    const auto section = readAt<Elf64_Shdr>(image, header->e_shoff + i * sizeof(Elf64_Shdr));
    if (section->sh_type != SHT_NOBITS && !lies(image, section->sh_offset, section->sh_size)) return truncated;
  }
  return "";
}

std::vector<std::string> listElfFunctions(const std::string& image) {
  std::vector<std::string> names;
  const auto header = readAt<Elf64_Ehdr>(image, 0);
  if (!header) return names;
  for (unsigned i = 0; i < header->e_shnum; ++i) {
    const auto table = readAt<Elf64_Shdr>(image, header->e_shoff + i * sizeof(Elf64_Shdr));
    if (!table || table->sh_type != SHT_SYMTAB) continue;
    const auto strings = readAt<Elf64_Shdr>(image, header->e_shoff + table->sh_link * sizeof(Elf64_Shdr));
    if (!strings || !lies(image, strings->sh_offset, strings->sh_size)) continue;
    for (std::uint64_t at = 0; at + sizeof(Elf64_Sym) <= table->sh_size; at += sizeof(Elf64_Sym)) {
      const auto symbol = readAt<Elf64_Sym>(image, table->sh_offset + at);
      if (!symbol || symbol->st_shndx == SHN_UNDEF || ELF64_ST_TYPE(symbol->st_info) != STT_FUNC ||
          symbol->st_name >= strings->sh_size)
        continue;
      if (ELF64_ST_BIND(symbol->st_info) == STB_LOCAL) continue;
      const char* name = image.data() + strings->sh_offset + symbol->st_name;
      names.emplace_back(name, strnlen(name, strings->sh_size - symbol->st_name));
    }
  }
  return names;
}

}  // namespace nexus::gpu_plugin
