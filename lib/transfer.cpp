#include "transfer.h"

#include "scalar_encoding.h"
#include "stream_object.h"
#include "strided.h"

#include <nexus/device.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace nexus {

namespace detail {

namespace {

/// Memory of the host for the elements of a buffer, one after the other.
class Staging {
 public:
  explicit Staging(const BufferObject& buffer)
      : bytes_(std::make_unique_for_overwrite<std::byte[]>(buffer.byteSize())),
        view_(bytes_.get(), buffer.dtype(), buffer.layout().shape) {}
  std::byte* data() const noexcept { return bytes_.get(); }
  const ArrayView& view() const noexcept { return view_; }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  ArrayView view_;
};

/// Runs commands on a stream and returns when they are done. Host memory in them is only borrowed, so that the wait for them is not
/// interruptible; the wait for earlier work of the stream is.
void runBorrowed(const StreamObject& stream, std::span<const nxs_command> commands, const BufferObject& buffer,
                 const char* action) {
  if (stream.isHeld() || !stream.isIdle()) stream.synchronize(NXS_FOREVER);
  const DeviceObject& device = buffer.device();
  device.checkProcess();
  const auto what = [&] { return std::string("cannot ") + action + " " + buffer.describe(); };
  std::uint64_t ticket = 0;
  device.check(device.table().stream_submit(stream.native(), commands.data(), static_cast<std::uint32_t>(commands.size()),
                                            NXS_SUBMIT_INLINE, &ticket),
               what);
  if (ticket == 0) return;
  try {
    device.check(device.table().stream_synchronize(stream.native(), NXS_FOREVER), what);
  } catch (...) {
    // Whatever made the wait fail, the host memory is the caller's again when this returns.
    stream.awaitOver(ticket, NXS_FOREVER);
    throw;
  }
}

/// Collects commands and runs them some at a time.
class Batches {
 public:
  Batches(const StreamObject& stream, const BufferObject& buffer, const char* action)
      : stream_(stream), buffer_(buffer), action_(action) {}
  void add(const nxs_command& command) {
    commands_.push_back(command);
    if (commands_.size() == limit) run();
  }
  void run() {
    if (!commands_.empty()) runBorrowed(stream_, commands_, buffer_, action_);
    commands_.clear();
  }

