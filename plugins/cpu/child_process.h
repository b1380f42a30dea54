#pragma once

#include <optional>
#include <string>
#include <vector>

namespace nexus::cpu_plugin {

/// Path of a program: `name` itself if it contains a '/', otherwise as found on PATH. Nothing if there is no such executable file.
std::optional<std::string> findProgram(const std::string& name);

/// Runs a program and waits for its end. What it writes to its outputs goes to a file. Returns "" if it exits with 0, otherwise how
/// it ended
/// ("exit status 1", "killed by signal 9"). Throws PluginError (unavailable) if it cannot be started.
std::string runProgram(const std::vector<std::string>& command, const std::string& outputFile);

}  // namespace nexus::cpu_plugin
