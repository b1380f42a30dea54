#include "compiler.h"
#include "kernel.h"
#include "vendor_functions.h"

#include "plugins/support/parameter_list.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace gpu = nexus::gpu_plugin;
using gpu::driver;
using nexus::plugin_support::PluginError;

namespace {

// CUfunction_attribute and hipFunction_attribute agree.
constexpr int maxThreadsAttribute = 0, sharedBytesAttribute = 1, maxDynamicSharedAttribute = 8;
// What every device gives without being asked.
constexpr std::uint64_t sharedWithoutAsking = 48 << 10;

int functionAttribute(gpu::FunctionHandle function, int attribute) {
  int value = 0;
  gpu::check(driver.functionAttribute(&value, attribute, function), "cannot read an attribute of a kernel");
  return value;
}

std::string readFile(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    throw PluginError(NXS_UNAVAILABLE,
                      "'" + path + "' " + (std::filesystem::exists(path, error) ? "is not a regular file" : "does not exist"));
  std::ifstream file(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) throw PluginError(NXS_UNAVAILABLE, "'" + path + "' cannot be read");
  return content;
}

}  // namespace

nxs_kernel::nxs_kernel(gpu::Device& owner, gpu::FunctionHandle function, const std::string* ownName)
    : device(owner), handle(function), name(ownName) {
  staticShared = static_cast<std::uint64_t>(functionAttribute(handle, sharedBytesAttribute));
  maxThreads = static_cast<std::uint32_t>(functionAttribute(handle, maxThreadsAttribute));
  allowedShared = sharedWithoutAsking - std::min(sharedWithoutAsking, staticShared);
}

void nxs_kernel::allowShared(std::uint64_t bytes) {
  if (driver.functionSetAttribute) {
    const gpu::ContextScope scope(device.context());
    device.check(driver.functionSetAttribute(handle, maxDynamicSharedAttribute, static_cast<int>(bytes)),
                 "cannot get so much shared memory");
  }
  allowedShared = bytes;
}

void nxs_kernel::info(nxs_kernel_info& result) const noexcept {
  nxs_kernel_info known = {};
  known.struct_size = result.struct_size;
  known.name = name->c_str();
  known.has_arguments = hasArguments;
  known.argument_count = static_cast<std::uint32_t>(arguments.size());
  known.arguments = arguments.data();
  known.shared_bytes = staticShared;
  known.max_threads_per_block = maxThreads;
  std::memcpy(&result, &known, std::min(result.struct_size, sizeof known));
}

nxs_library::nxs_library(gpu::Device& device, const nxs_library_desc& desc) : device_(device) {
  origin_ = desc.path ? "'" + std::string(desc.path) + "'" : desc.language ? "the source" : "the library from memory";
  const bool hasName = desc.struct_size >= offsetof(nxs_library_desc, name) + sizeof desc.name && desc.name;
  const std::string name = hasName ? desc.name : "kernels";
  image_ = desc.path ? readFile(desc.path) : std::string(static_cast<const char*>(desc.data), desc.size);
  const std::string language = desc.language ? desc.language : "";
  if (!language.empty() && !(gpu::Vendor::takesPtx && language == "ptx"))
    image_ = gpu::compile(device, language, image_, name, desc.options ? desc.options : "");
  load();
}

void nxs_library::load() {
  if (const std::string fault = gpu::findImageFault(image_); !fault.empty())
    throw PluginError(NXS_INVALID_ARGUMENT,
                      origin_ + " is no " + gpu::Vendor::driverName + " binary for " + device_.architecture() + ": " + fault);
  const gpu::ContextScope scope(device_.context());
  device_.throwIfLost();
  // CU_JIT_ERROR_LOG_BUFFER and its size; the image is a string that ends in NUL, as PTX must.
  constexpr int errorLog = 5, errorLogSize = 6;
  char log[8192] = "";
  int options[] = {errorLog, errorLogSize};
  void* values[] = {log, reinterpret_cast<void*>(std::uintptr_t{sizeof log})};
  const gpu::Result result = driver.moduleLoad(&module_, image_.c_str(), gpu::Vendor::hasLoaderLog ? 2 : 0, options, values);
  if (result == gpu::success) return;
  const nxs_status status = gpu::statusOf(result);
  if (status != NXS_INVALID_ARGUMENT && status != NXS_COMPILE_FAILED) device_.check(result, "cannot load a module");
  throw PluginError(status,
                    "the driver does not load " + origin_ + " on " + device_.title() + ", which needs code for " +
                        device_.architecture() + ": " + driver.describe(result) + (log[0] ? std::string("\n") + log : ""),
                    result);
}

