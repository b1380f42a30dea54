#include "kernel_header.h"

namespace nexus::plugin_support {

namespace {

/// Whether a line is `#include <nexus/kernel.h>`.
bool includesHeader(std::string_view line) {
  constexpr std::string_view blanks = " \t";
  const auto skip = [&](std::string_view expected) {
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    if (!line.starts_with(expected)) return false;
    line.remove_prefix(expected.size());
    return true;
  };
  return skip("#") && skip("include") && (skip("<nexus/kernel.h>") || skip("\"nexus/kernel.h\""));
}

}  // namespace

std::string withKernelHeader(std::string_view source, std::string_view name) {
  std::string text;
  // As a macro: OpenCL C has no other way to learn it before the header.
  if (source.find("NX_SHARED_DYNAMIC") != std::string_view::npos) text += "#define NX_USES_SHARED_DYNAMIC 1\n";
  text += kernelHeader();
  text += "#line 1 \"";
  for (const char c : name) {
    if (c == '"' || c == '\\') text += '\\';
    text += c == '\n' ? ' ' : c;
  }
  text += "\"\n";
  while (!source.empty()) {
    const std::size_t end = std::min(source.find('\n'), source.size() - 1) + 1;
    const std::string_view line = source.substr(0, end);
    if (!includesHeader(line))
      text += line;
    else
      text += '\n';
    source.remove_prefix(end);
  }
  if (text.back() != '\n') text += '\n';
  return text;
}

}  // namespace nexus::plugin_support
