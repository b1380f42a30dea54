#pragma once

#include "buffer.h"

#include "plugins/support/light_mutex.h"

#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace nexus::opencl {

/// A kernel object of the driver with the arguments that it holds now. Used by one thread at a time.
class BoundKernel {
 public:
  BoundKernel() = default;
  explicit BoundKernel(KernelHandle handle) : handle_(std::move(handle)) {}

  cl_kernel handle() const noexcept { return handle_.get(); }
  /// Sets what differs from the launch before. `localIndex`: of the argument that is shared memory. Throws PluginError.
  void bind(const nxs_launch& launch, std::optional<cl_uint> localIndex, const DeviceContext& context, const std::string& name);

 private:
  /// What an argument was set to. Only compared.
  struct Value {
    static constexpr std::uint64_t shared = 3;
    std::uint64_t kind = 0;       // 0: not set; NXS_ARGUMENT_*; shared memory
    std::uint64_t size = 0;       // of a scalar or of the shared memory
    std::uint64_t words[2] = {};  // a scalar; a buffer's number and the offset into it
    bool holds(std::uint64_t aKind, std::uint64_t aSize, std::uint64_t first, std::uint64_t second) const noexcept {
      return ((kind ^ aKind) | (size ^ aSize) | (words[0] ^ first) | (words[1] ^ second)) == 0;
    }
  };
  void set(cl_uint index, const nxs_argument& argument, const DeviceContext& context);

  KernelHandle handle_;
  std::vector<Value> values_;
};

}  // namespace nexus::opencl

struct nxs_kernel {
 public:
  nxs_kernel(const nexus::opencl::DeviceContext& context, nexus::opencl::cl_program program, nexus::opencl::KernelHandle handle);

  const std::string& name() const noexcept { return name_; }
  void info(nxs_kernel_info& info) const;
  /// Throws PluginError if the launch cannot be enqueued as it is.
  void check(const nxs_launch& launch) const;
  /// One more kernel object, for a command that is enqueued again and again.
  nexus::opencl::BoundKernel clone() const;
  /// Calls `enqueue` with the driver's kernel while it holds the launch's arguments.
  template <class Enqueue>
  void withArguments(const nxs_launch& launch, Enqueue enqueue) {
    std::lock_guard lock(mutex_);
    bind(bound_, launch);
    enqueue(bound_.handle());
  }
  void bind(nexus::opencl::BoundKernel& bound, const nxs_launch& launch) const {
    bound.bind(launch, localIndex(launch), context_, name_);
  }

 private:
  std::optional<nexus::opencl::cl_uint> localIndex(const nxs_launch& launch) const {
    if (hasArguments_ || launch.argument_count + 1 != parameterCount_) return localIndex_;
    return 0;  // where nexus/kernel.h has it, should the program not tell
  }
  void readArguments();

  const nexus::opencl::DeviceContext& context_;
  const nexus::opencl::cl_program program_;
  std::string name_;
  std::uint64_t sharedBytes_ = 0;
  std::size_t maxItems_ = 0;
  nexus::opencl::cl_uint parameterCount_ = 0;  // with the one for shared memory
  std::optional<nexus::opencl::cl_uint> localIndex_;
  bool hasArguments_ = false;
  std::vector<std::string> argumentNames_;
  std::vector<nxs_argument_info> arguments_;
  std::string fault_;  // why no launch is possible
  nexus::plugin_support::LightMutex mutex_;
  nexus::opencl::BoundKernel bound_;
};
