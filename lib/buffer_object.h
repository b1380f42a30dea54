#pragma once

#include "access.h"
#include "device_object.h"

#include <nexus/buffer.h>

#include <functional>

namespace nexus::detail {

/// Memory of a device; shared by the buffers that view it.
class MemoryObject : public Object {
 public:
  /// Allocates, or wraps host memory.
  MemoryObject(const DeviceObject& device, std::uint64_t size, void* hostMemory, bool isReadOnly, std::uint32_t flags = 0);
  /// Memory of the device that others have allocated.
  struct Foreign {
    std::uint64_t address, size, producerStream;
  };
  MemoryObject(const DeviceObject& device, const Foreign& memory, bool isReadOnly);
  ~MemoryObject() override;
  /// Has `release` called when the memory is no longer used. To be called when nothing can fail any more: what is refused is not released.
  void onRelease(std::function<void()> release) noexcept { release_ = std::move(release); }

  const DeviceObject& device() const noexcept { return device_; }
  nxs_buffer* native() const noexcept { return native_; }
  void* hostPointer() const noexcept { return hostPointer_; }
  /// 0: the plugin does not tell.
  std::uint64_t devicePointer() const;
  bool isReadOnly() const noexcept { return isReadOnly_; }

 private:
  const DeviceObject& device_;
  Ref keepsDevice_{&device_};
  nxs_buffer* native_ = nullptr;
  void* hostPointer_ = nullptr;
  bool isReadOnly_;
  std::function<void()> release_;
};

/// An array in the memory of a device.
class BufferObject : public Object {
 public:
  static constexpr const char* kind = "Buffer";

  BufferObject(const MemoryObject& memory, std::uint64_t offset, const ArrayView& layout);

  const MemoryObject& memory() const noexcept { return static_cast<const MemoryObject&>(*memory_.get()); }
  const DeviceObject& device() const noexcept { return memory().device(); }
  std::uint64_t offset() const noexcept { return offset_; }
  std::uint64_t byteSize() const noexcept { return layout_.bytes(); }
  DType dtype() const noexcept { return layout_.dtype; }
  const ArrayView& layout() const noexcept { return layout_; }
  bool isContiguous() const noexcept { return isContiguous_; }
  /// "Buffer (1024,) float32 on cpu:0".
  std::string describe() const;
  /// Throws InvalidArgumentError if the memory must not be written.
  void checkWritable() const;
  /// Throws InvalidArgumentError that says what cannot be done, if the elements do not lie one after the other.
  void checkContiguous(const char* action) const;

 private:
  Ref memory_;
  std::uint64_t offset_;
  bool isContiguous_;
  ArrayView layout_;  // data is the host's address of the first element, or NULL
};

inline const BufferObject& bufferOf(const Handle& handle) { return Access::of<BufferObject>(handle); }

/// Makes a buffer for an array of that shape. Throws InvalidArgumentError or OutOfMemoryError.
/// flags: NXS_BUFFER_*.
Buffer makeBuffer(const DeviceObject& device, const Shape& shape, DType dtype, std::uint32_t flags = 0);
/// Writes a value in the bytes of an element type; throws InvalidArgumentError if it does not fit.
using FillEncoder = std::function<void(DType, unsigned char*)>;
/// A fill of a contiguous buffer. Throws InvalidArgumentError if the value does not fit.
nxs_command fillCommand(const BufferObject& buffer, const FillEncoder& encode);
/// A copy for a stream of `device`, on which at least one of the buffers is; the other may be anywhere if the host can address it. Throws
/// InvalidArgumentError, or UnsupportedError.
nxs_command copyCommand(const DeviceObject& device, const BufferObject& destination, const BufferObject& source);
/// Throws InvalidArgumentError if an array cannot be copied to a buffer, or a buffer to it.
void checkArray(const BufferObject& buffer, const ArrayView& array, bool isDestination);
/// Copies between a contiguous host array and a buffer. Throw InvalidArgumentError if they do not fit together.
nxs_command copyFromHostCommand(const BufferObject& destination, const ArrayView& source);
nxs_command copyToHostCommand(const ArrayView& destination, const BufferObject& source);

}  // namespace nexus::detail
