#pragma once

#include "worker_pool.h"

#include <cstddef>
#include <cstdint>

namespace nexus::cpu_plugin {

inline constexpr std::size_t bufferAlignment = 64;

/// Memory of a buffer: allocated here, aligned to 64 bytes and on huge pages if it is large, or somebody else's.
class Memory {
 public:
  /// Throws PluginError (out of memory) that says how much there is.
  explicit Memory(std::uint64_t size);
  Memory(std::uint64_t size, void* foreign) noexcept : data_(foreign), size_(size), isOwner_(false) {}
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory();

  char* data() const noexcept { return static_cast<char*>(data_); }

 private:
  bool isMapped() const noexcept;

  void* data_ = nullptr;
  std::uint64_t size_;
  bool isOwner_ = true;
};

/// Copies between places that do not overlap; large ones on all threads of the pool.
void copyMemory(WorkerPool& pool, void* destination, const void* source, std::size_t size);

/// Fills with a repeated pattern of 1, 2, 4, 8 or 16 bytes; `size` is a multiple of it.
void fillMemory(WorkerPool& pool, void* destination, std::size_t size, const unsigned char* pattern, std::size_t patternSize);

}  // namespace nexus::cpu_plugin
