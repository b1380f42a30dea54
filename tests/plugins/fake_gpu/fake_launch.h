#pragma once

#include "fake_gpu.h"

namespace nexus::cpu_plugin {
class FiberGroup;
}

namespace nexus::gpu_plugin {

struct FakeLaunch {
  OpaqueFunction* function = nullptr;
  unsigned grid[3] = {}, block[3] = {}, shared = 0;
  std::vector<std::string> values;

  /// Throws the code of what a kernel has done to its device.
  void runBlock(const unsigned* index, cpu_plugin::FiberGroup& threads, void* dynamicShared) const;
};

}  // namespace nexus::gpu_plugin
