#include "buffer.h"

namespace gpu = nexus::gpu_plugin;
using gpu::driver;
using nexus::plugin_support::PluginError;

namespace {

/// The handle by which plugin.h names the driver's default stream.
constexpr std::uint64_t defaultStream = 1;

/// Memory of another library. Throws unless it is the device's.
gpu::Address adopt(gpu::Device& device, const nxs_buffer_desc& desc) {
  const auto address = static_cast<gpu::Address>(desc.device_pointer);
  gpu::Ordinal ordinal = 0;
  if (driver.pointerAttribute) {
    const gpu::Result result = driver.pointerAttribute(&ordinal, gpu::pointerDeviceOrdinal, address);
    device.throwIfLost();
    if (result != gpu::success || ordinal != device.ordinal())
      throw PluginError(
          NXS_UNSUPPORTED,
          "the memory at address " + std::to_string(address) + " is not that of " + device.title() +
              (result == gpu::success ? ", but of the driver's device " + std::to_string(ordinal) : ": " + driver.describe(result)),
          result);
  }
  if (desc.producer_stream != 0)
    device.check(driver.streamSynchronize(
                     desc.producer_stream == defaultStream ? nullptr : reinterpret_cast<gpu::StreamHandle>(desc.producer_stream)),
                 "cannot wait for the work that makes the contents of memory");
  return address;
}

gpu::Address allocate(gpu::Device& device, std::uint64_t size, nxs_buffer::Origin& origin) {
  gpu::Address address = 0;
  gpu::Result result = gpu::outOfMemory;
  if (const gpu::PoolHandle pool = device.pool()) {
    origin = nxs_buffer::Origin::pool;
    const gpu::StreamHandle stream = device.housekeeping();
    const auto take = [&] { return driver.poolAllocate(&address, size, pool, stream); };
    result = take();
    if (result == gpu::outOfMemory) {
      // What was freed may lie in pieces that do not fit.
      driver.streamSynchronize(stream);
      driver.poolTrim(pool, 0);
      result = take();
    }
    // Other streams may use the memory when this one has got to its allocation.
    if (result == gpu::success) {
      result = driver.streamSynchronize(stream);
      if (result != gpu::success) {
        driver.poolFree(address, stream);
        device.check(result, "cannot wait for memory");
      }
    }
  } else {
    origin = nxs_buffer::Origin::plain;
    result = driver.memoryAllocate(&address, size);
  }
  if (result == gpu::outOfMemory) {
    std::size_t free = 0, total = 0;
    driver.memoryInfo(&free, &total);
    throw PluginError(NXS_OUT_OF_MEMORY,
                      "a buffer of " + std::to_string(size) + " bytes does not fit on " + device.title() + ", which has " +
                          std::to_string(free) + " of " + std::to_string(total) + " bytes left",
                      result);
  }
  device.check(result, "cannot allocate memory");
  return address;
}

}  // namespace

nxs_buffer::nxs_buffer(gpu::Device& owner, const nxs_buffer_desc& desc) : device(owner), size(desc.size) {
  const gpu::ContextScope scope(device.context());
  device.throwIfLost();
  if (desc.host_pointer) {
    const gpu::Result result = driver.hostRegister(desc.host_pointer, desc.size, gpu::hostMemoryPortable | gpu::hostMemoryMapped);
    if (result != gpu::success) {
      device.throwIfLost();
      throw PluginError(NXS_UNSUPPORTED,
                        "the driver cannot give " + device.title() + " access to this host memory (" + driver.describe(result) +
                            "); copy it into a buffer, or take memory from create_host_buffer",
                        result);
    }
    origin = Origin::registered;
    host = desc.host_pointer;
  } else if (desc.struct_size >= sizeof desc && desc.device_pointer != 0) {
    address = adopt(device, desc);
    origin = Origin::foreign;
    return;
  } else if (desc.struct_size >= sizeof desc && (desc.flags & NXS_BUFFER_HOST)) {
    device.check(driver.hostAllocate(&host, desc.size, gpu::hostMemoryPortable | gpu::hostMemoryMapped),
                 "cannot allocate pinned host memory");
    origin = Origin::pinned;
  } else {
    address = allocate(device, desc.size, origin);
    return;
  }
  if (const gpu::Result result = driver.hostDevicePointer(&address, host, 0); result != gpu::success) {
    if (origin == Origin::registered)
      driver.hostUnregister(host);
    else
      driver.hostFree(host);
    device.check(result, "the device cannot reach this host memory");
  }
}

nxs_buffer::~nxs_buffer() {
  try {
    const gpu::ContextScope scope(device.context());
    // The core gives nothing back that a command still uses, so that the housekeeping stream is in order with everything but the work of others.
    if (isKnownToOthers && origin != Origin::foreign) driver.contextSynchronize();
    switch (origin) {
      case Origin::pool:
        driver.poolFree(address, device.housekeeping());
        device.noteFreed(size);
        break;
      case Origin::plain: driver.memoryFree(address); break;
      case Origin::pinned: driver.hostFree(host); break;
      case Origin::registered: driver.hostUnregister(host); break;
      case Origin::foreign: break;
    }
  } catch (const PluginError&) {
    // The context is gone, and its memory with it.
  }
}
