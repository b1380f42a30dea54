#pragma once

#include <string>
#include <vector>

/// What a program does with one device, from loading the plugin to dropping everything. Throws what Nexus throws, and std::logic_error if
/// something did not fail but came out wrong.
void runSession(const std::string& pluginPath, const std::string& deviceId);

/// Work of two devices that wait for each other; both from one system.
void runTwoDevices(const std::vector<std::string>& pluginPaths, const std::string& first, const std::string& second);
