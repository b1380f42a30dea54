#pragma once

#include <nexus/plugin.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace null_plugin {

inline constexpr std::size_t buffer_alignment = 64;
/// All buffers of a device together; well below what a host has, so that running out can be tested.
inline constexpr std::uint64_t memory_size = std::uint64_t{1} << 30;

void copy(const nxs_copy& copy);
void fill(const nxs_fill& fill);

}  // namespace null_plugin

struct nxs_buffer {
 public:
  /// Throws std::bad_alloc. `used` counts the bytes that the buffers of the device have allocated.
  nxs_buffer(const nxs_buffer_desc& desc, std::atomic<std::uint64_t>& used);
  nxs_buffer(const nxs_buffer&) = delete;
  nxs_buffer& operator=(const nxs_buffer&) = delete;
  ~nxs_buffer();

  std::byte* data() const { return data_; }

 private:
  std::atomic<std::uint64_t>& used_;
  std::uint64_t owned_;  // bytes to give back; 0 where the memory belongs to the host
  std::byte* data_;
};
