#include "expected_failures.h"

#include <fnmatch.h>

#include <fstream>
#include <stdexcept>

namespace nexus::conformance {

namespace {
bool matches(const std::string& pattern, const std::string& test) { return fnmatch(pattern.c_str(), test.c_str(), 0) == 0; }
}  // namespace

ExpectedFailures::ExpectedFailures(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read the expected failures '" + path + "'");
  for (std::string line; std::getline(file, line);) {
    line.erase(std::min(line.find('#'), line.size()));
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (!line.empty()) patterns_[line] = false;
  }
}

bool ExpectedFailures::contains(const std::string& test) const {
  for (const auto& [pattern, hasFailed] : patterns_)
    if (matches(pattern, test)) return true;
  return false;
}

void ExpectedFailures::sawFailure(const std::string& test) {
  for (auto& [pattern, hasFailed] : patterns_)
    if (matches(pattern, test)) hasFailed = true;
}

std::vector<std::string> ExpectedFailures::unused() const {
  std::vector<std::string> names;
  for (const auto& [pattern, hasFailed] : patterns_)
    if (!hasFailed) names.push_back(pattern);
  return names;
}

}  // namespace nexus::conformance
