#include "source_compiler.h"

#include "child_process.h"
#include "compiler_search.h"
#include "embedded_headers.h"
#include "kernel_rewriter.h"

#include "plugins/support/failed_sources.h"
#include "plugins/support/kernel_header.h"
#include "plugins/support/option_list.h"
#include "plugins/support/plugin_error.h"
#include "plugins/support/sha256.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace nexus::cpu_plugin {

using plugin_support::CompileCache;
using plugin_support::CompileKey;
using plugin_support::PluginError;

namespace {

namespace fs = std::filesystem;

struct Language {
  const char* name;
  const char* option;    // for -x
  const char* standard;  // for -std
  bool isPortable;       // as nexus/kernel.h says, which need not be included
};
constexpr Language languages[] = {{"nexus", "c++", "c++20", true}, {"c++", "c++", "c++20", false}, {"c", "c", "c11", false}};

const Language& findLanguage(std::string_view name) {
  for (const Language& language : languages)
    if (language.name == name) return language;
  throw PluginError(NXS_INVALID_ARGUMENT, "the language '" + std::string(name) + "' is not known; expected nexus, c++ or c");
}

std::string readFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

void writeFile(const fs::path& path, std::string_view contents) {
  std::ofstream file(path, std::ios::binary);
  file << contents;
  file.close();
  if (!file)
    throw PluginError(NXS_UNAVAILABLE, "cannot write '" + path.string() + "'; is the disk full? TMPDIR names another folder");
}

/// Folder for the files of one compilation; removed in the end unless it is kept.
class WorkFolder {
 public:
  WorkFolder() {
    std::error_code error;
    fs::path base = fs::temp_directory_path(error);
    if (error) base = "/tmp";
    std::string name = (base / "nexus-compile-XXXXXX").string();
    if (!mkdtemp(name.data()))
      throw PluginError(NXS_UNAVAILABLE,
                        "cannot make a folder '" + name + "': " + std::strerror(errno) + "; TMPDIR names another place", errno);
    path_ = name;
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  ~WorkFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }
  /// Leaves the files where the user finds them: in the cache, so that the same failure is not kept twice, or where they are.
  /// Returns the folder.
  fs::path keep(const std::string& cacheFolder, const std::string& digest) {
    fs::path from = std::exchange(path_, fs::path());
    if (cacheFolder.empty()) return from;
    const fs::path failures = fs::path(cacheFolder) / "failed";
    fs::path to = failures / digest.substr(0, 16);
    std::error_code error;
    fs::create_directories(failures, error);
    fs::remove_all(to, error);
    fs::copy(from, to, fs::copy_options::recursive, error);
    if (error) return from;
    fs::remove_all(from, error);
    plugin_support::forgetOldestFailures(cacheFolder);
    return to;
  }

 private:
  fs::path path_;
};

/// Headers that a text included, other than the system's. A cached program is right only as long as they have not changed.
///
/// In the cache, before the program: for each its checksum, a blank, its path and a line end; then an empty line.
struct IncludedFiles {
  /// From a file of rules for make, as -MMD writes it. `own`: the folder of the compilation, whose files do not count.
  static std::string describe(const std::string& rules, const fs::path& own) {
    std::string text, path;
    const auto add = [&] {
      if (!path.empty() && path.back() != ':' && !fs::path(path).string().starts_with(own.string()))
        text += plugin_support::sha256(readFile(path)) + " " + fs::absolute(path).string() + "\n";
      path.clear();
    };
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const char next = i + 1 < rules.size() ? rules[i + 1] : '\0';
      if ((rules[i] == '\\' && (next == ' ' || next == '#')) || (rules[i] == '$' && next == '$'))
        path += rules[++i];
      else if (rules[i] == '\\' && next == '\n')
        add(), ++i;
      else if (rules[i] == ' ' || rules[i] == '\n')
        add();
      else
        path += rules[i];
    }
    add();
    return text + "\n";
  }

  /// The program behind the description, or nothing if a file has changed.
  static std::optional<std::string> check(const std::string& entry) {
    std::string_view rest = entry;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      if (line.empty()) return std::string(rest);
      const std::size_t blank = line.find(' ');
      if (blank == std::string_view::npos || plugin_support::sha256(readFile(line.substr(blank + 1))) != line.substr(0, blank))
        return {};
    }
    return {};
  }
};

