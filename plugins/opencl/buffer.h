#pragma once

#include "context.h"

#include <map>
#include <memory>
#include <mutex>

/// Memory of a device.
struct nxs_buffer {
 public:
  /// `hostMemory` NULL: new memory. Throws PluginError.
  nxs_buffer(const nexus::opencl::DeviceContext& context, std::uint64_t size, void* hostMemory);
  nxs_buffer(const nxs_buffer&) = delete;
  nxs_buffer& operator=(const nxs_buffer&) = delete;
  ~nxs_buffer();

  /// Numbers buffers through the life of the process: an address or a driver's handle may come again, this does not.
  std::uint64_t serial() const noexcept { return serial_; }
  /// NULL if the buffer is a memory object.
  char* address() const noexcept { return address_; }
  /// NULL if the host has no access.
  void* hostPointer() const noexcept { return hostPointer_; }
  nexus::opencl::cl_mem object() const noexcept { return object_.get(); }

  /// Throws PluginError if a kernel cannot be given the buffer from this byte on.
  void checkOffset(std::uint64_t offset) const {
    if (!address_ && offset % context_.facts.alignment != 0) [[unlikely]]
      refuseOffset(offset);
  }
  /// A memory object that begins at the offset, which must be one that is allowed. Throws PluginError.
  nexus::opencl::cl_mem objectAt(std::uint64_t offset);

 private:
  [[noreturn, gnu::cold]] void refuseOffset(std::uint64_t offset) const;

  const nexus::opencl::DeviceContext& context_;
  const std::uint64_t size_;
  const std::uint64_t serial_;
  char* address_ = nullptr;
  void* hostPointer_ = nullptr;
  nexus::opencl::Memory object_;
  std::mutex mutex_;
  std::map<std::uint64_t, nexus::opencl::Memory> parts_;  // of object_, by offset; destroyed before it
};
