#include "compiler_search.h"

#include "child_process.h"

#include "plugins/support/option_list.h"
#include "plugins/support/plugin_error.h"

#include <dlfcn.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

namespace nexus::cpu_plugin {

using plugin_support::PluginError;

namespace {

namespace fs = std::filesystem;

std::string identityOf(const std::vector<std::string>& command) {
  std::error_code error;
  const fs::path program = fs::canonical(command[0], error);
  struct stat facts{};
  stat(program.c_str(), &facts);
  // Also the given path: names such as g++ and gcc, which may be the same file, decide what it does.
  return plugin_support::joinOptions(command) + " = " + program.string() + ", " + std::to_string(facts.st_size) +
         " bytes, modified " + std::to_string(facts.st_mtim.tv_sec) + "." + std::to_string(facts.st_mtim.tv_nsec);
}

Compiler withProgram(std::vector<std::string> command) {
  std::string identity = identityOf(command);
  return {std::move(command), std::move(identity)};
}

/// zig of the Python package `ziglang`: beside the package that this plugin is a part of.
std::string zigOfPythonPackage() {
  Dl_info info{};
  if (!dladdr(reinterpret_cast<const void*>(&findCompiler), &info) || !info.dli_fname) return "";
  // <site-packages>/nexus/lib/libnexus_plugin_cpu.so
  return (fs::path(info.dli_fname).parent_path().parent_path().parent_path() / "ziglang" / "zig").string();
}

}  // namespace

Compiler findCompiler() {
  if (const char* chosen = std::getenv("NEXUS_CXX"); chosen && *chosen) {
    std::vector<std::string> command = plugin_support::splitOptions(chosen);
    const auto program = command.empty() ? std::nullopt : findProgram(command[0]);
    if (!program)
      throw PluginError(NXS_UNAVAILABLE,
                        "NEXUS_CXX is '" + std::string(chosen) + "', but there is no such program; correct or unset it");
    command[0] = *program;
    return withProgram(std::move(command));
  }
  for (const char* name : {"c++", "g++", "clang++"})
    if (const auto program = findProgram(name)) return withProgram({*program});
  for (const std::string& name : {std::string("zig"), zigOfPythonPackage()})
    if (const auto program = name.empty() ? std::nullopt : findProgram(name)) return withProgram({*program, "c++"});
  throw PluginError(
      NXS_UNAVAILABLE,
      "there is no C++ compiler: looked for c++, g++, clang++ and zig on PATH and for the Python package ziglang; install "
      "one (apt-get install g++, or pip install 'nexus-device[compiler]'), or set NEXUS_CXX to the command of one");
}

}  // namespace nexus::cpu_plugin
