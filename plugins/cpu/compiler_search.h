#pragma once

#include <string>
#include <vector>

namespace nexus::cpu_plugin {

/// A C++ compiler that takes the options of GCC and Clang.
struct Compiler {
  std::vector<std::string> command;  ///< program and first arguments
  /// Changes when the compiler is replaced by another version. Found without starting it.
  std::string identity;
};

/// The compiler that NEXUS_CXX names, else c++, g++, clang++ or zig from PATH, else zig of the Python package `ziglang`. Throws
/// PluginError (unavailable) with what was looked for and what to do.
Compiler findCompiler();

}  // namespace nexus::cpu_plugin
