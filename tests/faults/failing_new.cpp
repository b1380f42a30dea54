#include "failing_new.h"

#include <cstdlib>
#include <new>

namespace {

thread_local std::uint64_t left = 0;  // 0: none is to fail
thread_local bool hasFailed = false;

/// NULL if it fails. An alignment of 0 is the usual one.
void* tryAllocate(std::size_t size, std::size_t alignment) noexcept {
  if (left != 0 && --left == 0) {
    hasFailed = true;
    return nullptr;
  }
  if (alignment == 0) return std::malloc(size == 0 ? 1 : size);
  return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

void* allocate(std::size_t size, std::size_t alignment) {
  void* memory = tryAllocate(size, alignment);
  if (!memory) throw std::bad_alloc();
  return memory;
}

}  // namespace

namespace failing_new {

void arm(std::uint64_t number) {
  left = number;
  hasFailed = false;
}

bool disarm() {
  left = 0;
  return hasFailed;
}

}  // namespace failing_new

void* operator new(std::size_t size) { return allocate(size, 0); }
void* operator new[](std::size_t size) { return allocate(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment) { return allocate(size, static_cast<std::size_t>(alignment)); }
void* operator new[](std::size_t size, std::align_val_t alignment) { return allocate(size, static_cast<std::size_t>(alignment)); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return tryAllocate(size, 0); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return tryAllocate(size, 0); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
