#include "memory.h"

#include "cpu_info.h"

#include "plugins/support/plugin_error.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace nexus::cpu_plugin {

using plugin_support::PluginError;

namespace {

constexpr std::size_t hugePage = std::size_t{2} << 20;
// Below this, asking the system for its free memory would cost more than the allocation.
constexpr std::uint64_t worthChecking = std::uint64_t{256} << 20;
constexpr std::size_t worthSharing = std::size_t{1} << 20;
constexpr std::size_t copyGrain = std::size_t{512} << 10;

std::size_t roundedUp(std::size_t size, std::size_t step) { return (size + step - 1) / step * step; }

[[noreturn]] void throwOutOfMemory(std::uint64_t size) {
  throw PluginError(NXS_OUT_OF_MEMORY,
                    std::to_string(size) + " bytes are wanted, " + std::to_string(freeMemory()) + " bytes are free", errno);
}

/// Mapped memory that starts at a huge page, so that all of it can lie on huge pages.
void* mapHugePages(std::size_t size) {
  const std::size_t mapped = size + hugePage;
  void* start = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return nullptr;
  char* aligned = reinterpret_cast<char*>(roundedUp(reinterpret_cast<std::uintptr_t>(start), hugePage));
  const std::size_t before = static_cast<std::size_t>(aligned - static_cast<char*>(start));
  if (before != 0) munmap(start, before);
  munmap(aligned + size, mapped - before - size);
#if defined(MADV_HUGEPAGE)
  madvise(aligned, size, MADV_HUGEPAGE);  // only advice: without it everything works on small pages
#endif
  return aligned;
}

}  // namespace

bool Memory::isMapped() const noexcept { return size_ >= hugePage; }

Memory::Memory(std::uint64_t size) : size_(size) {
  if (size > SIZE_MAX / 2 || (size >= worthChecking && size > static_cast<std::uint64_t>(freeMemory()))) throwOutOfMemory(size);
  data_ = isMapped() ? mapHugePages(roundedUp(size, 4096)) : std::aligned_alloc(bufferAlignment, roundedUp(size, bufferAlignment));
  if (!data_) throwOutOfMemory(size);
}

Memory::~Memory() {
  if (!isOwner_) return;
  if (isMapped())
    munmap(data_, roundedUp(size_, 4096));
  else
    std::free(data_);
}

void copyMemory(WorkerPool& pool, void* destination, const void* source, std::size_t size) {
  if (size < worthSharing || pool.threads() == 1) {
    std::memcpy(destination, source, size);
    return;
  }
  pool.loop(0, size, copyGrain, [=](std::size_t begin, std::size_t count) {
    std::memcpy(static_cast<char*>(destination) + begin, static_cast<const char*>(source) + begin, count);
  });
}

namespace {

void fillPiece(char* destination, std::size_t size, const unsigned char* pattern, std::size_t patternSize) {
  if (std::all_of(pattern, pattern + patternSize, [&](unsigned char byte) { return byte == pattern[0]; })) {
    std::memset(destination, pattern[0], size);
    return;
  }
  // One block of repeated patterns, copied over and over, is as fast as the memory.
  alignas(64) unsigned char block[1024];
  for (std::size_t i = 0; i < sizeof block; i += patternSize) std::memcpy(block + i, pattern, patternSize);
  for (std::size_t done = 0; done < size; done += sizeof block)
    std::memcpy(destination + done, block, std::min(sizeof block, size - done));
}

}  // namespace

void fillMemory(WorkerPool& pool, void* destination, std::size_t size, const unsigned char* pattern, std::size_t patternSize) {
  char* start = static_cast<char*>(destination);
  if (size < worthSharing || pool.threads() == 1) {
    fillPiece(start, size, pattern, patternSize);
    return;
  }
  pool.loop(0, size, copyGrain,
            [=](std::size_t begin, std::size_t count) { fillPiece(start + begin, count, pattern, patternSize); });
}

}  // namespace nexus::cpu_plugin
