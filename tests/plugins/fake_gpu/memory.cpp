// Memory. Everything is host memory; what belongs to a device is tracked, so that the plugin cannot mix it up.
#include "fake_gpu.h"

#include <cstdlib>
#include <cstring>
#include <map>

using namespace nexus::gpu_plugin;

namespace nexus::gpu_plugin {

namespace {
struct Region {
  std::size_t size;
  int device;  ///< -1: of the host
};
std::mutex mutex;
std::map<Address, Region>& regions() {
  // Streams may still work while the process ends.
  static auto& known = *new std::map<Address, Region>;
  return known;
}
std::size_t used[fakeDevices] = {}, kept[fakeDevices] = {};  // what a pool keeps is used, too

Result allocate(Address* address, std::size_t size, int device) {
  if (size == 0) return invalidValue;
  {
    std::lock_guard lock(mutex);
    if (size > fakeMemory || used[device] + size > fakeMemory) return outOfMemory;
    used[device] += size;
  }
  void* const memory = std::aligned_alloc(256, (size + 255) / 256 * 256);
  if (!memory) return outOfMemory;
  std::memset(memory, 0xcd, std::min<std::size_t>(size, 4096));
  std::lock_guard lock(mutex);
  *address = reinterpret_cast<Address>(memory);
  regions()[*address] = {size, device};
  return success;
}
Result release(Address address, bool isKept = false) {
  {
    std::lock_guard lock(mutex);
    const auto found = regions().find(address);
    if (found == regions().end() || found->second.device < 0) return invalidValue;
    (isKept ? kept : used)[found->second.device] += isKept ? found->second.size : -found->second.size;
    regions().erase(found);
  }
  std::free(reinterpret_cast<void*>(address));
  return success;
}

Result usable(OpaqueStream* stream) { return stream ? stream->context->broken.load() : invalidValue; }

/// Fills of the same memory that nothing orders are no error of the driver or plugin: as a device's, they are not seen by ThreadSanitizer.
template <class T>
__attribute__((no_sanitize("thread"))) void fillRow(char* row, T value, std::size_t width) {
  for (std::size_t x = 0; x < width; ++x) std::memcpy(row + x * sizeof(T), &value, sizeof value);
}
template <class T>
Result fillRows(Address start, std::size_t pitch, T value, std::size_t width, std::size_t height, OpaqueStream* stream) {
  if (const Result broken = usable(stream); broken != success) return broken;
  if (width == 0 || height == 0 || start % sizeof(T) != 0 || pitch < width * sizeof(T)) return invalidValue;
  if (!isMemory(start, (height - 1) * pitch + width * sizeof(T))) return invalidValue;
  stream->push([=] {
    for (std::size_t y = 0; y < height; ++y) fillRow(reinterpret_cast<char*>(start) + y * pitch, value, width);
  });
  return success;
}
template <class T>
Result fill(Address start, T value, std::size_t count, OpaqueStream* stream) {
  return fillRows(start, count * sizeof(T), value, count, 1, stream);
}
}  // namespace

bool isMemory(Address address, std::size_t size) {
  std::lock_guard lock(mutex);
  auto region = regions().upper_bound(address);
  if (region == regions().begin()) return false;
  --region;
  return address + size <= region->first + region->second.size;
}
void noteMemory(Address address, std::size_t size) {
  std::lock_guard lock(mutex);
  regions()[address] = {size, -1};
}
void forgetMemory(Address address) {
  std::lock_guard lock(mutex);
  regions().erase(address);
}

struct OpaquePool {
  int device;
};

}  // namespace nexus::gpu_plugin

#define NEED_CONTEXT()                          \
  if (!currentContext()) return invalidContext; \
  if (const Result broken = currentContext()->broken; broken != success) return broken

