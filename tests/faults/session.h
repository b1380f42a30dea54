#pragma once

#include <nexus/device.h>

#include <functional>
#include <string>

/// Loads tests/kernels/basic.cpp.
using LibraryLoader = std::function<nexus::Library(const nexus::Device&)>;
/// What was built for the CPU.
nexus::Library loadForCpu(const nexus::Device& device);

/// What a program does with one device, from loading the plugin to dropping everything. Throws what Nexus throws, and std::logic_error if
/// something did not fail but came out wrong.
void runSession(const std::string& pluginPath, const std::string& deviceId, const LibraryLoader& load = loadForCpu);

/// Work of two devices that wait for each other.
void runTwoDevices(const nexus::Device& first, const nexus::Device& second);
