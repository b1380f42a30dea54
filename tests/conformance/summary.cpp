#include "summary.h"

#include "subject.h"

#include <cstdio>

namespace nexus::conformance {

namespace {

std::string skipReason(const testing::TestResult& result) {
  for (int i = 0; i < result.total_part_count(); ++i)
    if (const auto& part = result.GetTestPartResult(i); part.skipped()) return part.message();
  return "";
}

void printFailures(const std::string& place, const testing::TestResult& result) {
  std::printf("\n%s\n", place.c_str());
  for (int i = 0; i < result.total_part_count(); ++i)
    if (const auto& part = result.GetTestPartResult(i); part.failed())
      std::printf("%s:%d: %s\n", part.file_name() ? part.file_name() : "?", part.line_number(), part.message());
  std::fflush(stdout);
}

void printList(const char* title, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::printf("\n%s:\n", title);
  for (const std::string& name : names) std::printf("  %s\n", name.c_str());
}

}  // namespace

void Summary::OnTestEnd(const testing::TestInfo& test) {
  const std::string name = std::string(test.test_suite_name()) + "." + test.name();
  const std::string groupName = name.substr(0, name.find_first_of("/."));
  if (!groups_.contains(groupName)) order_.push_back(groupName);
  Group& group = groups_[groupName];
  const testing::TestResult& result = *test.result();
  const std::string place = name + (subject().deviceIndex ? " on device " + std::to_string(subject().deviceIndex) : "");
  if (result.Skipped()) {
    const std::string reason = skipReason(result);
    ++group.skipped;
    ++skipReasons_[reason];
    if (reason.empty()) unexplained_.push_back(place);
  } else if (result.Failed() && expected_.contains(name)) {
    ++group.expectedToFail;
    expected_.sawFailure(name);
  } else if (result.Failed()) {
    ++group.failed;
    failed_.push_back(place);
    printFailures(place, result);
  } else if (expected_.contains(name)) {
    ++group.unexpectedlyPassed;
    unexpectedlyPassed_.push_back(place);
  } else {
    ++group.passed;
  }
}

void Summary::print(bool isComplete) {
  std::printf("\n%-14s %8s %8s %18s %8s %20s\n", "group", "passed", "failed", "failed as expected", "skipped",
              "unexpectedly passed");
  const auto printRow = [](const char* name, const Group& group) {
    std::printf("%-14s %8d %8d %18d %8d %20d\n", name, group.passed, group.failed, group.expectedToFail, group.skipped,
                group.unexpectedlyPassed);
  };
  Group all;
  for (const std::string& name : order_) {
    const Group& group = groups_[name];
    printRow(name.c_str(), group);
    all.passed += group.passed;
    all.failed += group.failed;
    all.expectedToFail += group.expectedToFail;
    all.skipped += group.skipped;
    all.unexpectedlyPassed += group.unexpectedlyPassed;
  }
  printRow("all", all);

  if (!skipReasons_.empty()) std::printf("\nskipped because:\n");
  for (const auto& [reason, count] : skipReasons_) std::printf("  %3d  %s\n", count, reason.c_str());
  printList("failed", failed_);
  printList("expected to fail, but passed", unexpectedlyPassed_);
  printList("skipped without a reason", unexplained_);
  const std::vector<std::string> unused = isComplete ? expected_.unused() : std::vector<std::string>();
  printList("expected to fail, but no such test failed", unused);
  isGood_ = failed_.empty() && unexpectedlyPassed_.empty() && unexplained_.empty() && unused.empty() && !order_.empty();
  std::printf("\n%s\n", isGood_ ? "conformant" : order_.empty() ? "no test ran" : "NOT conformant");
  std::fflush(stdout);
}

}  // namespace nexus::conformance
