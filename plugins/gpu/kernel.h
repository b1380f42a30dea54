#pragma once

#include "device.h"

#include <map>

/// A kernel of a loaded module.
struct nxs_kernel {
  nxs_kernel(nexus::gpu_plugin::Device& device, nexus::gpu_plugin::FunctionHandle handle, const std::string* name);

  /// Launches with more dynamic shared memory than a driver gives unasked must announce it.
  void allowShared(std::uint64_t bytes);
  void info(nxs_kernel_info& info) const noexcept;

  nexus::gpu_plugin::Device& device;
  const nexus::gpu_plugin::FunctionHandle handle;
  const std::string* const name;
  std::atomic<std::uint64_t> allowedShared{0};
  std::uint64_t staticShared = 0;
  std::uint32_t maxThreads = 0;
  bool hasArguments = false;
  std::vector<std::string> argumentNames;
  std::vector<nxs_argument_info> arguments;
};

/// A module on the device, with its kernels.
struct nxs_library {
  nxs_library(nexus::gpu_plugin::Device& device, const nxs_library_desc& desc);
  nxs_library(const nxs_library&) = delete;
  nxs_library& operator=(const nxs_library&) = delete;
  ~nxs_library();

  std::size_t kernelCount();
  nxs_kernel& kernelAt(std::size_t index);
  nxs_kernel* find(const std::string& name);

 private:
  void load();
  const std::vector<std::string>& names();

  nexus::gpu_plugin::Device& device_;
  std::string image_;  // the driver reads it while it loads; the names of the kernels may be in it alone
  std::string origin_;
  nexus::gpu_plugin::ModuleHandle module_ = nullptr;
  std::mutex mutex_;
  std::optional<std::vector<std::string>> names_;
  std::map<std::string, std::unique_ptr<nxs_kernel>> kernels_;
};
