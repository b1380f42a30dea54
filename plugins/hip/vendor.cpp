#include "plugins/gpu/vendor_functions.h"

#include "plugins/gpu/image_format.h"
#include "plugins/gpu/library_folders.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace nexus::gpu_plugin {

using plugin_support::PluginError;

std::string vendorErrorName(Result result) {
  const char* name = driver.errorName(result);
  return name ? name : "error";
}
std::string vendorErrorText(Result result) {
  const char* text = driver.errorText(result);
  return text ? text : "unknown to the driver";
}

std::string architectureOf(Ordinal ordinal) {
  // gcnArchName is only in the struct of properties, whose layout has changed between versions: it is the text in it that begins with "gfx" and lies
  // behind the name of the device.
  constexpr std::size_t nameSize = 256;
  const auto ask = driver.deviceProperties ? driver.deviceProperties : driver.devicePropertiesOld;
  if (ask) {
    alignas(16) char properties[8192] = {};
    check(ask(properties, ordinal), "cannot read the properties of the device");
    const std::string_view text(properties + nameSize, sizeof properties - nameSize - 1);
    if (const std::size_t at = text.find("gfx"); at != std::string_view::npos) {
      const std::string full(text.data() + at);
      return full.substr(0, full.find(':'));  // without features like xnack
    }
  }
  throw PluginError(NXS_UNAVAILABLE, "the HIP driver does not tell the architecture of device " + std::to_string(ordinal));
}

std::string interfaceVersion() {
  int version = 0;
  check(driver.driverVersion(&version), "cannot read the version of the driver");
  return std::to_string(version / 10'000'000) + "." + std::to_string(version / 100'000 % 100) + "." +
         std::to_string(version % 100'000);
}

Result launchWithOptions(FunctionHandle function, const LaunchShape& shape, StreamHandle stream, void** parameters) {
  if (shape.cluster) throw PluginError(NXS_UNSUPPORTED, "HIP has no clusters of blocks");
  if (!driver.launchCooperative) throw PluginError(NXS_UNSUPPORTED, "this HIP driver has no cooperative launches");
  return driver.launchCooperative(function, shape.grid[0], shape.grid[1], shape.grid[2], shape.block[0], shape.block[1],
                                  shape.block[2], shape.sharedBytes, stream, parameters);
}

Result fillColumn(Address start, std::size_t pitch, unsigned value, unsigned elementSize, std::size_t height, StreamHandle stream) {
  // Rows of bytes are all that HIP fills with a pitch.
  for (unsigned i = 0; i < elementSize; ++i)
    if (const Result result =
            driver.fillRows(reinterpret_cast<void*>(start + i), pitch, static_cast<int>(value >> 8 * i & 0xff), 1, height, stream);
        result != success)
      return result;
  return success;
}

Result addFillNode(NodeHandle* node, GraphHandle graph, const NodeHandle* before, std::size_t beforeCount, const FillNode& fill,
                   ContextHandle) {
  return driver.graphAddFill(node, graph, before, beforeCount, &fill);
}
Result setFillNode(ExecutableHandle executable, NodeHandle node, const FillNode& fill, ContextHandle) {
  return driver.graphSetFill ? driver.graphSetFill(executable, node, &fill) : notSupported;
}
Result addCopyNode(NodeHandle* node, GraphHandle graph, const NodeHandle* before, std::size_t beforeCount, Address to, Address from,
                   std::size_t size, ContextHandle) {
  return driver.graphAddCopy(node, graph, before, beforeCount, reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from),
                             size, copyKindOnDevice);
}
bool hasGraphFunctions() noexcept {
  return driver.graphCreate && driver.graphDestroy && driver.graphAddKernel && driver.graphInstantiate && driver.graphLaunch &&
         driver.graphExecutableDestroy && driver.graphAddFill && driver.graphAddCopy;
}

Result copyBetweenDevices(const PeerEnd& to, const PeerEnd& from, std::size_t size, StreamHandle stream) {
  return driver.copyPeer(reinterpret_cast<void*>(to.address), to.ordinal, reinterpret_cast<const void*>(from.address), from.ordinal,
                         size, stream);
}

std::vector<std::string> listFunctions(ModuleHandle module, const std::string& image) {
  std::vector<std::string> names = isElf(image) ? listElfFunctions(image) : std::vector<std::string>();
  std::erase_if(names, [module](const std::string& name) {
    FunctionHandle function = nullptr;
    const Result result = driver.moduleFunction(&function, module, name.c_str());
    if (result != notFound) check(result, "cannot list the kernels of a module");
    return result == notFound;
  });
  return names;
}

std::optional<std::vector<std::size_t>> parameterSizes(FunctionHandle, const std::string&, const std::string&) {
  return std::nullopt;
}

std::string findImageFault(const std::string& image) {
  if (isElf(image)) return findElfFault(image);
  constexpr std::string_view bundleMagic = "__CLANG_OFFLOAD_BUNDLE__";
  struct {
    std::uint64_t offset, size, nameLength;
  } entry;
  if (!image.starts_with(bundleMagic)) return "it is neither a code object (hsaco) nor a bundle of them";
  std::uint64_t count = 0;
  std::size_t at = bundleMagic.size();
  if (image.size() < at + sizeof count) return "the bundle is truncated";
  std::memcpy(&count, image.data() + at, sizeof count);
  at += sizeof count;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (image.size() - at < sizeof entry) return "the bundle is truncated";
    std::memcpy(&entry, image.data() + at, sizeof entry);
    at += sizeof entry;
    if (entry.nameLength > image.size() - at || entry.offset > image.size() || entry.size > image.size() - entry.offset)
      return "the bundle is truncated";
    at += entry.nameLength;
  }
  return "";
}

CompilerTraits compilerTraits(const std::string& architecture) {
  CompilerTraits traits;
  std::vector<std::string> toolkits;
  for (const char* variable : {"ROCM_PATH", "HIP_PATH"})
    if (std::string folder = environment(variable); !folder.empty()) toolkits.push_back(std::move(folder));
  toolkits.push_back("/opt/rocm");
  traits.libraries = {"libhiprtc.so.7", "libhiprtc.so.6", "libhiprtc.so.5", "libhiprtc.so"};
  for (std::string& path : findBelow(toolkits, "lib/libhiprtc.so*")) traits.libraries.push_back(std::move(path));
  for (std::string& path : findBelow(sitePackages(), "_rocm_sdk_core/lib/libhiprtc.so*"))
    traits.libraries.push_back(std::move(path));
  // Before ROCm 5.3 it was a part of the driver's library.
  traits.libraries.push_back(driver.libraryName());
  traits.options = {"--offload-arch=" + architecture, "-std=c++17"};
  traits.remedy = "install ROCm's hiprtc";
  return traits;
}

}  // namespace nexus::gpu_plugin