/// A file name for a text that may be called anything.
std::string fileName(std::string_view name) {
  std::string result(name.substr(name.find_last_of('/') + 1));
  for (char& c : result)
    if (std::string_view("\"\\\n\r").find(c) != std::string_view::npos) c = '_';
  return result.empty() || result[0] == '.' || result[0] == '-' ? "kernel" : result.substr(0, 200);
}

std::string replaceAll(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
  return text;
}

}  // namespace

std::string SourceCompiler::compile(const nxs_library_desc& desc, CompileCache::Log log) const {
  const Language& language = findLanguage(desc.language);
  const std::string_view source(static_cast<const char*>(desc.data), desc.size);
  const bool hasName = desc.struct_size > offsetof(nxs_library_desc, name) && desc.name && *desc.name;
  const std::string name = hasName ? desc.name : "kernel";
  const Compiler compiler = findCompiler();

  std::vector<std::string> options{"-x",
                                   language.option,
                                   std::string("-std=") + language.standard,
                                   "-O3",
                                   "-march=native",
                                   "-fno-math-errno",
                                   "-fno-trapping-math",
                                   "-shared",
                                   "-fPIC",
                                   "-Wl,-Bsymbolic"};
  if (language.isPortable) options.insert(options.end(), {"-fvisibility=hidden", "-fvisibility-inlines-hidden"});
  for (std::string& option : plugin_support::splitOptions(desc.options ? desc.options : "")) options.push_back(std::move(option));

  const RewrittenText rewritten = language.isPortable
                                      ? rewriteKernels(source, plugin_support::splitOptions(desc.options ? desc.options : ""))
                                      : RewrittenText();
  const std::string_view header = plugin_support::kernelHeader();
  const CompileKey key{"cpu",
                       language.name,
                       target_,
                       compiler.identity,
                       plugin_support::joinOptions(options),
                       std::string(header) + std::string(cpuKernelHeader()) + name + "\n" + std::string(source) + rewritten.text};
  const CompileCache cache = CompileCache::fromEnvironment(log);
  if (const auto entry = cache.lookup(key))
    if (auto program = IncludedFiles::check(*entry)) return *program;

  WorkFolder work;
  // In a folder of its own, so that its name cannot be that of another file here.
  const fs::path text = work.path() / "text" / fileName(name);
  fs::path input = text;
  fs::create_directory(text.parent_path());
  fs::create_directory(work.path() / "nexus");
  writeFile(work.path() / "nexus" / "kernel.h", header);
  writeFile(work.path() / "nexus" / "cpu_kernel.h", cpuKernelHeader());
  writeFile(text, source);
  if (language.isPortable) input = work.path() / "input.cpp";
  std::vector<std::string> command = compiler.command;
  command.insert(command.end(), options.begin(), options.end());
  command.insert(command.end(), {"-I", work.path().string(), "-MMD", "-MF", (work.path() / "included").string(), "-o",
                                 (work.path() / "kernels.so").string(), input.string()});
  const fs::path output = work.path() / "messages";
  for (const std::string& note : rewritten.notes) log(NXS_LOG_INFO, (name + ": " + note).c_str());
  bool isRewritten = false;
  if (!rewritten.text.empty()) {
    writeFile(input, plugin_support::withKernelHeader(rewritten.text, "rewritten.cpp"));
    isRewritten = runProgram(command, output.string()).empty();
    if (!isRewritten)
      log(NXS_LOG_INFO,
          (name + ": compiled as it is, which may run slower: what was made of its kernels does not compile").c_str());
  }
  std::string failure;
  if (!isRewritten) {
    // The compiler shows the lines of the file that #line names.
    if (language.isPortable) writeFile(input, plugin_support::withKernelHeader(source, text.string()));
    failure = runProgram(command, output.string());
  }
  std::error_code missing;
  if (!failure.empty() || fs::file_size(work.path() / "kernels.so", missing) == 0 || missing) {
    const std::string messages = replaceAll(readFile(output), text.string(), name);
    const std::string before = work.path().string();
    const std::string folder = work.keep(cache.folder(), key.digest()).string();
    throw PluginError(NXS_COMPILE_FAILED,
                      std::string(language.name) + " text '" + name +
                          "': " + (failure.empty() ? "the compiler wrote no file" : "the compiler ended with " + failure) + "\n" +
                          messages + "command: " + replaceAll(plugin_support::joinOptions(command), before, folder) +
                          "\nkept in: " + folder);
  }
  std::string program = readFile(work.path() / "kernels.so");
  cache.store(key, IncludedFiles::describe(readFile(work.path() / "included"), work.path()) + program);
  return program;
}

}  // namespace nexus::cpu_plugin
