#include "launch.h"

#include "access.h"
#include "scalar_encoding.h"
#include "stream_object.h"

#include <cmath>
#include <cstring>
#include <memory>

namespace nexus {

namespace detail {

namespace {

/// What a kernel without metadata gets: integers as 64-bit, floating-point numbers as double, typed values as they are.
DType ownType(const Argument& value) {
  return value.dtype() != DType::Unknown ? value.dtype() : value.kind() == Argument::Kind::Float ? DType::Float64 : DType::Int64;
}

bool fitsSigned(const Argument& value, std::uint32_t size) {
  if (size >= sizeof(std::int64_t)) return true;
  const std::int64_t limit = std::int64_t{1} << (8 * size - 1);
  return value.asInt() >= -limit && value.asInt() < limit;
}

/// The type in which a parameter takes a number of which only the size is known: integers as signed ones if they fit, else as unsigned ones.
DType typeOfSize(const KernelObject& kernel, std::size_t index, const KernelArgument& declared, const Argument& value) {
  const auto choose = [&](DType one, DType two, DType four, DType eight) {
    return declared.size == 1   ? one
           : declared.size == 2 ? two
           : declared.size == 4 ? four
           : declared.size == 8 ? eight
                                : DType::Unknown;
  };
  const bool isInteger = value.kind() == Argument::Kind::Int || value.kind() == Argument::Kind::UInt;
  DType dtype = value.dtype();
  if (isInteger && value.kind() == Argument::Kind::Int && fitsSigned(value, declared.size))
    dtype = choose(DType::Int8, DType::Int16, DType::Int32, DType::Int64);
  else if (isInteger)
    dtype = choose(DType::UInt8, DType::UInt16, DType::UInt32, DType::UInt64);
  else if (value.kind() == Argument::Kind::Float && (dtype == DType::Unknown || dtypeInfo(dtype).size != declared.size))
    dtype = choose(DType::Unknown, DType::Float16, DType::Float32, DType::Float64);
  if (dtype == DType::Unknown || dtypeInfo(dtype).size != declared.size)
    throw InvalidArgumentError(kernel.describeArgument(index) + " takes " + std::to_string(declared.size) + " bytes, but a " +
                               (value.kind() == Argument::Kind::Complex ? "complex number"
                                : isInteger                             ? "integer"
                                                                        : "floating-point number") +
                               " was given, which has no form of that size");
  return dtype;
}

[[gnu::noinline]] void convertScalar(const KernelObject& kernel, std::size_t index, const Argument& value,
                                     nxs_argument& converted) {
  DType dtype = ownType(value);
  if (kernel.hasArguments() && kernel.arguments()[index].isUntyped) {
    dtype = typeOfSize(kernel, index, kernel.arguments()[index], value);
  } else if (kernel.hasArguments()) {
    const KernelArgument& declared = kernel.arguments()[index];
    if (declared.isBuffer) throw InvalidArgumentError(kernel.describeArgument(index) + " takes a buffer, but a number was given");
    if (declared.dtype == DType::Unknown)
      throw InvalidArgumentError(kernel.describeArgument(index) + " takes a value of " + std::to_string(declared.size) +
                                 " bytes that is no number; such arguments cannot be passed");
    dtype = declared.dtype;
  }
  try {
    encodeScalar(value, dtype, converted.value.scalar);
  } catch (const InvalidArgumentError& e) {
    throw InvalidArgumentError(kernel.describeArgument(index) + ": " + e.what());
  }
  converted.kind = NXS_ARGUMENT_SCALAR;
  converted.size = dtypeInfo(dtype).size;
}

[[noreturn, gnu::cold]] void refuseBuffer(const KernelObject& kernel, std::size_t index, const BufferObject& buffer) {
  if (&buffer.device() != &kernel.device())
    throw InvalidArgumentError(kernel.describeArgument(index) + ": the buffer is on " + buffer.device().id() + ", the kernel on " +
                               kernel.device().id());
  if (kernel.hasArguments()) {
    const KernelArgument& declared = kernel.arguments()[index];
    if (declared.isUntyped && declared.size != sizeof(void*))
      throw InvalidArgumentError(kernel.describeArgument(index) + " takes " + std::to_string(declared.size) + " bytes, but a " +
                                 buffer.describe() + " was given");
    if (!declared.isBuffer && !declared.isUntyped)
      throw InvalidArgumentError(kernel.describeArgument(index) + " takes a " + dtypeInfo(declared.dtype).name + ", but a " +
                                 buffer.describe() + " was given");
    if (declared.dtype != DType::Unknown && declared.dtype != buffer.dtype())
      throw InvalidArgumentError(kernel.describeArgument(index) + " takes a buffer of " + dtypeInfo(declared.dtype).name +
                                 ", but a " + buffer.describe() + " was given");
  }
  if (!buffer.isContiguous())
    throw InvalidArgumentError(kernel.describeArgument(index) + ": " + buffer.describe() + " is a view with strides " +
                               buffer.layout().strides.toString() +
                               ", of which a kernel learns nothing; copy it into a buffer of its own first");
  throw InvalidArgumentError(kernel.describeArgument(index) + (kernel.hasArguments() ? " is written" : " may be written") +
                             ", but " + buffer.describe() + " wraps read-only memory; pass a copy of it");
}

const MemoryObject* convertBuffer(const KernelObject& kernel, std::size_t index, const BufferObject& buffer,
                                  nxs_argument& converted) {
  const ArgumentForm& form = kernel.argumentForm(index);
  const MemoryObject& memory = buffer.memory();
  const bool isRightType = form.takesBuffer && (form.dtype == 0 || DType{form.dtype} == buffer.dtype());
  if (!isRightType || &memory.device() != &kernel.device() || (form.isWritten && memory.isReadOnly()) || !buffer.isContiguous())
      [[unlikely]]
    refuseBuffer(kernel, index, buffer);
  converted.kind = NXS_ARGUMENT_BUFFER;
  converted.size = 0;
  converted.offset = buffer.offset();
  converted.value.buffer = memory.native();
  return &memory;
}

/// Stores a number of a usual type. Returns false, having done nothing, if it takes a closer look.
bool storeUsualScalar(const ArgumentForm& form, const Argument& value, nxs_argument& converted) {
  if (value.kind() == Argument::Kind::Float) {
    const double number = value.asFloat();
    const auto rounded = static_cast<float>(number);
    if (form.floatSize == sizeof rounded) {
      if (std::isinf(rounded)) return false;
      std::memcpy(converted.value.scalar, &rounded, sizeof rounded);
    } else if (form.floatSize == sizeof number) {
      std::memcpy(converted.value.scalar, &number, sizeof number);
    } else {
      return false;
    }
    converted.size = form.floatSize;
  } else {
    const std::int64_t number = value.asInt();
    if (form.integerSize == 0 || value.kind() > Argument::Kind::UInt || (value.kind() == Argument::Kind::UInt && number < 0))
      return false;
    const int spare = 64 - 8 * form.integerSize;
    const auto bits = static_cast<std::uint64_t>(number) << spare;
    const bool fitsSigned = form.takesSigned && static_cast<std::int64_t>(bits) >> spare == number;
    const bool fitsUnsigned = form.takesUnsigned && number >= 0 && bits >> spare == static_cast<std::uint64_t>(number);
    if (!fitsSigned && !fitsUnsigned) return false;
    std::memcpy(converted.value.scalar, &number, sizeof number);  // the low bytes are first
    converted.size = form.integerSize;
  }
  converted.kind = NXS_ARGUMENT_SCALAR;
  return true;
}

constexpr const char* axisNames[] = {"x", "y", "z"};

bool isWithin(const Dim3& dims, const std::int64_t (&limits)[3]) {
  const auto isOne = [](std::int64_t value, std::int64_t limit) { return value >= 1 && value <= limit; };
  return isOne(dims.x, limits[0]) && isOne(dims.y, limits[1]) && isOne(dims.z, limits[2]);
}

void refuseDims(const KernelObject& kernel, const char* what, const Dim3& dims, const std::int64_t (&limits)[3]) {
  const std::int64_t values[3] = {dims.x, dims.y, dims.z};
  for (std::size_t i = 0; i < 3; ++i)
    if (values[i] < 1 || values[i] > limits[i])
      throw InvalidArgumentError("kernel '" + kernel.name() + "': " + what + " (" + std::to_string(dims.x) + ", " +
                                 std::to_string(dims.y) + ", " + std::to_string(dims.z) + ") has " + axisNames[i] + " = " +
                                 std::to_string(values[i]) + "; " + kernel.device().id() + " takes 1 to " +
                                 std::to_string(limits[i]));
}

[[noreturn, gnu::cold]] void refuseGeometry(const KernelObject& kernel, const Dim3& grid, const Dim3& block,
                                            std::int64_t sharedBytes) {
  const DeviceLimits& limits = kernel.limits();
  refuseDims(kernel, "grid", grid, limits.maxGrid);
  refuseDims(kernel, "block", block, limits.maxBlock);
  std::int64_t threads = 0;
  if (__builtin_mul_overflow(block.x, block.y, &threads) || __builtin_mul_overflow(threads, block.z, &threads) ||
      threads > kernel.maxThreadsPerBlock())
    throw InvalidArgumentError("kernel '" + kernel.name() + "': block (" + std::to_string(block.x) + ", " +
                               std::to_string(block.y) + ", " + std::to_string(block.z) + ") has more than the " +
                               std::to_string(kernel.maxThreadsPerBlock()) + " items per block that " + kernel.device().id() +
                               " takes");
  if (sharedBytes < 0 || sharedBytes > limits.maxSharedMemoryPerBlock - static_cast<std::int64_t>(kernel.sharedBytes()))
    throw InvalidArgumentError("kernel '" + kernel.name() + "': " + std::to_string(sharedBytes) +
                               " bytes of shared memory for the launch and " + std::to_string(kernel.sharedBytes()) +
                               " that the kernel declares; " + kernel.device().id() + " has " +
                               std::to_string(limits.maxSharedMemoryPerBlock));
  throw InvalidArgumentError("kernel '" + kernel.name() + "': grid (" + std::to_string(grid.x) + ", " + std::to_string(grid.y) +
                             ", " + std::to_string(grid.z) + ") has more than 2^63 items in all");
}

[[noreturn, gnu::cold]] void refuseArgumentCount(const KernelObject& kernel, std::size_t given) {
  std::string names;
  for (const KernelArgument& argument : kernel.arguments())
    names += (names.empty() ? "" : ", ") + (argument.name.empty() ? "?" : argument.name);
  throw InvalidArgumentError("kernel '" + kernel.name() + "' takes " + std::to_string(kernel.arguments().size()) + " arguments (" +
                             names + "), but " + std::to_string(given) + " were given");
}

}  // namespace

void checkArgumentCount(const KernelObject& kernel, std::size_t given) {
  if (!kernel.takesCount(given)) [[unlikely]]
    refuseArgumentCount(kernel, given);
}

const MemoryObject* convertArgument(const KernelObject& kernel, std::size_t index, const Argument& value, nxs_argument& converted) {
  if (value.kind() == Argument::Kind::Buffer)
    return convertBuffer(kernel, index, Access::of<BufferObject>(value.buffer()), converted);
  if (!storeUsualScalar(kernel.argumentForm(index), value, converted)) convertScalar(kernel, index, value, converted);
  return nullptr;
}

namespace {

/// Inlined in the launch: the driver leaves little of our code in the processor's caches, so that each further function costs.
[[gnu::always_inline]] inline void checkAndSetGeometry(const KernelObject& kernel, const Dim3& grid, const Dim3& block,
                                                       std::int64_t sharedBytes, nxs_launch& launch) {
  const DeviceLimits& limits = kernel.limits();
  std::int64_t threads = 0, items = 0;
  if (!isWithin(grid, limits.maxGrid) || !isWithin(block, limits.maxBlock) || __builtin_mul_overflow(block.x, block.y, &threads) ||
      __builtin_mul_overflow(threads, block.z, &threads) || threads > kernel.maxThreadsPerBlock() || sharedBytes < 0 ||
      sharedBytes > limits.maxSharedMemoryPerBlock - static_cast<std::int64_t>(kernel.sharedBytes()) ||
      __builtin_mul_overflow(threads, grid.x, &items) || __builtin_mul_overflow(items, grid.y, &items) ||
      __builtin_mul_overflow(items, grid.z, &items)) [[unlikely]]
    refuseGeometry(kernel, grid, block, sharedBytes);
  const auto copy = [](const Dim3& dims, std::uint64_t (&values)[3]) {
    values[0] = static_cast<std::uint64_t>(dims.x);
    values[1] = static_cast<std::uint64_t>(dims.y);
    values[2] = static_cast<std::uint64_t>(dims.z);
  };
  copy(grid, launch.grid);
  copy(block, launch.block);
  launch.shared_bytes = static_cast<std::uint64_t>(sharedBytes);
}

void requireFeature(const KernelObject& kernel, std::uint32_t property, const char* what) {
  const DeviceObject& device = kernel.device();
  nxs_value value{};
  if (device.table().device_property(device.native(), property, &value) != NXS_SUCCESS || value.as.i != 1)
    throw UnsupportedError("kernel '" + kernel.name() + "': " + device.id() + " has no " + what);
}
}  // namespace

void setGeometry(const KernelObject& kernel, const Dim3& grid, const Dim3& block, std::int64_t sharedBytes, nxs_launch& launch) {
  checkAndSetGeometry(kernel, grid, block, sharedBytes, launch);
}

void setLaunchOptions(const KernelObject& kernel, const Dim3& grid, const LaunchOptions& options, nxs_launch& launch) {
  if (options.cooperative) {
    requireFeature(kernel, NXS_PROPERTY_HasCooperativeLaunch, "cooperative launches");
    launch.flags |= NXS_LAUNCH_COOPERATIVE;
  }
  if (!options.cluster) return;
  requireFeature(kernel, NXS_PROPERTY_HasClusterLaunch, "clusters of blocks");
  const std::int64_t blocks[3] = {grid.x, grid.y, grid.z}, values[3] = {options.cluster->x, options.cluster->y, options.cluster->z};
  for (std::size_t i = 0; i < 3; ++i) {
    if (values[i] < 1 || blocks[i] % values[i] != 0)
      throw InvalidArgumentError("kernel '" + kernel.name() + "': cluster has " + axisNames[i] + " = " + std::to_string(values[i]) +
                                 ", which does not divide the " + std::to_string(blocks[i]) + " blocks of the grid");
    launch.cluster[i] = static_cast<std::uint32_t>(values[i]);
  }
}

}  // namespace detail

void Kernel::launch(const Dim3& grid, const Dim3& block, std::span<const Argument> arguments, const LaunchOptions& options) const {
  const auto& kernel = detail::Access::of<detail::KernelObject>(*this);
  detail::checkArgumentCount(kernel, arguments.size());

  constexpr std::size_t few = 16;
  nxs_argument fewArguments[few];
  const detail::Object* fewUsed[few + 1];
  std::unique_ptr<nxs_argument[]> manyArguments;
  std::unique_ptr<const detail::Object*[]> manyUsed;
  nxs_argument* converted = fewArguments;
  const detail::Object** used = fewUsed;
  if (arguments.size() > few) [[unlikely]] {
    manyArguments.reset(new nxs_argument[arguments.size()]);
    manyUsed.reset(new const detail::Object*[arguments.size() + 1]);
    converted = manyArguments.get();
    used = manyUsed.get();
  }
  std::size_t usedCount = 0;
  for (std::size_t i = 0; i < arguments.size(); ++i)
    if (const detail::MemoryObject* memory = detail::convertArgument(kernel, i, arguments[i], converted[i]))
      used[usedCount++] = memory;
  used[usedCount++] = &kernel;

  nxs_command command;
  command.kind = NXS_COMMAND_LAUNCH;
  command.reserved = 0;
  nxs_launch& launch = command.as.launch;
  launch.kernel = kernel.native();
  launch.arguments = converted;
  launch.argument_count = static_cast<std::uint32_t>(arguments.size());
  launch.flags = 0;
  std::memset(launch.cluster, 0, sizeof launch.cluster);
  if (options.cooperative || options.cluster) [[unlikely]]
    detail::setLaunchOptions(kernel, grid, options, launch);
  detail::checkAndSetGeometry(kernel, grid, block, options.sharedBytes, launch);

  const detail::StreamObject& stream =
      options.stream ? detail::Access::of<detail::StreamObject>(options.stream) : kernel.device().defaultStream();
  if (&stream.device() != &kernel.device()) [[unlikely]]
    throw InvalidArgumentError("kernel '" + kernel.name() + "' is on " + kernel.device().id() + ", but the stream is on " +
                               stream.device().id());
  stream.submit({&command, 1}, options.blocking, {used, usedCount}, [&] { return "kernel '" + kernel.name() + "' failed"; });
}

}  // namespace nexus
