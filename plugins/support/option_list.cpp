#include "option_list.h"

#include "plugin_error.h"

namespace nexus::plugin_support {

namespace {
constexpr std::string_view blanks = " \t\r\n\v\f";
}

std::vector<std::string> splitOptions(std::string_view text) {
  std::vector<std::string> options;
  for (std::size_t i = text.find_first_not_of(blanks); i != std::string_view::npos; i = text.find_first_not_of(blanks, i)) {
    std::string option;
    for (; i < text.size() && blanks.find(text[i]) == std::string_view::npos; ++i) {
      if (text[i] == '\'') {
        const std::size_t end = text.find('\'', i + 1);
        if (end == std::string_view::npos)
          throw PluginError(NXS_INVALID_ARGUMENT, "the options \"" + std::string(text) + "\" have a ' that is not closed");
        option += text.substr(i + 1, end - i - 1);
        i = end;
      } else if (text[i] == '"') {
        for (++i; i < text.size() && text[i] != '"'; ++i) {
          if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) ++i;
          option += text[i];
        }
        if (i == text.size())
          throw PluginError(NXS_INVALID_ARGUMENT, "the options '" + std::string(text) + "' have a \" that is not closed");
      } else if (text[i] == '\\' && i + 1 < text.size()) {
        option += text[++i];
      } else {
        option += text[i];
      }
    }
    options.push_back(std::move(option));
  }
  return options;
}

std::string joinOptions(const std::vector<std::string>& options) {
  std::string text;
  for (const std::string& option : options) {
    if (!text.empty()) text += ' ';
    if (!option.empty() && option.find_first_of(" \t\r\n\v\f'\\\"") == std::string::npos) {
      text += option;
      continue;
    }
    text += '\'';
    for (const char c : option) {
      if (c == '\'')
        text += "'\\''";
      else
        text += c;
    }
    text += '\'';
  }
  return text;
}

}  // namespace nexus::plugin_support
