#pragma once

#include <nexus/array_view.h>
#include <nexus/handle.h>

namespace nexus {

class Argument;
class Device;

/// Memory of a device, seen as an array: bytes plus element type, shape and strides. Contents are undefined until written. Views, which slice,
/// select, reshape and view make, share the memory and keep it alive.
class NEXUS_API Buffer : public Handle {
 public:
  Buffer() = default;

  Device getDevice() const;
  const Shape& getShape() const;
  /// Bytes from one element to the next in each dimension, negative in views that run backwards; half bytes for the packed types of 4 bits.
  const Shape& getStrides() const;
  DType getDType() const;
  /// Bytes of all elements.
  std::uint64_t getByteSize() const;
  /// Bytes from the start of the memory to the first element.
  std::uint64_t getOffset() const;
  /// Whether the elements lie one after the other in row-major order. Kernels take only such buffers.
  bool isContiguous() const;
  /// Whether this is memory that was wrapped as read-only; whatever would write it is refused.
  bool isReadOnly() const;

  /// Copies a whole array into the buffer, in row-major order of both, and returns when it is done. The array must have the buffer's element
  /// type and number of elements; its strides are its own. Ordered behind earlier work of the device's default stream. Where an end is not
  /// contiguous and its device's memory is not host-visible, the copy takes one command for each contiguous run, or a detour over the host.
  void copyFrom(const ArrayView& source) const;
  /// The same from a buffer of any device, ordered behind earlier work of both default streams. The two may overlap.
  void copyFrom(const Buffer& source) const;
  /// Copies the whole buffer into an array and returns when it is done; same rules as copyFrom. The array must be writable, and no two of its
  /// elements may share memory.
  void copyTo(const ArrayView& destination) const;
  /// Sets every element to a value, converted to the element type; throws if it does not fit. Returns when it is done.
  void fill(double value) const;
  /// The same for integers beyond 2^53.
  void fillInt(std::int64_t value) const;
  /// The same for any number, complex ones included.
  void fill(const Argument& value) const;

  /// Every `step`-th of `count` indices of a dimension, from `start` on; a negative step runs backwards. Throws InvalidArgumentError beyond
  /// the bounds.
  Buffer slice(std::size_t dimension, std::int64_t start, std::int64_t count, std::int64_t step = 1) const;
  /// One index of a dimension, which the view does not have any more.
  Buffer select(std::size_t dimension, std::int64_t index) const;
  /// The same elements in another shape, one size of which may be -1. Throws InvalidArgumentError if the buffer is not contiguous.
  Buffer reshape(const Shape& shape) const;
  /// The same bytes as elements of another type. The last dimension changes with the size of the elements and must be contiguous for that.
  Buffer view(DType dtype) const;

  /// Address at which the host can read and write the first element, or NULL if the memory is not host-visible. Valid while a handle of this
  /// buffer lives. Work on streams is not waited for.
  void* getHostPointer() const noexcept;
  /// Address at which kernels of the device find the first element, for other libraries of the process; 0 if the runtime does not tell. Valid while a
  /// handle of this buffer lives. Work on streams is not waited for, in either direction.
  std::uint64_t getDevicePointer() const;

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

}  // namespace nexus
