#include "buffer_object.h"

#include "access.h"
#include "log.h"
#include "scalar_encoding.h"
#include "stream_object.h"
#include "strided.h"
#include "transfer.h"

#include <nexus/device.h>

#include <algorithm>
#include <cstring>

namespace nexus {

namespace detail {

namespace {

std::string byteText(std::uint64_t bytes) {
  static constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < std::size(units); ++unit) value /= 1024;
  char text[48];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.4g %s", value, units[unit]);
  return text;
}

/// Bytes of an array. Throws for negative sizes and where the number of elements or of bytes is beyond what strides can tell.
std::uint64_t checkedBytes(const Shape& shape, DType dtype) {
  const DTypeInfo& info = dtypeInfo(dtype);
  std::int64_t bytes = info.size;
  bool isEmpty = false;
  for (std::int64_t extent : shape) {
    isEmpty = isEmpty || extent == 0;
    if (extent < 0) throw InvalidArgumentError("cannot create a buffer of shape " + shape.toString() + ": no size may be negative");
    if (__builtin_mul_overflow(bytes, std::max<std::int64_t>(extent, 1), &bytes))
      throw OutOfMemoryError("cannot create a buffer of shape " + shape.toString() + " and type " + dtypeInfo(dtype).name +
                             ": it has more than 2^63 bytes");
  }
  if (isEmpty) return 0;
  // Packed elements were counted as a byte each.
  return info.bits < 8 ? (static_cast<std::uint64_t>(bytes) * info.bits + 7) / 8 : static_cast<std::uint64_t>(bytes);
}

void checkKnown(DType dtype, const char* what) {
  if (dtype == DType::Unknown) throw InvalidArgumentError(std::string(what) + " has no element type");
}

}  // namespace

MemoryObject::MemoryObject(const DeviceObject& device, std::uint64_t size, void* hostMemory, bool isReadOnly, std::uint32_t flags)
    : device_(device), isReadOnly_(isReadOnly) {
  device.checkProcess();
  // An array without elements has memory too, so that it needs no case of its own.
  const nxs_buffer_desc desc = {sizeof desc, std::max<std::uint64_t>(size, 1), hostMemory, flags, 0, 0, 0};
  device.check(device.table().buffer_create(device.native(), &desc, &native_), [&] {
    return (hostMemory ? "cannot wrap " : "cannot create a buffer of ") + byteText(size) + (hostMemory ? " of host memory" : "");
  });
  if (const auto hostPointer = device.table().buffer_host_pointer;
      hostPointer && hostPointer(native_, &hostPointer_) != NXS_SUCCESS)
    hostPointer_ = nullptr;
  logDebug([&] { return device.id() + " buffer"; }, [&] { return (hostMemory ? "wraps " : "created, ") + byteText(size); });
}

MemoryObject::MemoryObject(const DeviceObject& device, const Foreign& memory, bool isReadOnly)
    : device_(device), isReadOnly_(isReadOnly) {
  device.checkProcess();
  // Only a plugin that can name its own memory knows what to do with that of others.
  if (!device.table().buffer_device_pointer) device.throwMissingEntry("buffer_device_pointer");
  const nxs_buffer_desc desc = {sizeof desc, memory.size, nullptr, 0, 0, memory.address, memory.producerStream};
  device.check(device.table().buffer_create(device.native(), &desc, &native_),
               [&] { return "cannot wrap " + byteText(memory.size) + " of device memory"; });
  logDebug([&] { return device.id() + " buffer"; }, [&] { return "wraps " + byteText(memory.size) + " of the device"; });
}

std::uint64_t MemoryObject::devicePointer() const {
  device_.checkProcess();
  std::uint64_t address = 0;
  const auto entry = device_.table().buffer_device_pointer;
  return entry && entry(native_, &address) == NXS_SUCCESS ? address : 0;
}

MemoryObject::~MemoryObject() {
  if (device_.isOfThisProcess()) {
    device_.table().buffer_destroy(native_);
    logDebug([&] { return device_.id() + " buffer"; }, [] { return "destroyed"; });
  }
  if (release_) release_();
}

BufferObject::BufferObject(const MemoryObject& memory, std::uint64_t offset, const ArrayView& layout)
    : memory_(&memory), offset_(offset), isContiguous_(layout.isContiguous()), layout_(layout) {
  layout_.readOnly = memory.isReadOnly();
  layout_.data = memory.hostPointer() ? static_cast<char*>(memory.hostPointer()) + offset : nullptr;
}

std::string BufferObject::describe() const {
  return "Buffer " + layout_.shape.toString() + " " + dtypeInfo(layout_.dtype).name + " on " + device().id();
}

void BufferObject::checkContiguous(const char* action) const {
  if (!isContiguous())
    throw InvalidArgumentError(std::string("cannot ") + action + " " + describe() + ", a view with strides " +
                               layout_.strides.toString() +
                               ", here: its elements do not lie one after the other; copy it into a buffer of its own first");
}

void BufferObject::checkWritable() const {
  if (memory().isReadOnly()) throw InvalidArgumentError(describe() + " wraps read-only memory and cannot be written");
}

Buffer makeBuffer(const DeviceObject& device, const Shape& shape, DType dtype, std::uint32_t flags) {
  checkKnown(dtype, "a new buffer");
  const std::uint64_t bytes = checkedBytes(shape, dtype);
  if (const auto limit = device.limits().maxBufferSize; bytes > static_cast<std::uint64_t>(limit))
    throw OutOfMemoryError(device.id() + ": cannot create a buffer of " + byteText(bytes) + " (shape " + shape.toString() + ", " +
                           dtypeInfo(dtype).name + "): the largest possible one has " +
                           byteText(static_cast<std::uint64_t>(limit)));
  const Ref memory(new MemoryObject(device, bytes, nullptr, false, flags));
  if ((flags & NXS_BUFFER_HOST) && !static_cast<const MemoryObject&>(*memory.get()).hostPointer())
    throw UnsupportedError(device.id() +
                           " has no memory of the host that it can use itself; take an array of the host and a buffer");
  return Access::handle<Buffer>(
      *new BufferObject(static_cast<const MemoryObject&>(*memory.get()), 0, ArrayView(nullptr, dtype, shape)));
}

nxs_command fillCommand(const BufferObject& buffer, const FillEncoder& encode) {
  buffer.checkWritable();
  nxs_command command{};
  command.kind = NXS_COMMAND_FILL;
  nxs_fill& fill = command.as.fill;
  fill.buffer = buffer.memory().native();
  fill.offset = buffer.offset();
  fill.size = buffer.byteSize();
  fill.pattern_size = dtypeInfo(buffer.dtype()).size;
  try {
    encode(buffer.dtype(), fill.pattern);
  } catch (const InvalidArgumentError& e) {
    throw InvalidArgumentError("cannot fill " + buffer.describe() + ": " + e.what());
  }
  if (dtypeInfo(buffer.dtype()).bits == 4) fill.pattern[0] = static_cast<unsigned char>(fill.pattern[0] * 0x11);
  return command;
}

namespace {

/// Whether a command of `device` names the plugin's buffer, and not the host's address of it.
bool isNamed(const DeviceObject& device, const BufferObject& buffer) {
  return &buffer.device() == &device || (!buffer.layout().data && device.isPeerOf(buffer.device()));
}
void setDestination(nxs_copy& copy, const DeviceObject& device, const BufferObject& buffer) {
  const bool named = isNamed(device, buffer);
  copy.host_destination = named ? nullptr : buffer.layout().data;
  copy.destination = named ? buffer.memory().native() : nullptr;
  copy.destination_offset = copy.destination ? buffer.offset() : 0;
}
void setSource(nxs_copy& copy, const DeviceObject& device, const BufferObject& buffer) {
  const bool named = isNamed(device, buffer);
  copy.host_source = named ? nullptr : buffer.layout().data;
  copy.source = named ? buffer.memory().native() : nullptr;
  copy.source_offset = copy.source ? buffer.offset() : 0;
}

/// For a command, which is one contiguous piece.
void checkPieces(const BufferObject& buffer, const ArrayView& array, bool isDestination) {
  checkArray(buffer, array, isDestination);
  const std::string what = isDestination ? "cannot record a copy of " + buffer.describe() + " to an array: "
                                         : "cannot record a copy of an array to " + buffer.describe() + ": ";
  if (!array.isContiguous()) throw InvalidArgumentError(what + "the array is not contiguous; make a contiguous copy first");
  buffer.checkContiguous("record a copy of");
  if (buffer.byteSize() == 0) throw InvalidArgumentError(what + "there are no elements to copy");
}

}  // namespace

void checkArray(const BufferObject& buffer, const ArrayView& array, bool isDestination) {
  const std::string what =
      isDestination ? "cannot copy " + buffer.describe() + " to an array: " : "cannot copy an array to " + buffer.describe() + ": ";
  if (!array.data && array.elements() != 0) throw InvalidArgumentError(what + "the array has no memory");
  if (array.dtype != buffer.dtype())
    throw InvalidArgumentError(what + "its element type is " + dtypeInfo(array.dtype).name + "; convert it first");
  if (array.elements() != buffer.layout().elements())
    throw InvalidArgumentError(what + "it has " + std::to_string(array.elements()) + " elements (shape " + array.shape.toString() +
                               ") instead of " + std::to_string(buffer.layout().elements()));
  if (isDestination && array.readOnly) throw InvalidArgumentError(what + "the array is read-only");
  if (isDestination && overlapsItself(array))
    throw InvalidArgumentError(what + "several elements of the array share memory (shape " + array.shape.toString() + ", strides " +
                               array.strides.toString() + ")");
  if (dtypeInfo(array.dtype).bits < 8 && !array.isContiguous())
    throw InvalidArgumentError(what + "elements of 4 bits are packed, so the array must be contiguous");
}

nxs_command copyCommand(const DeviceObject& device, const BufferObject& destination, const BufferObject& source) {
  const std::string what = "cannot copy " + source.describe() + " to " + destination.describe() + ": ";
  if (destination.dtype() != source.dtype() || destination.layout().elements() != source.layout().elements())
    throw InvalidArgumentError(what + "element types and numbers of elements must be equal");
  destination.checkWritable();
  destination.checkContiguous("record a copy to");
  source.checkContiguous("record a copy of");
  if (source.byteSize() == 0) throw InvalidArgumentError(what + "there are no elements to copy");
  const bool isSameMemory = &destination.memory() == &source.memory();
  const std::uint64_t size = source.byteSize();
  if (isSameMemory && destination.offset() < source.offset() + size && source.offset() < destination.offset() + size)
    throw InvalidArgumentError(what + "they overlap");
  if (&destination.device() != &device && &source.device() != &device)
    throw InvalidArgumentError(what + "neither is on " + device.id() + ", which is to copy");
  nxs_command command{};
  command.kind = NXS_COMMAND_COPY;
  nxs_copy& copy = command.as.copy;
  setDestination(copy, device, destination);
  setSource(copy, device, source);
  copy.size = size;
  if (!(copy.destination || copy.host_destination) || !(copy.source || copy.host_source))
    throw UnsupportedError(what + "the host cannot address the memory of " +
                           (copy.source || copy.host_source ? destination : source).device().id() +
                           "; copy in a schedule of that device, or through a host array");
  return command;
}

nxs_command copyFromHostCommand(const BufferObject& destination, const ArrayView& source) {
  checkPieces(destination, source, false);
  destination.checkWritable();
  nxs_command command{};
  command.kind = NXS_COMMAND_COPY;
  setDestination(command.as.copy, destination.device(), destination);
  command.as.copy.host_source = source.data;
  command.as.copy.size = destination.byteSize();
  return command;
}

nxs_command copyToHostCommand(const ArrayView& destination, const BufferObject& source) {
  checkPieces(source, destination, true);
  nxs_command command{};
  command.kind = NXS_COMMAND_COPY;
  setSource(command.as.copy, source.device(), source);
  command.as.copy.host_destination = destination.data;
  command.as.copy.size = source.byteSize();
  return command;
}

}  // namespace detail

