#pragma once

#include <string>
#include <vector>

namespace nexus::gpu_plugin {

/// Folders site-packages of the Python that this process runs, if it runs one: where a library of the process, or VIRTUAL_ENV, says. PyPI packages put
/// vendors' libraries below them.
std::vector<std::string> sitePackages();

/// Paths of what `pattern` matches below one of the folders, as glob(3); the last in order of names first, so that newer versions are tried first.
std::vector<std::string> findBelow(const std::vector<std::string>& folders, const std::string& pattern);

/// The value of a variable of the environment; "" if there is none.
std::string environment(const char* name);

}  // namespace nexus::gpu_plugin
