#pragma once

#include <nexus/cpu_kernel.h>
#include <nexus/plugin.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace nexus::cpu_plugin {

/// A kernel of a loaded library.
class Kernel {
 public:
  /// A kernel that the library describes.
  explicit Kernel(const nexus_cpu_kernel& description);
  /// A plain function, of which nothing is known.
  Kernel(std::string name, nexus_cpu_function function);

  void info(nxs_kernel_info& info) const;
  const std::string& name() const noexcept { return name_; }
  bool usesBarrier() const noexcept { return description_ && description_->uses_barrier; }
  std::size_t itemBytes() const noexcept { return itemBytes_; }
  std::size_t sharedBytes() const noexcept { return description_ ? description_->shared_bytes : 0; }

  /// Runs blocks of a kernel without barriers. The block is the caller's own copy.
  void runBlocks(nexus_cpu_block& block, const void* const* arguments, std::size_t first, std::size_t count) const;
  /// Runs one item of block.index.
  void runItem(const nexus_cpu_block& block, const void* const* arguments, std::size_t x, std::size_t y, std::size_t z) const {
    description_->run_item(&block, arguments, x, y, z);
  }

  /// Measured time of one item in nanoseconds, 0 if not known yet. Decides how a launch is spread over threads.
  float itemCost() const noexcept { return itemCost_.load(std::memory_order_relaxed); }
  void learnItemCost(float nanoseconds) const noexcept;

 private:
  std::string name_;
  const nexus_cpu_kernel* description_ = nullptr;
  nexus_cpu_function function_ = nullptr;
  std::size_t itemBytes_ = 0;
  std::vector<std::string> argumentNames_;
  std::vector<nxs_argument_info> arguments_;
  mutable std::atomic<float> itemCost_{0};
};

}  // namespace nexus::cpu_plugin

/// The type of the plugin interface is the class itself, so that no cast is needed anywhere.
struct nxs_kernel : nexus::cpu_plugin::Kernel {
  using Kernel::Kernel;
};

namespace nexus::cpu_plugin {

/// A shared object with kernels.
class KernelLibrary {
 public:
  /// Throws PluginError with the loader's own words.
  explicit KernelLibrary(const nxs_library_desc& desc);

  std::size_t kernelCount() const noexcept { return described_.size(); }
  nxs_kernel& kernelAt(std::size_t index) const { return *described_[index]; }
  /// NULL if there is none.
  nxs_kernel* find(const std::string& name);

 private:
  void readDescriptions();

  std::shared_ptr<void> library_;
  std::vector<std::unique_ptr<nxs_kernel>> described_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<nxs_kernel>> plain_;
};

}  // namespace nexus::cpu_plugin
