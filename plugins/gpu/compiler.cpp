#include "compiler.h"

#include "vendor_functions.h"

#include "plugins/support/compile_cache.h"
#include "plugins/support/host.h"
#include "plugins/support/kernel_header.h"
#include "plugins/support/option_list.h"

#include <algorithm>

namespace nexus::gpu_plugin {

using plugin_support::DriverLibrary;
using plugin_support::PluginError;

namespace {

struct Compiler {
#define NEXUS_COMPILER_FUNCTION(type, name, nvrtc, hiprtc, parameters) type(*name) parameters = nullptr;
#include "compiler_table.h"
#undef NEXUS_COMPILER_FUNCTION
  std::string description;  ///< which, and its version
};

/// Opened once; a process that could not open it may install one and try again.
const Compiler& openCompiler(const CompilerTraits& traits) {
  static std::mutex mutex;
  static std::optional<Compiler> compiler;
  std::lock_guard lock(mutex);
  if (compiler) return *compiler;
  DriverLibrary library;
  if (!library.open(traits.libraries))
    throw PluginError(NXS_UNAVAILABLE, std::string("there is no run-time compiler for ") + Vendor::driverName + "; " +
                                           traits.remedy + " (" + library.reason() + ")");
  Compiler found;
#define NEXUS_COMPILER_FUNCTION(type, name, nvrtc, hiprtc, parameters) \
  library.resolve(found.name, NEXUS_GPU_SYMBOL(nvrtc, hiprtc), plugin_support::REQUIRED);
#include "compiler_table.h"
#undef NEXUS_COMPILER_FUNCTION
  library.requireComplete();
  int major = 0, minor = 0;
  found.version(&major, &minor);
  found.description =
      library.name().substr(library.name().find_last_of('/') + 1) + " " + std::to_string(major) + "." + std::to_string(minor);
  return compiler.emplace(found);
}

bool namesArchitecture(const std::string& option) {
  return option.starts_with("-arch") || option.starts_with("--gpu-architecture") || option.starts_with("--offload-arch");
}

std::string compileWith(const Compiler& compiler, Device& device, const std::string& text, const std::string& name,
                        const std::vector<std::string>& options) {
  std::vector<const char*> pointers;
  for (const std::string& option : options) pointers.push_back(option.c_str());
  const auto checkCompiler = [&](Result result, const char* what) {
    if (result != success) throw PluginError(NXS_INTERNAL, std::string(what) + ": " + compiler.errorText(result), result);
  };
  struct Owner {
    const Compiler& compiler;
    ProgramHandle program = nullptr;
    ~Owner() {
      if (program) compiler.destroy(&program);
    }
  } owner{compiler};
  checkCompiler(compiler.create(&owner.program, text.c_str(), name.c_str(), 0, nullptr, nullptr), "cannot start the compiler");
  const Result result = compiler.compile(owner.program, static_cast<int>(pointers.size()), pointers.data());
  if (result != success) {
    std::size_t size = 0;
    std::string messages;
    if (compiler.logSize(owner.program, &size) == success && size > 1) {
      messages.resize(size);
      if (compiler.log(owner.program, messages.data()) != success) messages.clear();
      while (!messages.empty() && (messages.back() == '\0' || messages.back() == '\n')) messages.pop_back();
    }
    throw PluginError(
        NXS_COMPILE_FAILED,
        "the kernels do not compile for " + device.architecture() + " (" + compiler.errorText(result) + "):\n" + messages, result);
  }
  std::size_t size = 0;
  checkCompiler(compiler.codeSize(owner.program, &size), "the compiler gives no binary");
  std::string code(size, '\0');
  checkCompiler(compiler.code(owner.program, code.data()), "the compiler gives no binary");
  if (code.empty())
    throw PluginError(
        NXS_COMPILE_FAILED,
        "the compiler gave no binary: the options name a virtual architecture, name a real one like " + device.architecture());
  return code;
}

}  // namespace

std::string compile(Device& device, const std::string& language, const std::string& source, const std::string& name,
                    const std::string& optionText) {
  if (language != Vendor::language && language != "nexus")
    throw PluginError(NXS_UNSUPPORTED, device.title() + " has no compiler for language '" + language + "'; it takes '" +
                                           Vendor::language + "', 'nexus'" + (Vendor::takesPtx ? " and 'ptx'" : ""));
  const CompilerTraits traits = compilerTraits(device.architecture());
  const Compiler& compiler = openCompiler(traits);

  std::vector<std::string> options = plugin_support::splitOptions(optionText);
  const bool isTargeted = std::any_of(options.begin(), options.end(), namesArchitecture);
  for (const std::string& option : traits.options)
    if (!isTargeted || !namesArchitecture(option)) options.push_back(option);
  const std::string text = language == "nexus" ? plugin_support::withKernelHeader(source, name) : source;

  const plugin_support::CompileKey key = {
      Vendor::runtimeName, language, device.architecture(), compiler.description, plugin_support::joinOptions(options), text};
  static const auto cache = plugin_support::CompileCache::fromEnvironment(plugin_support::log);
  if (std::optional<std::string> known = cache.lookup(key)) return std::move(*known);
  std::string code = compileWith(compiler, device, text, name, options);
  cache.store(key, code);
  return code;
}

}  // namespace nexus::gpu_plugin
