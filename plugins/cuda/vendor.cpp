#include "plugins/gpu/vendor_functions.h"

#include "plugins/gpu/image_format.h"
#include "plugins/gpu/library_folders.h"

#include <cstring>

namespace nexus::gpu_plugin {

using plugin_support::PluginError;

namespace {
int attributeOf(Ordinal ordinal, Attribute attribute) {
  int value = 0;
  check(driver.deviceAttribute(&value, static_cast<int>(attribute), ordinal), "cannot read an attribute of the device");
  return value;
}
}  // namespace

std::string vendorErrorName(Result result) {
  const char* name = nullptr;
  return driver.errorName(result, &name) == success && name ? name : "error";
}
std::string vendorErrorText(Result result) {
  const char* text = nullptr;
  return driver.errorText(result, &text) == success && text ? text : "unknown to the driver";
}

std::string architectureOf(Ordinal ordinal) {
  return "sm_" + std::to_string(attributeOf(ordinal, Attribute::computeMajor)) +
         std::to_string(attributeOf(ordinal, Attribute::computeMinor));
}

std::string interfaceVersion() {
  int version = 0;
  check(driver.driverVersion(&version), "cannot read the version of the driver");
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

Result launchWithOptions(FunctionHandle function, const LaunchShape& shape, StreamHandle stream, void** parameters) {
  if (!driver.launchConfigured)
    throw PluginError(NXS_UNSUPPORTED, "cooperative launches and clusters need a driver for CUDA 12 or later");
  LaunchAttribute attributes[2] = {};
  LaunchConfiguration configuration = {};
  for (int d = 0; d < 3; ++d) {
    configuration.grid[d] = shape.grid[d];
    configuration.block[d] = shape.block[d];
  }
  configuration.sharedBytes = shape.sharedBytes;
  configuration.stream = stream;
  configuration.attributes = attributes;
  if (shape.isCooperative) {
    LaunchAttribute& attribute = attributes[configuration.attributeCount++];
    attribute.id = cooperativeAttribute;
    attribute.value.cooperative = 1;
  }
  if (shape.cluster) {
    LaunchAttribute& attribute = attributes[configuration.attributeCount++];
    attribute.id = clusterAttribute;
    for (int d = 0; d < 3; ++d) attribute.value.cluster[d] = std::max(shape.cluster[d], 1u);
  }
  return driver.launchConfigured(&configuration, function, parameters, nullptr);
}

Result fillColumn(Address start, std::size_t pitch, unsigned value, unsigned elementSize, std::size_t height, StreamHandle stream) {
  switch (elementSize) {
    case 1: return driver.fillRows8(start, pitch, static_cast<unsigned char>(value), 1, height, stream);
    case 2: return driver.fillRows16(start, pitch, static_cast<unsigned short>(value), 1, height, stream);
    default: return driver.fillRows32(start, pitch, value, 1, height, stream);
  }
}

Result addFillNode(NodeHandle* node, GraphHandle graph, const NodeHandle* before, std::size_t beforeCount, const FillNode& fill,
                   ContextHandle context) {
  return driver.graphAddFill(node, graph, before, beforeCount, &fill, context);
}
Result setFillNode(ExecutableHandle executable, NodeHandle node, const FillNode& fill, ContextHandle context) {
  return driver.graphSetFill ? driver.graphSetFill(executable, node, &fill, context) : notSupported;
}
Result addCopyNode(NodeHandle* node, GraphHandle graph, const NodeHandle* before, std::size_t beforeCount, Address to, Address from,
                   std::size_t size, ContextHandle context) {
  constexpr int onDevice = 2;
  CopyNode copy = {};
  copy.source.memoryType = copy.destination.memoryType = onDevice;
  copy.source.device = from;
  copy.destination.device = to;
  copy.width = size;
  copy.height = copy.depth = 1;
  return driver.graphAddCopy(node, graph, before, beforeCount, &copy, context);
}
bool hasGraphFunctions() noexcept {
  return driver.graphCreate && driver.graphDestroy && driver.graphAddKernel && driver.graphInstantiate && driver.graphLaunch &&
         driver.graphExecutableDestroy && driver.graphAddFill && driver.graphAddCopy;
}

Result copyBetweenDevices(const PeerEnd& to, const PeerEnd& from, std::size_t size, StreamHandle stream) {
  return driver.copyPeer(to.address, to.context, from.address, from.context, size, stream);
}

std::vector<std::string> listFunctions(ModuleHandle module, const std::string& image) {
  std::vector<std::string> names;
  if (driver.moduleFunctionCount && driver.moduleFunctions && driver.functionName) {
    unsigned count = 0;
    check(driver.moduleFunctionCount(&count, module), "cannot list the kernels of a module");
    std::vector<FunctionHandle> functions(count);
    if (count != 0) check(driver.moduleFunctions(functions.data(), count, module), "cannot list the kernels of a module");
    for (const FunctionHandle function : functions) {
      const char* name = nullptr;
      check(driver.functionName(&name, function), "cannot read the name of a kernel");
      names.emplace_back(name);
    }
    return names;
  }
  // A cubin has its kernels as functions that others can see; fatbin and PTX tell nothing to a driver that is so old.
  if (isElf(image)) names = listElfFunctions(image);
  return names;
}

std::optional<std::vector<std::size_t>> parameterSizes(FunctionHandle function, const std::string&, const std::string&) {
  if (!driver.functionParameter) return std::nullopt;
  std::vector<std::size_t> sizes;
  for (std::size_t offset = 0, size = 0; driver.functionParameter(function, sizes.size(), &offset, &size) == success;)
    sizes.push_back(size);
  return sizes;
}

std::string findImageFault(const std::string& image) {
  if (isElf(image)) return findElfFault(image);
  constexpr std::uint32_t fatbinMagic = 0xba55ed50;
  struct {
    std::uint32_t magic;
    std::uint16_t version, headerSize;
    std::uint64_t size;
  } fatbin;
  if (image.size() >= sizeof fatbin) {
    std::memcpy(&fatbin, image.data(), sizeof fatbin);
    if (fatbin.magic == fatbinMagic)
      return fatbin.size <= image.size() - std::min<std::size_t>(image.size(), fatbin.headerSize) ? "" : "the fatbin is truncated";
  }
  // PTX begins with comments, white space and a version.
  if (image.find('\0') == std::string::npos && image.find(".version") != std::string::npos &&
      image.find(".target") != std::string::npos)
    return "";
  return "it is neither a cubin, a fatbin nor PTX";
}

CompilerTraits compilerTraits(const std::string& architecture) {
  int version = 0;
  driver.driverVersion(&version);
  const std::string major = std::to_string(version / 1000);
  CompilerTraits traits;
  std::vector<std::string> includeFolders;
  std::vector<std::string> toolkits;
  for (const char* variable : {"CUDA_HOME", "CUDA_PATH", "CONDA_PREFIX"})
    if (std::string folder = environment(variable); !folder.empty()) toolkits.push_back(std::move(folder));
  toolkits.push_back("/usr/local/cuda");
  const std::vector<std::string> packages = sitePackages();
  // A compiler of the driver's own version makes binaries that the driver takes; one of a later version need not.
  std::vector<std::string> all = {"libnvrtc.so." + major};
  for (const char* pattern : {"lib64/libnvrtc.so.*[0-9]", "lib/libnvrtc.so.*[0-9]"})
    for (std::string& path : findBelow(toolkits, pattern)) all.push_back(std::move(path));
  for (const char* pattern : {"nvidia/cu*/lib/libnvrtc.so.*[0-9]", "nvidia/cuda_nvrtc/lib/libnvrtc.so.*[0-9]"})
    for (std::string& path : findBelow(packages, pattern)) all.push_back(std::move(path));
  const auto isOfDriver = [&](const std::string& path) { return path.find("libnvrtc.so." + major) != std::string::npos; };
  for (const std::string& path : all)
    if (isOfDriver(path)) traits.libraries.push_back(path);
  for (const std::string& path : all)
    if (!isOfDriver(path)) traits.libraries.push_back(path);
  for (const char* name : {"libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so"}) traits.libraries.emplace_back(name);

  traits.options = {"--gpu-architecture=" + architecture, "--std=c++17"};
  // cuda_fp16.h and its like, where they are installed.
  for (const std::string& path : findBelow(toolkits, "include/cuda_fp16.h")) includeFolders.push_back(path);
  for (const char* pattern : {"nvidia/cu*/include/cuda_fp16.h", "nvidia/cuda_runtime/include/cuda_fp16.h"})
    for (const std::string& path : findBelow(packages, pattern)) includeFolders.push_back(path);
  if (!includeFolders.empty()) {
    const std::string folder = includeFolders.front().substr(0, includeFolders.front().find_last_of('/'));
    traits.options.push_back("--include-path=" + folder);
    traits.options.push_back("--include-path=" + folder + "/cccl");
  }
  traits.remedy = "install one with 'pip install nvidia-cuda-nvrtc', or the CUDA toolkit";
  return traits;
}

}  // namespace nexus::gpu_plugin
