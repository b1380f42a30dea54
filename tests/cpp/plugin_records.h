#pragma once

#include <nexus/system.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

/// File of a plugin that was built for the tests.
inline std::string testPlugin(const std::string& name) {
  return std::string(NEXUS_TEST_PLUGIN_DIR) + "/" + name + "/libnexus_plugin_" + name + ".so";
}

inline std::string lowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Whether a text for people says all of these words, in whatever case.
inline testing::AssertionResult says(const std::string& text, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (lowerCase(text).find(lowerCase(word)) == std::string::npos)
      return testing::AssertionFailure() << "does not say \"" << word << "\": " << text;
  }
  return testing::AssertionSuccess();
}

/// Whether there is exactly one record of that path; it is copied to `record`.
inline testing::AssertionResult hasOneRecord(const nexus::System& system, const std::string& path, nexus::PluginRecord& record) {
  std::string all;
  int found = 0;
  for (const nexus::PluginRecord& each : system.getPluginRecords()) {
    all += "\n  " + each.path + ": " + nexus::pluginStateName(each.state) + ": " + each.reason;
    if (each.path != path) continue;
    ++found;
    record = each;
  }
  if (found == 1) return testing::AssertionSuccess();
  return testing::AssertionFailure() << found << " records of " << path << "; the records are:" << all;
}
