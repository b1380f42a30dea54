#include "library.h"

#include "plugins/support/compile_cache.h"
#include "plugins/support/failed_sources.h"
#include "plugins/support/kernel_header.h"
#include "plugins/support/option_list.h"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace nexus::opencl;
using nexus::plugin_support::PluginError;
using CacheLog = nexus::plugin_support::CompileCache::Log;

namespace {

constexpr const char* argumentInfoOption = "-cl-kernel-arg-info";

std::string readFile(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw PluginError(NXS_UNAVAILABLE, "'" + path + "' does not exist");
  if (!std::filesystem::is_regular_file(status)) throw PluginError(NXS_INVALID_ARGUMENT, "'" + path + "' is no regular file");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw PluginError(NXS_UNAVAILABLE, "'" + path + "' cannot be read");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool isSpirv(std::string_view binary) {
  constexpr std::string_view little("\x03\x02\x23\x07", 4), big("\x07\x23\x02\x03", 4);
  return binary.starts_with(little) || binary.starts_with(big);
}

/// What a message calls a binary.
std::string origin(const nxs_library_desc& desc) {
  return desc.path ? "'" + std::string(desc.path) + "'" : std::string("the given bytes");
}

/// A text to compile, in the driver's own language.
struct Source {
  std::string name, language, text;
  std::string given;  // as the user wrote it

  Source(const nxs_library_desc& desc, std::string contents)
      : name(nameOf(desc)), language(desc.language), given(std::move(contents)) {
    if (language == "opencl")
      text = given;
    else if (language == "nexus")
      text = nexus::plugin_support::withKernelHeader(given, name);
    else
      throw PluginError(NXS_INVALID_ARGUMENT, "the language '" + language + "' is not known; expected nexus or opencl");
  }

 private:
  static std::string nameOf(const nxs_library_desc& desc) {
    const bool hasName = desc.struct_size >= offsetof(nxs_library_desc, name) + sizeof desc.name && desc.name;
    return hasName ? desc.name : desc.path ? desc.path : "source";
  }
};

/// Options in the form in which drivers take them apart.
std::string driverOptions(const char* options) {
  std::string text = argumentInfoOption;
  for (const std::string& option : nexus::plugin_support::splitOptions(options ? options : "")) {
    const bool needsQuotes = option.find_first_of(" \t") != std::string::npos;
    text += needsQuotes ? " \"" + option + "\"" : " " + option;
  }
  return text;
}

Program createFromSource(const DeviceContext& context, const Source& source) {
  if (!context.facts.hasCompiler)
    throw PluginError(NXS_UNSUPPORTED,
                      "the driver of '" + context.facts.name + "' has no compiler; load a binary that was built for it");
  const char* text = source.text.c_str();
  const std::size_t size = source.text.size();
  cl_int error = COMPLETE;
  Program program(api().clCreateProgramWithSource(context.context.get(), 1, &text, &size, &error));
  check(error, "cannot make a program from source");
  return program;
}

Program createFromBinary(const DeviceContext& context, const nxs_library_desc& desc, const std::string& binary) {
  const DeviceFacts& facts = context.facts;
  if (binary.empty()) throw PluginError(NXS_INVALID_ARGUMENT, origin(desc) + ": there are no bytes");
  cl_int error = COMPLETE;
  if (isSpirv(binary)) {
    if (!facts.takesSpirv)
      throw PluginError(NXS_UNSUPPORTED, origin(desc) + " is SPIR-V, which '" + facts.name + "' of " + context.platform.name +
                                             " does not take; give it OpenCL C source");
    Program program(api().clCreateProgramWithIL(context.context.get(), binary.data(), binary.size(), &error));
    check(error, [&] { return origin(desc) + ": '" + facts.name + "' refuses the SPIR-V"; });
    return program;
  }
  const std::size_t size = binary.size();
  const auto* bytes = reinterpret_cast<const unsigned char*>(binary.data());
  cl_int status = COMPLETE;
  Program program(api().clCreateProgramWithBinary(context.context.get(), 1, &facts.device, &size, &bytes, &status, &error));
  if (error == COMPLETE) error = status;
  if (error != COMPLETE)
    throw PluginError(NXS_INVALID_ARGUMENT,
                      origin(desc) + " is no program that '" + facts.name + "' of " + context.platform.name + " takes (" +
                          errorName(error) + "); a binary fits the driver and device only that made it, source and SPIR-V travel",
                      error);
  return program;
}

std::string buildLog(cl_program program, cl_device_id device) {
  std::size_t size = 0;
  if (api().clGetProgramBuildInfo(program, device, static_cast<cl_uint>(PROGRAM_BUILD_LOG), 0, nullptr, &size) != COMPLETE)
    return "";
  std::string log(size, '\0');
  if (api().clGetProgramBuildInfo(program, device, static_cast<cl_uint>(PROGRAM_BUILD_LOG), size, log.data(), nullptr) != COMPLETE)
    return "";
  return log.c_str();
}

/// Returns what went wrong, with the driver's words; "" if nothing did.
std::string build(cl_program program, const DeviceContext& context, const std::string& options, cl_int& error) {
  const cl_device_id device = context.facts.device;
  error = api().clBuildProgram(program, 1, &device, options.c_str(), nullptr, nullptr);
  if (error == COMPLETE) return "";
  std::string log = buildLog(program, device);
  while (!log.empty() && log.back() == '\n') log.pop_back();
  return "'" + context.facts.name + "' of " + context.platform.name + " cannot build it (" + errorName(error) + ")" +
         (log.empty() ? "" : "\n" + log);
}

/// The kernels of a program that is built.
std::vector<KernelHandle> kernelsOf(cl_program program) {
  cl_uint count = 0;
  check(api().clCreateKernelsInProgram(program, 0, nullptr, &count), "cannot count the kernels of a program");
  std::vector<cl_kernel> handles(count);
  if (count > 0)
    check(api().clCreateKernelsInProgram(program, count, handles.data(), nullptr), "cannot list the kernels of a program");
  std::vector<KernelHandle> owned;
  for (cl_kernel handle : handles) owned.emplace_back(handle);
  return owned;
}

/// Some drivers forget the arguments when a program becomes a binary.
bool describesArguments(cl_program program) {
  for (const KernelHandle& kernel : kernelsOf(program)) {
    cl_uint count = 0, space = 0;
    check(api().clGetKernelInfo(kernel.get(), static_cast<cl_uint>(KERNEL_NUM_ARGS), sizeof count, &count, nullptr),
          "cannot count the arguments of a kernel");
    if (count > 0 && api().clGetKernelArgInfo(kernel.get(), 0, static_cast<cl_uint>(KERNEL_ARG_ADDRESS_QUALIFIER), sizeof space,
                                              &space, nullptr) != COMPLETE)
      return false;
  }
  return true;
}

/// A program that was compiled before; an empty one if it must be compiled again.
Program fromCache(const DeviceContext& context, const std::string& binary, const std::string& options) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(binary.data());
  const std::size_t size = binary.size();
  const cl_device_id device = context.facts.device;
  cl_int status = COMPLETE, error = COMPLETE;
  Program program(api().clCreateProgramWithBinary(context.context.get(), 1, &device, &size, &bytes, &status, &error));
  if (error != COMPLETE || status != COMPLETE) return Program();
  if (!build(program.get(), context, options, error).empty() || !describesArguments(program.get())) return Program();
  return program;
}

/// "" if the driver does not give it.
std::string binaryOf(cl_program program) {
  std::size_t size = 0;
  if (api().clGetProgramInfo(program, static_cast<cl_uint>(PROGRAM_BINARY_SIZES), sizeof size, &size, nullptr) != COMPLETE)
    return "";
  std::string binary(size, '\0');
  char* bytes = binary.data();
  if (api().clGetProgramInfo(program, static_cast<cl_uint>(PROGRAM_BINARIES), sizeof bytes, &bytes, nullptr) != COMPLETE) return "";
  return binary;
}

/// Whether a text includes files, whose contents the key of the cache does not know.
bool includesFiles(std::string_view text) {
  for (std::size_t at = 0; (at = text.find("include", at)) != std::string_view::npos; ++at) {
    const std::size_t start = text.find_last_not_of(" \t", at == 0 ? 0 : at - 1);
    const bool isDirective = start != std::string_view::npos && text[start] == '#';
    if (isDirective && !text.substr(at).starts_with("include <nexus/kernel.h>")) return true;
  }
  return false;
}

Program compile(const DeviceContext& context, const Source& source, const std::string& options, CacheLog log) {
  const DeviceFacts& facts = context.facts;
  const auto cache = nexus::plugin_support::CompileCache::fromEnvironment(log);
  const nexus::plugin_support::CompileKey key = {
      "opencl", source.language, facts.name, context.platform.name + " " + context.platform.version + " " + facts.driverVersion,
      options,  source.text};
  const bool isCached = !cache.folder().empty() && !includesFiles(source.given);
  if (isCached)
    if (const auto binary = cache.lookup(key))
      if (Program program = fromCache(context, *binary, options)) return program;

  Program program = createFromSource(context, source);
  cl_int error = COMPLETE;
  const std::string reason = build(program.get(), context, options, error);
  if (reason.empty()) {
    if (isCached)
      if (const std::string binary = binaryOf(program.get()); !binary.empty()) cache.store(key, binary);
    return program;
  }
  const std::string kept = nexus::plugin_support::keepFailedSource(cache.folder(), key.digest(), source.name, ".cl", source.given);
  throw PluginError(NXS_COMPILE_FAILED,
                    source.language + " text '" + source.name + "': " + reason + "\noptions: " + options +
                        (kept.empty() ? "" : "\nkept in: " + kept),
                    error);
}

}  // namespace

nxs_library::nxs_library(const DeviceContext& context, const nxs_library_desc& desc, CacheLog log) {
  std::string contents = desc.path ? readFile(desc.path) : std::string(static_cast<const char*>(desc.data), desc.size);
  if (desc.language) {
    program_ = compile(context, Source(desc, std::move(contents)), driverOptions(desc.options), log);
  } else {
    program_ = createFromBinary(context, desc, contents);
    cl_int error = COMPLETE;
    const std::string reason = build(program_.get(), context, driverOptions(desc.options), error);
    if (!reason.empty()) throw PluginError(NXS_INVALID_ARGUMENT, origin(desc) + ": " + reason, error);
  }

  for (KernelHandle& handle : kernelsOf(program_.get()))
    kernels_.push_back(std::make_unique<nxs_kernel>(context, program_.get(), std::move(handle)));
}

nxs_kernel* nxs_library::find(std::string_view name) const noexcept {
  for (const auto& kernel : kernels_)
    if (kernel->name() == name) return kernel.get();
  return nullptr;
}
