#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nexus::plugin_support {

/// Takes the options of a compilation apart: separated by blanks, with quotes and backslashes as in a shell, but no variables.
/// Throws PluginError (invalid argument) if a quote is not closed.
std::vector<std::string> splitOptions(std::string_view text);

/// The opposite of splitOptions.
std::string joinOptions(const std::vector<std::string>& options);

}  // namespace nexus::plugin_support