nxs_library::~nxs_library() {
  try {
    const gpu::ContextScope scope(device_.context());
    driver.moduleUnload(module_);
  } catch (const PluginError&) {
    // The context is gone, and the module with it.
  }
}

namespace {

/// Reads a variable of the module that nexus/kernel.h has put beside a kernel; "" if there is none, which some drivers call an invalid value.
std::string readVariable(gpu::Device& device, gpu::ModuleHandle module, const std::string& name) {
  gpu::Address address = 0;
  std::size_t size = 0;
  const gpu::Result found = driver.moduleGlobal(&address, &size, module, name.c_str());
  if (found == gpu::notFound || found == gpu::invalidValue) return "";
  device.check(found, "cannot find what a module says of its kernels");
  std::string content(size, '\0');
  const gpu::StreamHandle stream = device.housekeeping();
  device.check(driver.copyToHost(content.data(), address, size, stream), "cannot read what a module says of its kernels");
  device.check(driver.streamSynchronize(stream), "cannot read what a module says of its kernels");
  return content;
}

/// What nexus/kernel.h says of the arguments. Returns false if the kernel was not written with it.
bool readPortableArguments(nxs_kernel& kernel, gpu::ModuleHandle module) {
  const std::string table = readVariable(kernel.device, module, "nx_arguments_" + *kernel.name);
  std::vector<std::uint32_t> numbers(table.size() / sizeof(std::uint32_t));
  if (numbers.empty()) return false;
  std::memcpy(numbers.data(), table.data(), numbers.size() * sizeof(std::uint32_t));
  if (numbers.size() < 1 + 4 * std::size_t{numbers[0]}) return false;
  std::string text = readVariable(kernel.device, module, "nx_parameters_" + *kernel.name);
  text.resize(std::strlen(text.c_str()));
  const auto parameters = nexus::plugin_support::parseParameterList(text);
  for (std::uint32_t i = 0; i < numbers[0]; ++i) {
    const std::uint32_t* row = &numbers[1 + 4 * i];
    std::uint32_t access = row[3];
    if (i < parameters.size() && parameters[i].macro == "NX_OUT") access = NXS_ACCESS_WRITE;
    kernel.argumentNames.push_back(i < parameters.size() ? parameters[i].name : "");
    kernel.arguments.push_back({nullptr, row[0], row[1], row[2], access});
  }
  for (std::size_t i = 0; i < kernel.arguments.size(); ++i)
    if (!kernel.argumentNames[i].empty()) kernel.arguments[i].name = kernel.argumentNames[i].c_str();
  return true;
}

}  // namespace

nxs_kernel* nxs_library::find(const std::string& name) {
  std::lock_guard lock(mutex_);
  if (const auto known = kernels_.find(name); known != kernels_.end()) return known->second.get();
  if (name.empty() || name.find('\0') != std::string::npos) return nullptr;
  const gpu::ContextScope scope(device_.context());
  gpu::FunctionHandle function = nullptr;
  const gpu::Result result = driver.moduleFunction(&function, module_, name.c_str());
  if (result == gpu::notFound) return nullptr;
  device_.check(result, "cannot get a kernel");
  auto kernel = std::make_unique<nxs_kernel>(device_, function, device_.intern(name));
  kernel->hasArguments = readPortableArguments(*kernel, module_);
  if (!kernel->hasArguments) {
    if (const auto sizes = gpu::parameterSizes(function, name, image_)) {
      kernel->hasArguments = true;
      // Number and sizes are known, kinds are not: what has the size of an address may be a buffer.
      for (const std::size_t size : *sizes)
        kernel->arguments.push_back(
            {nullptr, NXS_ARGUMENT_UNKNOWN, NXS_DTYPE_UNKNOWN, static_cast<std::uint32_t>(size), NXS_ACCESS_UNKNOWN});
    }
  }
  return (kernels_[name] = std::move(kernel)).get();
}

const std::vector<std::string>& nxs_library::names() {
  std::lock_guard lock(mutex_);
  if (!names_) {
    const gpu::ContextScope scope(device_.context());
    names_ = gpu::listFunctions(module_, image_);
    std::sort(names_->begin(), names_->end());
  }
  return *names_;
}

std::size_t nxs_library::kernelCount() { return names().size(); }

nxs_kernel& nxs_library::kernelAt(std::size_t index) {
  nxs_kernel* const kernel = find(names()[index]);
  if (!kernel) throw PluginError(NXS_INTERNAL, origin_ + " lists a kernel '" + names()[index] + "' that the driver does not find");
  return *kernel;
}
