#include "buffer.h"

#include <algorithm>
#include <atomic>

using namespace nexus::opencl;
using nexus::plugin_support::PluginError;

namespace {

std::uint64_t nextSerial() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

// Of addresses, which cost nothing to align.
constexpr std::uint64_t smallestAlignment = 64;

}  // namespace

nxs_buffer::nxs_buffer(const DeviceContext& context, std::uint64_t size, void* hostMemory)
    : context_(context), size_(size), serial_(nextSerial()) {
  const DeviceFacts& facts = context.facts;
  const auto failure = [&](const char* why) {
    return PluginError(NXS_OUT_OF_MEMORY, "'" + facts.name + "' cannot give " + std::to_string(size) + " bytes" + why);
  };
  if (size > facts.maxBufferSize || size > SIZE_MAX - smallestAlignment)
    throw failure((": the largest buffer it makes has " + std::to_string(facts.maxBufferSize)).c_str());
  const auto alignment = static_cast<cl_uint>(std::max(facts.alignment, smallestAlignment));
  cl_int error = COMPLETE;
  if (hostMemory) {
    // Other devices would work on a copy that the host sees only after a call that maps it.
    if (!facts.isCpu())
      throw PluginError(NXS_UNSUPPORTED, "'" + facts.name + "' does not work in memory of the host; copy the array instead");
    object_ = Memory(api().clCreateBuffer(context.context.get(), static_cast<cl_bitfield>(MEM_READ_WRITE | MEM_USE_HOST_PTR), size,
                                          hostMemory, &error));
    check(error, [&] { return "'" + facts.name + "' cannot use " + std::to_string(size) + " bytes of the host's memory"; });
    hostPointer_ = hostMemory;
    return;
  }
  switch (facts.memoryKind) {
    case MemoryKind::SharedVirtual:
    case MemoryKind::DeviceVirtual: {
      const std::int64_t fineGrained = isHostVisible(facts.memoryKind) ? MEM_SVM_FINE_GRAIN_BUFFER : 0;
      address_ = static_cast<char*>(
          api().clSVMAlloc(context.context.get(), static_cast<cl_bitfield>(MEM_READ_WRITE | fineGrained), size, alignment));
      if (!address_) throw failure("");
      break;
    }
    case MemoryKind::UnifiedShared:
    case MemoryKind::UnifiedDevice: {
      const Extensions& extensions = context.platform.extensions;
      const auto allocate =
          facts.memoryKind == MemoryKind::UnifiedShared ? extensions.clSharedMemAllocINTEL : extensions.clDeviceMemAllocINTEL;
      address_ = static_cast<char*>(allocate(context.context.get(), facts.device, nullptr, size, alignment, &error));
      if (!address_) throw PluginError(NXS_OUT_OF_MEMORY, failure("").message() + ": " + errorName(error), error);
      break;
    }
    case MemoryKind::Object:
      object_ =
          Memory(api().clCreateBuffer(context.context.get(), static_cast<cl_bitfield>(MEM_READ_WRITE), size, nullptr, &error));
      if (error != COMPLETE) throw PluginError(NXS_OUT_OF_MEMORY, failure("").message() + ": " + errorName(error), error);
      break;
  }
  if (isHostVisible(facts.memoryKind)) hostPointer_ = address_;
}

nxs_buffer::~nxs_buffer() {
  if (!address_) return;
  if (isUnified(context_.facts.memoryKind))
    context_.platform.extensions.clMemBlockingFreeINTEL(context_.context.get(), address_);
  else
    api().clSVMFree(context_.context.get(), address_);
}

void nxs_buffer::refuseOffset(std::uint64_t offset) const {
  throw PluginError(NXS_UNSUPPORTED, "'" + context_.facts.name + "' gives kernels parts of a buffer only from multiples of " +
                                         std::to_string(context_.facts.alignment) + " bytes on, not from byte " +
                                         std::to_string(offset) +
                                         "; pass the whole buffer and an index, copy the part to a buffer of its own, or set "
                                         "NEXUS_OPENCL_MEMORY=svm-coarse if the driver offers that");
}

cl_mem nxs_buffer::objectAt(std::uint64_t offset) {
  if (offset == 0) return object_.get();
  std::lock_guard lock(mutex_);
  Memory& part = parts_[offset];
  if (!part) {
    const cl_buffer_region region = {offset, size_ - offset};
    cl_int error = COMPLETE;
    part = Memory(api().clCreateSubBuffer(object_.get(), static_cast<cl_bitfield>(MEM_READ_WRITE),
                                          static_cast<cl_uint>(BUFFER_CREATE_TYPE_REGION), &region, &error));
    check(error, [&] {
      return "'" + context_.facts.name + "' cannot make a part of a buffer from byte " + std::to_string(offset) + " on";
    });
  }
  return part.get();
}
