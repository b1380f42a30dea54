#pragma once

#include <string>
#include <vector>

namespace nexus::detail {

/// Entries of an environment variable that lists paths separated by ':'. Empty entries are skipped: they must not come to mean the working
/// directory.
std::vector<std::string> pathListFromEnvironment(const char* variable);

}  // namespace nexus::detail
