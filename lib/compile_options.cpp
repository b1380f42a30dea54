#include "compile_options.h"

#include "device_object.h"
#include "suggest.h"

#include "plugins/support/option_list.h"

#include <algorithm>
#include <utility>

namespace nexus::detail {

namespace {

bool isIdentifier(std::string_view text) {
  constexpr std::string_view digits = "0123456789";
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
  return !text.empty() && digits.find(text[0]) == std::string_view::npos &&
         text.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

std::string compilerOptions(const CompileOptions& options) {
  std::vector<std::string> definitions;
  for (const auto& [name, value] : options.defines) {
    if (!isIdentifier(name)) throw InvalidArgumentError("defines: '" + name + "' is no name for a macro");
    if (value.find('\n') != std::string::npos)
      throw InvalidArgumentError("defines: the value of '" + name + "' has more than one line");
    definitions.push_back("-D" + name + "=" + value);
  }
  std::string text = options.options;
  if (!text.empty() && !definitions.empty()) text += ' ';
  text += plugin_support::joinOptions(definitions);
  for (const std::string* part : {&std::as_const(text), &options.name, &options.language})
    if (part->find('\0') != std::string::npos) throw InvalidArgumentError("the options of a compilation contain a NUL character");
  return text;
}

void checkLanguage(const DeviceObject& device, const std::string& language) {
  const PropertyValue* value = device.properties().find(propertyInfo(Property::KernelLanguages));
  if (!value) throw UnsupportedError(device.id() + " compiles no source text; load a binary");
  const auto& known = std::get<std::vector<std::string>>(*value);
  if (std::find(known.begin(), known.end(), language) != known.end()) return;
  throw InvalidArgumentError(device.id() + " compiles no source text in language '" + language + "'" +
                             suggest(language, {known.begin(), known.end()}) + "; it takes " + listNames(known));
}

}  // namespace nexus::detail