using detail::Access;
using detail::bufferOf;

Device Buffer::getDevice() const { return bufferOf(*this).device().acquire<Device, Access>(); }
const Shape& Buffer::getShape() const { return bufferOf(*this).layout().shape; }
const Shape& Buffer::getStrides() const { return bufferOf(*this).layout().strides; }
DType Buffer::getDType() const { return bufferOf(*this).dtype(); }
std::uint64_t Buffer::getByteSize() const { return bufferOf(*this).byteSize(); }
std::uint64_t Buffer::getOffset() const { return bufferOf(*this).offset(); }
bool Buffer::isContiguous() const { return bufferOf(*this).isContiguous(); }
bool Buffer::isReadOnly() const { return bufferOf(*this).memory().isReadOnly(); }
std::uint64_t Buffer::getDevicePointer() const {
  const std::uint64_t start = bufferOf(*this).memory().devicePointer();
  return start == 0 ? 0 : start + bufferOf(*this).offset();
}
void* Buffer::getHostPointer() const noexcept { return *this ? bufferOf(*this).layout().data : nullptr; }

Buffer Device::createBuffer(const Shape& shape, DType dtype) const {
  return detail::makeBuffer(Access::of<detail::DeviceObject>(*this), shape, dtype);
}

Buffer Device::createHostBuffer(const Shape& shape, DType dtype) const {
  return detail::makeBuffer(Access::of<detail::DeviceObject>(*this), shape, dtype, NXS_BUFFER_HOST);
}

