#pragma once

#include "kernel_library.h"
#include "worker_pool.h"

#include <array>
#include <cstdint>
#include <memory>

namespace nexus::cpu_plugin {

/// A launch with its arguments laid out as the kernel reads them.
class Launch {
 public:
  explicit Launch(const nxs_launch& launch);
  Launch(const Launch&) = delete;
  Launch& operator=(const Launch&) = delete;

  /// Runs all items; small launches on the calling thread, larger ones on all threads. Throws PluginError (launch failed) if the kernel says
  /// so.
  void run(WorkerPool& pool) const;
  /// Time on one thread, as measured in earlier runs; infinite if it is not known.
  double expectedNanoseconds() const noexcept;

 private:
  struct alignas(16) Value {
    unsigned char bytes[16];
  };
  static constexpr std::size_t few = 16;

  void runPlain(WorkerPool& pool, nexus_cpu_block& block) const;
  void runTimed(nexus_cpu_block& block, std::size_t first, std::size_t count) const;
  void runPiece(const nexus_cpu_block& block, std::size_t first, std::size_t count, bool isTimed) const;
  void runWithBarriers(WorkerPool& pool, const nexus_cpu_block& block) const;

  const Kernel& kernel_;
  nexus_cpu_block block_{};
  std::size_t blocks_, itemsPerBlock_, items_;
  const void* const* pointers_;
  std::array<Value, few> fewValues_;
  std::array<const void*, few> fewPointers_;
  std::unique_ptr<Value[]> manyValues_;
  std::unique_ptr<const void*[]> manyPointers_;
};

}  // namespace nexus::cpu_plugin
