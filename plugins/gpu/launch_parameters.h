#pragma once

#include "buffer.h"
#include "kernel.h"

#include <memory>

namespace nexus::gpu_plugin {

/// The arguments of a launch as drivers take them: pointers to values, a buffer's value being its address. Nothing is allocated for few.
class LaunchParameters {
 public:
  explicit LaunchParameters(const nxs_launch& launch) {
    Address* addresses = fewAddresses_;
    pointers_ = fewPointers_;
    if (launch.argument_count > few) [[unlikely]] {
      manyAddresses_.reset(new Address[launch.argument_count]);
      manyPointers_.reset(new void*[launch.argument_count]);
      addresses = manyAddresses_.get();
      pointers_ = manyPointers_.get();
    }
    for (std::uint32_t i = 0; i < launch.argument_count; ++i) {
      const nxs_argument& argument = launch.arguments[i];
      if (argument.kind == NXS_ARGUMENT_BUFFER) {
        addresses[i] = argument.value.buffer->address + argument.offset;
        pointers_[i] = &addresses[i];
      } else {
        pointers_[i] = const_cast<unsigned char*>(argument.value.scalar);
      }
    }
    if (launch.shared_bytes > launch.kernel->allowedShared.load(std::memory_order_relaxed)) [[unlikely]]
      launch.kernel->allowShared(launch.shared_bytes);
  }
  LaunchParameters(const LaunchParameters&) = delete;
  LaunchParameters& operator=(const LaunchParameters&) = delete;
  void** pointers() const noexcept { return pointers_; }

 private:
  static constexpr std::uint32_t few = 32;
  Address fewAddresses_[few];
  void* fewPointers_[few];
  std::unique_ptr<Address[]> manyAddresses_;
  std::unique_ptr<void*[]> manyPointers_;
  void** pointers_;
};

}  // namespace nexus::gpu_plugin