Buffer Device::createBuffer(const ArrayView& source) const {
  const detail::DeviceObject& device = Access::of<detail::DeviceObject>(*this);
  Buffer buffer = detail::makeBuffer(device, source.shape, source.dtype);
  detail::copyFromHost(device.uploadStream(), bufferOf(buffer), source);
  return buffer;
}

Buffer Device::wrap(const ArrayView& memory, std::function<void()> release) const {
  const detail::DeviceObject& device = Access::of<detail::DeviceObject>(*this);
  detail::checkKnown(memory.dtype, "the memory to wrap");
  const std::uint64_t bytes = detail::checkedBytes(memory.shape, memory.dtype);
  if (bytes == 0) {
    // Nothing to share; some owners have no address for nothing.
    Buffer empty = detail::makeBuffer(device, memory.shape, memory.dtype);
    if (release) release();
    return empty;
  }
  if (!memory.data) throw InvalidArgumentError("cannot wrap an array without memory");
  if (!memory.isContiguous())
    throw InvalidArgumentError("cannot wrap an array that is not contiguous; make a contiguous copy first");
  auto* wrapped = new detail::MemoryObject(device, bytes, memory.data, memory.readOnly);
  const detail::Ref object(wrapped);
  const Buffer buffer = Access::handle<Buffer>(*new detail::BufferObject(*wrapped, 0, memory));
  wrapped->onRelease(std::move(release));
  return buffer;
}

