#pragma once

#include <nexus/error.h>

#include <gtest/gtest.h>

#include <string>
#include <typeinfo>
#include <vector>

/// Whether a call throws exactly this class of error, with a message that contains all of these texts.
template <class ErrorType, class Call>
testing::AssertionResult throws(Call&& call, const std::vector<std::string>& texts) {
  try {
    call();
  } catch (const nexus::Error& e) {
    if (typeid(e) != typeid(ErrorType))
      return testing::AssertionFailure() << "threw " << nexus::statusName(e.status()) << "Error: " << e.what();
    for (const std::string& text : texts)
      if (std::string(e.what()).find(text) == std::string::npos)
        return testing::AssertionFailure() << "the message does not contain \"" << text << "\": " << e.what();
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "threw nothing";
}
