#pragma once

// What the three twins have in common: how one gets a kernel and buffers. The bindings themselves are each written by hand.

#include <nexus.h>

#include <cstdint>
#include <string>

namespace twin {

inline nexus::Buffer makeBuffer(std::int64_t size) {
  nexus::Buffer buffer = nexus::getDevice("cpu").createBuffer({size});
  buffer.fill(1);
  return buffer;
}

inline nexus::Kernel loadKernel(const std::string& path, const std::string& name) {
  return nexus::getDevice("cpu").loadLibrary(path).getKernel(name);
}

inline void launch(const nexus::Kernel& kernel, std::int64_t grid, std::int64_t block, const nexus::Buffer& a,
                   const nexus::Buffer& b, const nexus::Buffer& c, std::int64_t n) {
  kernel.launch(grid, block, {a, b, c, n});
}

}  // namespace twin