Buffer Device::wrapDeviceMemory(const ArrayView& memory, std::uint64_t producerStream, std::function<void()> release) const {
  const detail::DeviceObject& device = Access::of<detail::DeviceObject>(*this);
  detail::checkKnown(memory.dtype, "the memory to wrap");
  if (detail::checkedBytes(memory.shape, memory.dtype) == 0) return wrap(memory, std::move(release));
  if (!memory.data) throw InvalidArgumentError("cannot wrap an array without memory");
  if (dtypeInfo(memory.dtype).bits < 8 && !memory.isContiguous())
    throw InvalidArgumentError("cannot wrap an array of packed elements that is not contiguous; make a contiguous copy first");
  const detail::Extent extent =
      memory.isContiguous() ? detail::Extent{0, static_cast<std::int64_t>(memory.bytes())} : detail::extentOf(memory);
  const auto first = reinterpret_cast<std::uintptr_t>(memory.data) + static_cast<std::uint64_t>(extent.low);
  auto* wrapped = new detail::MemoryObject(
      device, detail::MemoryObject::Foreign{first, static_cast<std::uint64_t>(extent.high - extent.low), producerStream},
      memory.readOnly);
  const detail::Ref object(wrapped);
  const Buffer buffer =
      Access::handle<Buffer>(*new detail::BufferObject(*wrapped, static_cast<std::uint64_t>(-extent.low), memory));
  wrapped->onRelease(std::move(release));
  return buffer;
}

}  // namespace nexus