 private:
  static constexpr std::size_t limit = 1024;
  const StreamObject& stream_;
  const BufferObject& buffer_;
  const char* action_;
  std::vector<nxs_command> commands_;
};

nxs_command copyOf(std::uint64_t size) {
  nxs_command command{};
  command.kind = NXS_COMMAND_COPY;
  command.as.copy.size = size;
  return command;
}

/// Offset of an element in the memory of its buffer.
std::uint64_t placeOf(const BufferObject& buffer, std::int64_t offset) {
  return buffer.offset() + static_cast<std::uint64_t>(offset);
}

/// After this the host may touch host-visible memory of the buffer.
void waitForHost(const StreamObject& stream, const BufferObject& buffer) {
  buffer.device().checkProcess();
  if (stream.isHeld() || !stream.isIdle()) stream.synchronize(NXS_FOREVER);
}

bool isHostVisible(const BufferObject& buffer) { return buffer.layout().data != nullptr; }

/// Between a contiguous array of the host and a contiguous buffer.
void copyWhole(const StreamObject& stream, const BufferObject& buffer, void* host, bool isToHost) {
  nxs_command command = copyOf(buffer.byteSize());
  nxs_copy& copy = command.as.copy;
  (isToHost ? copy.source : copy.destination) = buffer.memory().native();
  (isToHost ? copy.source_offset : copy.destination_offset) = buffer.offset();
  if (isToHost)
    copy.host_destination = host;
  else
    copy.host_source = host;
  runBorrowed(stream, {&command, 1}, buffer, isToHost ? "copy from" : "copy to");
}

/// Between a contiguous array of the host and a buffer of any strides: one command for each run.
void copyRuns(const StreamObject& stream, const BufferObject& buffer, std::byte* host, bool isToHost) {
  const ArrayView& layout = buffer.layout();
  const std::uint32_t size = dtypeInfo(layout.dtype).size;
  Batches batches(stream, buffer, isToHost ? "copy from" : "copy to");
  forEachRun(layout.shape, contiguousStrides(layout.shape, size), layout.strides, size,
             [&](std::int64_t at, std::int64_t offset, std::uint64_t bytes) {
               nxs_command command = copyOf(bytes);
               nxs_copy& copy = command.as.copy;
               (isToHost ? copy.source : copy.destination) = buffer.memory().native();
               (isToHost ? copy.source_offset : copy.destination_offset) = placeOf(buffer, offset);
               if (isToHost)
                 copy.host_destination = host + at;
               else
                 copy.host_source = host + at;
               batches.add(command);
             });
  batches.run();
}

/// A buffer of any strides to contiguous memory of the host. Reads the gaps too where that is not much more.
void fetch(const StreamObject& stream, const BufferObject& buffer, std::byte* host) {
  if (buffer.isContiguous()) return copyWhole(stream, buffer, host, true);
  const ArrayView& layout = buffer.layout();
  if (isHostVisible(buffer)) {
    waitForHost(stream, buffer);
    return gather(layout, host);
  }
  constexpr std::uint64_t wasteful = 4, page = 4096;
  const Extent extent = extentOf(layout);
  const auto span = static_cast<std::uint64_t>(extent.high - extent.low);
  if (span > wasteful * buffer.byteSize() + page) return copyRuns(stream, buffer, host, true);
  const auto around = std::make_unique_for_overwrite<std::byte[]>(span);
  nxs_command command = copyOf(span);
  command.as.copy.source = buffer.memory().native();
  command.as.copy.source_offset = placeOf(buffer, extent.low);
  command.as.copy.host_destination = around.get();
  runBorrowed(stream, {&command, 1}, buffer, "copy from");
  ArrayView inside = layout;
  inside.data = around.get() - extent.low;
  gather(inside, host);
}

/// Contiguous memory of the host to a buffer of any strides.
void store(const StreamObject& stream, const BufferObject& buffer, std::byte* host) {
  if (buffer.isContiguous()) return copyWhole(stream, buffer, host, false);
  if (!isHostVisible(buffer)) return copyRuns(stream, buffer, host, false);
  waitForHost(stream, buffer);
  scatter(host, buffer.layout());
}

/// Elements of one host-visible buffer or host array to another, which do not overlap. The shapes are equal.
void copyOnHost(const ArrayView& destination, const ArrayView& source) {
  copyElements(static_cast<std::byte*>(destination.data), destination.strides, static_cast<const std::byte*>(source.data),
               source.strides, source.shape, dtypeInfo(source.dtype).size);
}

void checkCopy(const BufferObject& destination, const BufferObject& source) {
  const std::string what = "cannot copy " + source.describe() + " to " + destination.describe() + ": ";
  if (destination.dtype() != source.dtype())
    throw InvalidArgumentError(what + "the element types differ; convert one of them first");
  if (destination.layout().elements() != source.layout().elements())
    throw InvalidArgumentError(what + "the numbers of elements differ, " + std::to_string(source.layout().elements()) + " and " +
                               std::to_string(destination.layout().elements()));
  destination.checkWritable();
}

/// Whether two buffers could have bytes in common.
bool mayOverlap(const BufferObject& a, const BufferObject& b) {
  if (&a.memory() != &b.memory()) {
    // Two buffers may wrap the same memory of the host.
    if (!isHostVisible(a) || !isHostVisible(b)) return false;
  }
  const Extent ofA = extentOf(a.layout()), ofB = extentOf(b.layout());
  if (&a.memory() == &b.memory()) return placeOf(a, ofA.low) < placeOf(b, ofB.high) && placeOf(b, ofB.low) < placeOf(a, ofA.high);
  const auto* first = static_cast<const std::byte*>(a.layout().data);
  const auto* second = static_cast<const std::byte*>(b.layout().data);
  return std::less<>()(first + ofA.low, second + ofB.high) && std::less<>()(second + ofB.low, first + ofA.high);
}

/// Within the memory of one device or between peers, by the source's own copies: one for each run. Returns false where that would be too many.
bool copyOnDevice(const BufferObject& destination, const BufferObject& source) {
  if (!(destination.layout().shape == source.layout().shape) && !(destination.isContiguous() && source.isContiguous()))
    return false;
  const std::uint32_t size = dtypeInfo(source.dtype()).size;
  constexpr std::uint64_t shortest = 256;
  constexpr std::size_t most = 65536;
  std::vector<nxs_command> commands;
  bool isWorthwhile = true;
  const auto add = [&](std::int64_t to, std::int64_t from, std::uint64_t bytes) {
    isWorthwhile = isWorthwhile && commands.size() < most && (bytes >= shortest || bytes == source.byteSize());
    if (!isWorthwhile) return;
    nxs_command command = copyOf(bytes);
    command.as.copy.destination = destination.memory().native();
    command.as.copy.destination_offset = placeOf(destination, to);
    command.as.copy.source = source.memory().native();
    command.as.copy.source_offset = placeOf(source, from);
    commands.push_back(command);
  };
  if (destination.isContiguous() && source.isContiguous())
    add(0, 0, source.byteSize());
  else
    forEachRun(source.layout().shape, destination.layout().strides, source.layout().strides, size, add);
  if (!isWorthwhile) return false;
  const Object* used[] = {&destination.memory(), &source.memory()};
  source.device().defaultStream().submit(commands, true, used,
                                         [&] { return "cannot copy " + source.describe() + " to " + destination.describe(); });
  return true;
}

}  // namespace

void copyFromHost(const StreamObject& stream, const BufferObject& destination, const ArrayView& source) {
  checkArray(destination, source, false);
  destination.checkWritable();
  if (destination.byteSize() == 0) return;
  if (source.isContiguous()) return store(stream, destination, static_cast<std::byte*>(source.data));
  if (isHostVisible(destination) && destination.layout().shape == source.shape) {
    waitForHost(stream, destination);
    return copyOnHost(destination.layout(), source);
  }
  const Staging staging(destination);
  gather(source, staging.data());
  store(stream, destination, staging.data());
}

void copyToHost(const StreamObject& stream, const ArrayView& destination, const BufferObject& source) {
  checkArray(source, destination, true);
  if (source.byteSize() == 0) return;
  if (destination.isContiguous()) return fetch(stream, source, static_cast<std::byte*>(destination.data));
  if (isHostVisible(source) && source.layout().shape == destination.shape) {
    waitForHost(stream, source);
    return copyOnHost(destination, source.layout());
  }
  const Staging staging(source);
  fetch(stream, source, staging.data());
  scatter(staging.data(), destination);
}

void copyBetween(const BufferObject& destination, const BufferObject& source) {
  checkCopy(destination, source);
  if (source.byteSize() == 0) return;
  const StreamObject &to = destination.device().defaultStream(), &from = source.device().defaultStream();
  const bool overlap = mayOverlap(destination, source);
  const bool isOneDevice = &destination.device() == &source.device();
  const bool isPeer =
      !isOneDevice && !isHostVisible(source) && !isHostVisible(destination) && source.device().isPeerOf(destination.device());
  const bool isPacked = dtypeInfo(source.dtype()).bits < 8;
  if (!overlap && isOneDevice && (!isHostVisible(source) || (source.isContiguous() && destination.isContiguous())))
    if (copyOnDevice(destination, source)) return;
  if (isPeer) {
    waitForHost(to, destination);
    if (copyOnDevice(destination, source)) return;
  }
  if (!overlap && !isPacked && isHostVisible(source) && isHostVisible(destination) &&
      destination.layout().shape == source.layout().shape) {
    waitForHost(from, source);
    waitForHost(to, destination);
    return copyOnHost(destination.layout(), source.layout());
  }
  const Staging staging(source);
  fetch(from, source, staging.data());
  store(to, destination, staging.data());
}

void fillElements(const BufferObject& buffer, const FillEncoder& encode) {
  nxs_command command = fillCommand(buffer, encode);
  if (buffer.byteSize() == 0) return;
  const StreamObject& stream = buffer.device().defaultStream();
  const ArrayView& layout = buffer.layout();
  const nxs_fill& fill = command.as.fill;
  if (buffer.isContiguous()) {
    const Object* used[] = {&buffer.memory()};
    return stream.submit({&command, 1}, true, used, [&] { return "cannot fill " + buffer.describe(); });
  }
  if (isHostVisible(buffer)) {
    waitForHost(stream, buffer);
    const Shape still = [&] {
      Shape strides = layout.shape;
      for (std::size_t i = 0; i < strides.rank(); ++i) strides[i] = 0;
      return strides;
    }();
    return copyElements(static_cast<std::byte*>(layout.data), layout.strides, reinterpret_cast<const std::byte*>(fill.pattern),
                        still, layout.shape, fill.pattern_size);
  }
  Batches batches(stream, buffer, "fill");
  forEachRun(layout.shape, layout.strides, layout.strides, fill.pattern_size,
             [&](std::int64_t offset, std::int64_t, std::uint64_t bytes) {
               command.as.fill.offset = placeOf(buffer, offset);
               command.as.fill.size = bytes;
               batches.add(command);
             });
  batches.run();
}

}  // namespace detail

using detail::bufferOf;

void Buffer::copyFrom(const ArrayView& source) const {
  const detail::BufferObject& buffer = bufferOf(*this);
  detail::copyFromHost(buffer.device().defaultStream(), buffer, source);
}

void Buffer::copyFrom(const Buffer& source) const { detail::copyBetween(bufferOf(*this), bufferOf(source)); }

void Buffer::copyTo(const ArrayView& destination) const {
  const detail::BufferObject& buffer = bufferOf(*this);
  detail::copyToHost(buffer.device().defaultStream(), destination, buffer);
}

void Buffer::fill(double value) const {
  detail::fillElements(bufferOf(*this), [&](DType dtype, unsigned char* pattern) { detail::encodeNumber(value, dtype, pattern); });
}

void Buffer::fillInt(std::int64_t value) const { fill(Argument(value)); }

void Buffer::fill(const Argument& value) const {
  detail::fillElements(bufferOf(*this), [&](DType dtype, unsigned char* pattern) { detail::encodeScalar(value, dtype, pattern); });
}

}  // namespace nexus
