#pragma once

#include "expected_failures.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace nexus::conformance {

/// Counts results by group, a group being the part of a test's name before the first '/' or '.'.
class Summary : public testing::EmptyTestEventListener {
 public:
  explicit Summary(ExpectedFailures expected) : expected_(std::move(expected)) {}

  /// Prints the table and what explains it. `isComplete`: all tests were to run, so that unused expectations are errors.
  void print(bool isComplete);
  /// Whether everything was as expected; known after print().
  bool isGood() const { return isGood_; }

 private:
  struct Group {
    int passed = 0, failed = 0, expectedToFail = 0, skipped = 0, unexpectedlyPassed = 0;
  };

  void OnTestEnd(const testing::TestInfo& test) override;

  ExpectedFailures expected_;
  std::vector<std::string> order_;
  std::map<std::string, Group> groups_;
  std::map<std::string, int> skipReasons_;
  std::vector<std::string> failed_, unexpectedlyPassed_, unexplained_;
  bool isGood_ = false;
};

}  // namespace nexus::conformance
