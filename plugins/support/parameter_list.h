#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nexus::plugin_support {

/// One parameter of a kernel, as read from its source text.
struct Parameter {
  std::string name;
  std::string macro;  ///< "NX_IN", "NX_OUT", ... or "" if it was written without one
};

/// Takes a parameter list apart: "(NX_IN(float) x, NX_VALUE(int) n)". Text that it does not understand gives empty names.
inline std::vector<Parameter> parseParameterList(std::string_view text) {
  constexpr std::string_view identifier = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  if (text.size() < 2 || text.front() != '(' || text.back() != ')') return {};
  text = text.substr(1, text.size() - 2);

  std::vector<Parameter> parameters;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size()) {
      const char c = text[i];
      if (c == '(' || c == '<' || c == '[' || c == '{') ++depth;
      if (c == ')' || c == '>' || c == ']' || c == '}') --depth;
      if (c != ',' || depth != 0) continue;
    }
    const std::string_view piece = text.substr(start, i - start);
    start = i + 1;
    Parameter parameter;
    if (const std::size_t end = piece.find_last_of(identifier); end != std::string_view::npos) {
      const std::size_t before = piece.substr(0, end + 1).find_last_not_of(identifier);
      parameter.name = piece.substr(before + 1, end - before);
    }
    if (const std::size_t first = piece.find("NX_"); first != std::string_view::npos)
      parameter.macro = piece.substr(first, piece.find_first_not_of(identifier, first) - first);
    if (!parameter.name.empty()) parameters.push_back(std::move(parameter));
  }
  return parameters;
}

}  // namespace nexus::plugin_support
