#include "library.h"

#include "plugins/support/kernel_header.h"

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace nexus::opencl;
using nexus::plugin_support::PluginError;

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

/// What a message calls the library.
std::string origin(const nxs_library_desc& desc) {
  return desc.path ? "'" + std::string(desc.path) + "'" : std::string("the given bytes");
}

Program createFromSource(const DeviceContext& context, const std::string& source) {
  if (!context.facts.hasCompiler)
    throw PluginError(NXS_UNSUPPORTED,
                      "the driver of '" + context.facts.name + "' has no compiler; load a binary that was built for it");
  const char* text = source.c_str();
  const std::size_t size = source.size();
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

void build(cl_program program, const DeviceContext& context, const std::string& options, bool isSource) {
  const cl_device_id device = context.facts.device;
  const cl_int error = api().clBuildProgram(program, 1, &device, options.c_str(), nullptr, nullptr);
  if (error == COMPLETE) return;
  const std::string log = buildLog(program, device);
  throw PluginError(isSource ? nxs_status{NXS_COMPILE_FAILED} : nxs_status{NXS_INVALID_ARGUMENT},
                    "'" + context.facts.name + "' of " + context.platform.name + " cannot build the program with the options \"" +
                        options + "\" (" + errorName(error) + ")" + (log.empty() ? "" : ":\n" + log),
                    error);
}

/// Source in the driver's own language.
std::string sourceText(const nxs_library_desc& desc, std::string contents) {
  const std::string_view language = desc.language;
  if (language == "opencl") return contents;
  if (language == "nexus") return nexus::plugin_support::withKernelHeader(contents, desc.path ? desc.path : "source");
  throw PluginError(NXS_UNSUPPORTED, "OpenCL devices compile source in the languages \"opencl\" and \"nexus\", not \"" +
                                         std::string(language) + "\"");
}

}  // namespace

nxs_library::nxs_library(const DeviceContext& context, const nxs_library_desc& desc) {
  std::string contents = desc.path ? readFile(desc.path) : std::string(static_cast<const char*>(desc.data), desc.size);
  std::string options = desc.options ? desc.options : "";
  const bool isSource = desc.language != nullptr;
  if (isSource) {
    options += (options.empty() ? "" : " ") + std::string(argumentInfoOption);
    program_ = createFromSource(context, sourceText(desc, std::move(contents)));
  } else {
    program_ = createFromBinary(context, desc, contents);
  }
  build(program_.get(), context, options, isSource);

  cl_uint count = 0;
  check(api().clCreateKernelsInProgram(program_.get(), 0, nullptr, &count), "cannot count the kernels of a program");
  std::vector<cl_kernel> handles(count);
  if (count > 0)
    check(api().clCreateKernelsInProgram(program_.get(), count, handles.data(), nullptr), "cannot list the kernels of a program");
  std::vector<KernelHandle> owned;
  for (cl_kernel handle : handles) owned.emplace_back(handle);
  for (KernelHandle& handle : owned) kernels_.push_back(std::make_unique<nxs_kernel>(context, program_.get(), std::move(handle)));
}

nxs_kernel* nxs_library::find(std::string_view name) const noexcept {
  for (const auto& kernel : kernels_)
    if (kernel->name() == name) return kernel.get();
  return nullptr;
}
