#pragma once

#include "kernel.h"

#include "plugins/support/compile_cache.h"

#include <memory>
#include <string_view>

/// A program of the driver, built for one device.
struct nxs_library {
 public:
  /// Throws PluginError. `log` hears of a cache that cannot be used.
  nxs_library(const nexus::opencl::DeviceContext& context, const nxs_library_desc& desc,
              nexus::plugin_support::CompileCache::Log log);

  std::size_t kernelCount() const noexcept { return kernels_.size(); }
  nxs_kernel& kernelAt(std::size_t index) const { return *kernels_[index]; }
  /// NULL if there is none.
  nxs_kernel* find(std::string_view name) const noexcept;

 private:
  nexus::opencl::Program program_;  // destroyed after its kernels
  std::vector<std::unique_ptr<nxs_kernel>> kernels_;
};
