#include "path_list.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace nexus::detail {

std::vector<std::string> pathListFromEnvironment(const char* variable) {
  const char* value = std::getenv(variable);
  std::string_view rest = value ? value : "";
  std::vector<std::string> paths;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (end != 0) paths.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return paths;
}

}  // namespace nexus::detail
