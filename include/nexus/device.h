#pragma once

#include <nexus/info.h>
#include <nexus/library.h>
#include <nexus/schedule.h>

#include <functional>

namespace nexus {

class Runtime;

/// A compute device of a runtime.
class NEXUS_API Device : public Handle {
 public:
  Device() = default;
  Runtime getRuntime() const;
  /// Position in its runtime.
  std::size_t getIndex() const;
  /// Name by which getDevice finds it: "cpu:0".
  const std::string& getId() const;

  /// Value of a property by name or id. T is std::string, std::int64_t, double or a vector of those; integers may be read as
  /// double. The runtime is asked first, then the device's database entry. Throws NotFoundError for an unknown name or a property
  /// that the device does not know, InvalidArgumentError for another type.
  template <class T>
  T getProperty(std::string_view name) const {
    return getProperty<T>(findProperty(name).id);
  }
  template <class T>
  T getProperty(Property property) const;
  PropertyValue getPropertyValue(Property property) const;
  /// The properties that this device knows, those from its database entry included.
  std::vector<Property> getProperties() const;
  /// Who says what the value of a property is. Throws NotFoundError if nobody does.
  PropertySource getPropertySource(Property property) const;
  PropertySource getPropertySource(std::string_view name) const { return getPropertySource(findProperty(name).id); }
  /// What one of the two says, also where the other knows better. Throws NotFoundError if it does not know.
  PropertyValue getPropertyValue(Property property, PropertySource source) const;
  /// Database entry of this device's vendor, type and architecture; where that vendor has none, the generic one or the only one of
  /// that architecture. Throws NotFoundError with the folders that were searched, UnavailableError if the file cannot be used.
  Info getInfo() const;

  /// New memory for an array of that shape; contents are undefined.
  Buffer createBuffer(const Shape& shape, DType dtype = DType::Float32) const;
  /// New memory of the host that the device copies from and to without a detour, and that its kernels can reach: pinned memory of a GPU. It has a
  /// host pointer. Throws UnsupportedError if the device has no such memory.
  Buffer createHostBuffer(const Shape& shape, DType dtype = DType::Float32) const;
  /// New memory with a copy of an array.
  Buffer createBuffer(const ArrayView& source) const;
  /// A buffer over memory of the caller, without a copy. `release` is called once, from any thread, when nothing uses the memory
  /// any more; not if this throws. Throws UnsupportedError if the device cannot use host memory.
  Buffer wrap(const ArrayView& memory, std::function<void()> release = {}) const;
  /// The same over memory of this device that another library of the process has allocated: memory.data is an address of the device, strides may be
  /// any. `producerStream` is the driver's handle of the stream (cudaStream_t, hipStream_t) that makes the contents, 1 for the driver's default stream;
  /// its work so far is waited for. 0: the contents are there. Throws UnsupportedError if the runtime cannot, or if the memory is not the device's.
  Buffer wrapDeviceMemory(const ArrayView& memory, std::uint64_t producerStream = 0, std::function<void()> release = {}) const;

  /// Loads a kernel library from a file: a binary of the device, or a catalog, from which the best part for the device is taken. Throws
  /// UnavailableError with the loader's own words if that fails, or with the reason for each part.
  Library loadLibrary(const std::string& path) const;
  /// Loads a kernel library, or a catalog, from memory.
  Library createLibrary(std::span<const std::byte> binary) const;
  /// Compiles source text. Compiled programs are kept on disk (docs/kernels.md), so that the next time only loads. Throws
  /// InvalidArgumentError with the languages that the device takes, CompileFailedError with the compiler's messages, the options
  /// and the file in which the text was kept, UnavailableError if there is no compiler.
  Library createLibrary(const std::string& source, const CompileOptions& options = {}) const;

  Stream createStream() const;
  /// The stream that is used where none is given.
  Stream getDefaultStream() const;
  Event createEvent(std::uint64_t initial = 0) const;
  Schedule createSchedule() const;

 private:
  friend struct detail::Access;
  using Handle::Handle;
};

#ifndef SWIG  // cannot parse these
extern template NEXUS_API std::string Device::getProperty(Property) const;
extern template NEXUS_API std::int64_t Device::getProperty(Property) const;
extern template NEXUS_API double Device::getProperty(Property) const;
extern template NEXUS_API std::vector<std::string> Device::getProperty(Property) const;
extern template NEXUS_API std::vector<std::int64_t> Device::getProperty(Property) const;
extern template NEXUS_API std::vector<double> Device::getProperty(Property) const;
#endif

}  // namespace nexus
