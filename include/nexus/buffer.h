#pragma once

#include <nexus/array_view.h>
#include <nexus/handle.h>

namespace nexus {

class Device;

/// Memory of a device, seen as an array: bytes plus element type and shape. Contents are undefined until written.
class NEXUS_API Buffer : public Handle {
 public:
  Buffer() = default;

  Device getDevice() const;
  const Shape& getShape() const;
  /// Bytes from one element to the next in each dimension.
  const Shape& getStrides() const;
  DType getDType() const;
  /// Bytes of all elements.
  std::uint64_t getByteSize() const;

  /// Copies a whole array into the buffer and returns when it is done. The array must be contiguous and have the buffer's element type and
  /// number of elements. Ordered behind earlier work of the device's default stream.
  void copyFrom(const ArrayView& source) const;
  /// Copies the whole buffer into an array and returns when it is done; same rules as copyFrom. The array must be writable.
  void copyTo(const ArrayView& destination) const;
  /// Sets every element to a value, converted to the element type; throws if it does not fit. Returns when it is done.
  void fill(double value) const;
  /// The same for integers beyond 2^53.
  void fillInt(std::int64_t value) const;

  /// Address at which the host can read and write the elements, or NULL if the memory is not host-visible. Valid while a handle of this
  /// buffer lives. Work on streams is not waited for.
  void* getHostPointer() const noexcept;

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

}  // namespace nexus
