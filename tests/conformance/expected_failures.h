#pragma once

#include <map>
#include <string>
#include <vector>

namespace nexus::conformance {

/// Tests that are known to fail. Verified in both directions: such a test must not pass, and no pattern may match nothing.
class ExpectedFailures {
 public:
  ExpectedFailures() = default;
  /// Reads a list. Throws std::runtime_error if the file cannot be read.
  explicit ExpectedFailures(const std::string& path);

  /// Whether the list names the test.
  bool contains(const std::string& test) const;
  /// Remembers that a test failed.
  void sawFailure(const std::string& test);
  /// Patterns none of whose tests failed.
  std::vector<std::string> unused() const;

 private:
  std::map<std::string, bool> patterns_;  // whether a test of theirs failed
};

}  // namespace nexus::conformance
