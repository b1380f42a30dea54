#pragma once

#include "device.h"

/// Memory that kernels of the device can read and write.
struct nxs_buffer {
  nxs_buffer(nexus::gpu_plugin::Device& device, const nxs_buffer_desc& desc);
  nxs_buffer(const nxs_buffer&) = delete;
  nxs_buffer& operator=(const nxs_buffer&) = delete;
  ~nxs_buffer();

  enum class Origin { pool, plain, pinned, registered, foreign };

  nexus::gpu_plugin::Device& device;
  const std::uint64_t size;
  nexus::gpu_plugin::Address address = 0;
  void* host = nullptr;  ///< where the host sees it, if it does
  Origin origin = Origin::plain;
  std::atomic<bool> isKnownToOthers{false};  ///< other libraries may use it in work of their own
};
