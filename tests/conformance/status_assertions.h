#pragma once

#include "host_services.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>

namespace nexus::conformance {

/// For EXPECT_TRUE and ASSERT_TRUE: names the status and repeats the plugin's words.
inline testing::AssertionResult succeeded(nxs_status status) {
  if (status == NXS_SUCCESS) return testing::AssertionSuccess();
  return testing::AssertionFailure() << statusName(status) << ": " << reportedError().message;
}

/// Whether a call fails with one of these statuses and says why through set_error, as every failing entry must unless plugin.h
/// excepts it.
template <class Call>
testing::AssertionResult failsWith(std::initializer_list<nxs_status> expected, Call&& call) {
  reportedError() = {};
  const nxs_status status = call();
  const ReportedError& error = reportedError();
  if (std::find(expected.begin(), expected.end(), status) == expected.end()) {
    auto failure = testing::AssertionFailure() << "it returned " << statusName(status) << " (" << error.message << ") instead of ";
    for (const nxs_status one : expected) failure << statusName(one) << ' ';
    return failure;
  }
  if (error.count == 0) return testing::AssertionFailure() << statusName(status) << " was returned without a call of set_error";
  if (error.status != status)
    return testing::AssertionFailure() << "set_error was told " << statusName(error.status) << ", but " << statusName(status)
                                       << " was returned";
  if (error.message.empty()) return testing::AssertionFailure() << statusName(status) << " was returned with an empty message";
  return testing::AssertionSuccess();
}

template <class Call>
testing::AssertionResult failsWith(nxs_status expected, Call&& call) {
  return failsWith({expected}, std::forward<Call>(call));
}

}  // namespace nexus::conformance

#define EXPECT_OK(call) EXPECT_TRUE(::nexus::conformance::succeeded(call))
#define ASSERT_OK(call) ASSERT_TRUE(::nexus::conformance::succeeded(call))
