// What each vendor does in its own way: declared here, defined in plugins/cuda/vendor.cpp and plugins/hip/vendor.cpp.
#pragma once

#include "driver.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nexus::gpu_plugin {

std::string vendorErrorName(Result result);
std::string vendorErrorText(Result result);

/// Compile target: sm_90, gfx942.
std::string architectureOf(Ordinal ordinal);
/// Version of the interface that the driver has: "13.0".
std::string interfaceVersion();

/// Options that turn a plain launch into another.
struct LaunchShape {
  std::array<unsigned, 3> grid, block;
  unsigned sharedBytes;
  bool isCooperative;
  const unsigned* cluster;  ///< nullptr: none
};
/// A launch with options. Throws Unsupported for those that the driver does not have.
Result launchWithOptions(FunctionHandle function, const LaunchShape& shape, StreamHandle stream, void** parameters);

/// Writes `height` elements of 1, 2 or 4 bytes, the first at `start`, each `pitch` bytes behind the one before.
Result fillColumn(Address start, std::size_t pitch, unsigned value, unsigned elementSize, std::size_t height, StreamHandle stream);
Result addFillNode(NodeHandle* node, GraphHandle graph, const NodeHandle* before, std::size_t beforeCount, const FillNode& fill,
                   ContextHandle context);
Result setFillNode(ExecutableHandle executable, NodeHandle node, const FillNode& fill, ContextHandle context);
/// Between two addresses of the device.
Result addCopyNode(NodeHandle* node, GraphHandle graph, const NodeHandle* before, std::size_t beforeCount, Address to, Address from,
                   std::size_t size, ContextHandle context);
bool hasGraphFunctions() noexcept;

/// One end of a copy between devices.
struct PeerEnd {
  Address address;
  ContextHandle context;
  Ordinal ordinal;
};
Result copyBetweenDevices(const PeerEnd& to, const PeerEnd& from, std::size_t size, StreamHandle stream);

/// Names of all kernels of a module, if the driver or the image tells.
std::vector<std::string> listFunctions(ModuleHandle module, const std::string& image);
/// Sizes of the parameters of a kernel in bytes, if the driver or the image tells.
std::optional<std::vector<std::size_t>> parameterSizes(FunctionHandle function, const std::string& name, const std::string& image);
/// What is wrong with bytes at which the driver would crash; "" if nothing is.
std::string findImageFault(const std::string& image);

/// How the vendor's run-time compiler is found and told what to do.
struct CompilerTraits {
  std::vector<std::string> libraries;  ///< names and paths to try, the best first
  std::vector<std::string> options;    ///< for the architecture
  std::string remedy;                  ///< what to install
};
CompilerTraits compilerTraits(const std::string& architecture);

/// A live reading of the device; nothing if it cannot be had.
std::optional<double> readSensor(std::uint32_t property, const std::string& pciAddress);

}  // namespace nexus::gpu_plugin