FAKE(cuMemGetInfo_v2, hipMemGetInfo)(std::size_t* free, std::size_t* total) {
  NEED_CONTEXT();
  std::lock_guard lock(mutex);
  *total = fakeMemory;
  *free = fakeMemory - used[currentContext()->device];
  return success;
}
FAKE(cuMemAlloc_v2, hipMalloc)(Address* address, std::size_t size) {
  NEED_CONTEXT();
  return allocate(address, size, currentContext()->device);
}
FAKE(cuPointerGetAttribute, hipPointerGetAttribute)(void* data, int attribute, Address address) {
  std::lock_guard lock(mutex);
  auto region = regions().upper_bound(address);
  if (attribute != pointerDeviceOrdinal || region == regions().begin()) return invalidValue;
  --region;
  if (address >= region->first + region->second.size) return invalidValue;
  *static_cast<int*>(data) = std::max(region->second.device, 0);
  return success;
}
FAKE(cuMemFree_v2, hipFree)(Address address) { return release(address); }
FAKE(cuMemPoolCreate, hipMemPoolCreate)(PoolHandle* pool, const PoolDescription* description) {
  if (description->allocationType != 1 || description->location.type != 1) return invalidValue;
  *pool = new OpaquePool{description->location.id};
  return success;
}
FAKE(cuMemPoolDestroy, hipMemPoolDestroy)(PoolHandle pool) {
  delete pool;
  return success;
}
FAKE(cuMemPoolSetAttribute, hipMemPoolSetAttribute)(PoolHandle, int attribute, void*) {
  return attribute == poolReleaseThreshold ? success : invalidValue;
}
FAKE(cuMemPoolTrimTo, hipMemPoolTrimTo)(PoolHandle pool, std::size_t keep) {
  std::lock_guard lock(mutex);
  if (kept[pool->device] > keep) used[pool->device] -= kept[pool->device] - keep, kept[pool->device] = keep;
  return success;
}
FAKE(cuMemAllocFromPoolAsync, hipMallocFromPoolAsync)(Address* address, std::size_t size, PoolHandle pool, StreamHandle stream) {
  if (const Result broken = usable(stream); broken != success) return broken;
  {
    // What the pool keeps serves first.
    std::lock_guard lock(mutex);
    const std::size_t again = std::min(size, kept[pool->device]);
    kept[pool->device] -= again;
    used[pool->device] -= again;
  }
  return allocate(address, size, pool->device);
}
FAKE(cuMemFreeAsync, hipFreeAsync)(Address address, StreamHandle stream) {
  if (!isMemory(address, 1)) return invalidValue;
  stream->push([address] { release(address, true); });
  return success;
}
FAKE(cuMemHostAlloc, hipHostMalloc)(void** pointer, std::size_t size, unsigned) {
  NEED_CONTEXT();
  *pointer = std::aligned_alloc(4096, (size + 4095) / 4096 * 4096);
  if (!*pointer) return outOfMemory;
  noteMemory(reinterpret_cast<Address>(*pointer), size);
  return success;
}
FAKE(cuMemFreeHost, hipHostFree)(void* pointer) {
  forgetMemory(reinterpret_cast<Address>(pointer));
  std::free(pointer);
  return success;
}
FAKE(cuMemHostRegister_v2, hipHostRegister)(void* pointer, std::size_t size, unsigned) {
  NEED_CONTEXT();
  if (isMemory(reinterpret_cast<Address>(pointer), 1)) return hostMemoryAlreadyRegistered;
  noteMemory(reinterpret_cast<Address>(pointer), size);
  return success;
}
FAKE(cuMemHostUnregister, hipHostUnregister)(void* pointer) {
  forgetMemory(reinterpret_cast<Address>(pointer));
  return success;
}
FAKE(cuMemHostGetDevicePointer_v2, hipHostGetDevicePointer)(Address* address, void* pointer, unsigned) {
  if (!isMemory(reinterpret_cast<Address>(pointer), 1)) return invalidValue;
  *address = reinterpret_cast<Address>(pointer);
  return success;
}
FAKE(cuMemcpyHtoDAsync_v2, hipMemcpyHtoDAsync)(Address to, const void* from, std::size_t size, StreamHandle stream) {
  if (const Result broken = usable(stream); broken != success) return broken;
  if (!isMemory(to, size)) return invalidValue;
  stream->push([=] { std::memcpy(reinterpret_cast<void*>(to), from, size); });
  return success;
}
FAKE(cuMemcpyDtoHAsync_v2, hipMemcpyDtoHAsync)(void* to, Address from, std::size_t size, StreamHandle stream) {
  if (const Result broken = usable(stream); broken != success) return broken;
  if (!isMemory(from, size)) return invalidValue;
  stream->push([=] { std::memcpy(to, reinterpret_cast<const void*>(from), size); });
  return success;
}
FAKE(cuMemcpyDtoDAsync_v2, hipMemcpyDtoDAsync)(Address to, Address from, std::size_t size, StreamHandle stream) {
  if (const Result broken = usable(stream); broken != success) return broken;
  if (!isMemory(to, size) || !isMemory(from, size)) return invalidValue;
  stream->push([=] { std::memmove(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), size); });
  return success;
}
FAKE(cuMemsetD8Async, hipMemsetD8Async)(Address start, unsigned char value, std::size_t count, StreamHandle stream) {
  return fill(start, value, count, stream);
}
FAKE(cuMemsetD16Async, hipMemsetD16Async)(Address start, unsigned short value, std::size_t count, StreamHandle stream) {
  return fill(start, value, count, stream);
}
FAKE(cuMemsetD32Async, hipMemsetD32Async)(Address start, unsigned value, std::size_t count, StreamHandle stream) {
  return fill(start, value, count, stream);
}
#ifdef NEXUS_FAKE_HIP
FAKE(, hipMemset2DAsync)(void* start, std::size_t pitch, int value, std::size_t width, std::size_t height, StreamHandle stream) {
  return fillRows(reinterpret_cast<Address>(start), pitch, static_cast<unsigned char>(value), width, height, stream);
}
FAKE(, hipMemcpyPeerAsync)(void* to, int toDevice, const void* from, int fromDevice, std::size_t size, StreamHandle stream) {
  if (toDevice == fromDevice) return invalidValue;
  return hipMemcpyDtoDAsync(reinterpret_cast<Address>(to), reinterpret_cast<Address>(from), size, stream);
}
#else
FAKE(cuMemsetD2D8Async, )(Address start, std::size_t pitch, unsigned char value, std::size_t width, std::size_t height,
                          StreamHandle stream) {
  return fillRows(start, pitch, value, width, height, stream);
}
FAKE(cuMemsetD2D16Async, )(Address start, std::size_t pitch, unsigned short value, std::size_t width, std::size_t height,
                           StreamHandle stream) {
  return fillRows(start, pitch, value, width, height, stream);
}
FAKE(cuMemsetD2D32Async, )(Address start, std::size_t pitch, unsigned value, std::size_t width, std::size_t height,
                           StreamHandle stream) {
  return fillRows(start, pitch, value, width, height, stream);
}
FAKE(cuMemcpyPeerAsync, )(Address to, ContextHandle toContext, Address from, ContextHandle fromContext, std::size_t size,
                          StreamHandle stream) {
  if (toContext == fromContext) return invalidValue;
  return cuMemcpyDtoDAsync_v2(to, from, size, stream);
}
#endif
