#include "kernel.h"

#include <algorithm>
#include <cstring>

using namespace nexus::opencl;
using nexus::plugin_support::PluginError;

namespace nexus::opencl {

void BoundKernel::set(cl_uint index, const nxs_argument& argument, const DeviceContext& context) {
  const auto failure = [&] { return "argument " + std::to_string(index); };
  if (argument.kind != NXS_ARGUMENT_BUFFER) {
    nexus::opencl::check(api().clSetKernelArg(handle(), index, argument.size, argument.value.scalar), failure);
    return;
  }
  nxs_buffer& buffer = *argument.value.buffer;
  if (char* const address = buffer.address()) {
    const auto setPointer = isUnified(context.facts.memoryKind) ? context.platform.extensions.clSetKernelArgMemPointerINTEL
                                                                : api().clSetKernelArgSVMPointer;
    nexus::opencl::check(setPointer(handle(), index, address + argument.offset), failure);
  } else {
    const cl_mem object = buffer.objectAt(argument.offset);
    nexus::opencl::check(api().clSetKernelArg(handle(), index, sizeof(cl_mem), &object), failure);
  }
}

namespace {

/// Inline for the usual sizes.
void copyScalar(std::uint64_t (&words)[2], const nxs_argument& argument) {
  if (argument.size == 8)
    std::memcpy(words, argument.value.scalar, 8);
  else if (argument.size == 4)
    std::memcpy(words, argument.value.scalar, 4);
  else
    std::memcpy(words, argument.value.scalar, std::min<std::size_t>(argument.size, sizeof words));
}

}  // namespace

void BoundKernel::bind(const nxs_launch& launch, std::optional<cl_uint> localIndex, const DeviceContext& context,
                       const std::string& name) {
  const cl_uint count = launch.argument_count + (localIndex ? 1 : 0);
  if (values_.size() != count) values_.resize(count);
  const nxs_argument* argument = launch.arguments;
  for (cl_uint i = 0; i < count; ++i) {
    Value& value = values_[i];
    if (i == localIndex) {
      const std::uint64_t size = std::max<std::uint64_t>(launch.shared_bytes, 1);
      if (value.holds(Value::shared, size, 0, 0)) continue;
      value = {};
      nexus::opencl::check(api().clSetKernelArg(handle(), i, size, nullptr),
                           [&] { return "kernel '" + name + "': " + std::to_string(size) + " bytes of shared memory"; });
      value = {Value::shared, size, {}};
      continue;
    }
    const nxs_argument& given = *argument++;
    std::uint64_t words[2] = {};
    if (given.kind == NXS_ARGUMENT_BUFFER) {
      words[0] = given.value.buffer->serial();
      words[1] = given.offset;
    } else {
      copyScalar(words, given);
    }
    const std::uint64_t size = given.kind == NXS_ARGUMENT_BUFFER ? 0 : given.size;
    if (value.holds(given.kind, size, words[0], words[1])) continue;
    value = {};
    try {
      set(i, given, context);
    } catch (const PluginError& error) {
      throw PluginError(error.status(), "kernel '" + name + "', " + error.message(), error.nativeCode());
    }
    value = {given.kind, size, {words[0], words[1]}};
  }
}

namespace {

std::string kernelText(cl_kernel kernel, std::int64_t what) {
  std::size_t size = 0;
  nexus::opencl::check(api().clGetKernelInfo(kernel, static_cast<cl_uint>(what), 0, nullptr, &size),
                       "cannot ask for the name of a kernel");
  std::string text(size, '\0');
  nexus::opencl::check(api().clGetKernelInfo(kernel, static_cast<cl_uint>(what), size, text.data(), nullptr),
                       "cannot ask for the name of a kernel");
  return text.c_str();
}

/// "" if the program does not tell.
std::string argumentText(cl_kernel kernel, cl_uint index, std::int64_t what) {
  std::size_t size = 0;
  if (api().clGetKernelArgInfo(kernel, index, static_cast<cl_uint>(what), 0, nullptr, &size) != COMPLETE) return "";
  std::string text(size, '\0');
  if (api().clGetKernelArgInfo(kernel, index, static_cast<cl_uint>(what), size, text.data(), nullptr) != COMPLETE) return "";
  return text.c_str();
}

template <class T>
std::optional<T> argumentNumber(cl_kernel kernel, cl_uint index, std::int64_t what) {
  T value = 0;
  if (api().clGetKernelArgInfo(kernel, index, static_cast<cl_uint>(what), sizeof value, &value, nullptr) != COMPLETE)
    return std::nullopt;
  return value;
}

template <class T>
T workGroupNumber(cl_kernel kernel, cl_device_id device, std::int64_t what, T otherwise) {
  T value = 0;
  return api().clGetKernelWorkGroupInfo(kernel, device, static_cast<cl_uint>(what), sizeof value, &value, nullptr) == COMPLETE
             ? value
             : otherwise;
}

struct ElementType {
  const char* name;
  std::uint32_t dtype, size;
};
// OpenCL C's own names and those of C, which nexus/kernel.h defines.
constexpr ElementType elementTypes[] = {
    {"char", NXS_DTYPE_Int8, 1},
    {"uchar", NXS_DTYPE_UInt8, 1},
    {"unsigned char", NXS_DTYPE_UInt8, 1},
    {"short", NXS_DTYPE_Int16, 2},
    {"ushort", NXS_DTYPE_UInt16, 2},
    {"unsigned short", NXS_DTYPE_UInt16, 2},
    {"int", NXS_DTYPE_Int32, 4},
    {"uint", NXS_DTYPE_UInt32, 4},
    {"unsigned int", NXS_DTYPE_UInt32, 4},
    {"unsigned", NXS_DTYPE_UInt32, 4},
    {"long", NXS_DTYPE_Int64, 8},
    {"ulong", NXS_DTYPE_UInt64, 8},
    {"unsigned long", NXS_DTYPE_UInt64, 8},
    {"half", NXS_DTYPE_Float16, 2},
    {"float", NXS_DTYPE_Float32, 4},
    {"double", NXS_DTYPE_Float64, 8},
    {"bool", NXS_DTYPE_Bool, 1},
    {"int8_t", NXS_DTYPE_Int8, 1},
    {"int16_t", NXS_DTYPE_Int16, 2},
    {"int32_t", NXS_DTYPE_Int32, 4},
    {"int64_t", NXS_DTYPE_Int64, 8},
    {"uint8_t", NXS_DTYPE_UInt8, 1},
    {"uint16_t", NXS_DTYPE_UInt16, 2},
    {"uint32_t", NXS_DTYPE_UInt32, 4},
    {"uint64_t", NXS_DTYPE_UInt64, 8},
};

/// The type without its qualifiers and the '*' of a pointer.
ElementType elementType(std::string name) {
  for (const char* qualifier : {"const ", "volatile ", "restrict "})
    for (std::size_t at; (at = name.find(qualifier)) != std::string::npos;) name.erase(at, std::strlen(qualifier));
  while (!name.empty() && (name.back() == '*' || name.back() == ' ')) name.pop_back();
  for (const ElementType& type : elementTypes)
    if (name == type.name) return type;
  return {"", NXS_DTYPE_UNKNOWN, 0};
}

}  // namespace
}  // namespace nexus::opencl

nxs_kernel::nxs_kernel(const DeviceContext& context, cl_program program, KernelHandle handle)
    : context_(context), program_(program), name_(kernelText(handle.get(), KERNEL_FUNCTION_NAME)), bound_(std::move(handle)) {
  cl_kernel const kernel = bound_.handle();
  const cl_device_id device = context.facts.device;
  nexus::opencl::check(
      api().clGetKernelInfo(kernel, static_cast<cl_uint>(KERNEL_NUM_ARGS), sizeof parameterCount_, &parameterCount_, nullptr),
      [&] { return "cannot ask for the arguments of kernel '" + name_ + "'"; });
  sharedBytes_ = workGroupNumber<cl_ulong>(kernel, device, KERNEL_LOCAL_MEM_SIZE, 0);
  maxItems_ = workGroupNumber<std::size_t>(kernel, device, KERNEL_WORK_GROUP_SIZE, 0);
  readArguments();
}

void nxs_kernel::readArguments() {
  cl_kernel const kernel = bound_.handle();
  argumentNames_.reserve(parameterCount_);  // arguments_ points into it
  for (cl_uint i = 0; i < parameterCount_; ++i) {
    const auto space = argumentNumber<cl_uint>(kernel, i, KERNEL_ARG_ADDRESS_QUALIFIER);
    if (!space) {
      arguments_.clear();
      return;
    }
    if (*space == KERNEL_ARG_ADDRESS_LOCAL) {
      if (localIndex_)
        fault_ = "it has several __local arguments, " + std::to_string(*localIndex_) + " and " + std::to_string(i) +
                 ", but a launch gives the size of one; declare one and divide it in the kernel";
      localIndex_ = i;
      continue;
    }
    const std::string typeName = argumentText(kernel, i, KERNEL_ARG_TYPE_NAME);
    const bool isBuffer = *space == KERNEL_ARG_ADDRESS_GLOBAL || *space == KERNEL_ARG_ADDRESS_CONSTANT;
    // An image or a sampler: a scalar is no pointer and has no such name.
    if (typeName.starts_with("image") || typeName.starts_with("sampler") || typeName.starts_with("pipe"))
      fault_ = "its argument " + std::to_string(i) + " is of type " + typeName + ", which cannot be passed";
    const ElementType type = elementType(typeName);
    argumentNames_.push_back(argumentText(kernel, i, KERNEL_ARG_NAME));
    nxs_argument_info argument = {};
    argument.name = argumentNames_.back().empty() ? nullptr : argumentNames_.back().c_str();
    argument.kind = isBuffer ? NXS_ARGUMENT_BUFFER : NXS_ARGUMENT_SCALAR;
    argument.dtype = type.dtype;
    argument.size = type.size;
    argument.access = NXS_ACCESS_READ;
    if (isBuffer && *space == KERNEL_ARG_ADDRESS_GLOBAL) {
      const auto qualifiers = argumentNumber<cl_bitfield>(kernel, i, KERNEL_ARG_TYPE_QUALIFIER);
      argument.access = !qualifiers                           ? NXS_ACCESS_UNKNOWN
                        : *qualifiers & KERNEL_ARG_TYPE_CONST ? NXS_ACCESS_READ
                                                              : NXS_ACCESS_READ_WRITE;
    }
    arguments_.push_back(argument);
  }
  hasArguments_ = true;
}

void nxs_kernel::info(nxs_kernel_info& info) const {
  nxs_kernel_info known = {};
  known.struct_size = info.struct_size;
  known.name = name_.c_str();
  known.has_arguments = hasArguments_ ? 1 : 0;
  known.argument_count = static_cast<std::uint32_t>(arguments_.size());
  known.arguments = arguments_.empty() ? nullptr : arguments_.data();
  known.shared_bytes = sharedBytes_;
  known.max_threads_per_block = static_cast<std::uint32_t>(std::min<std::size_t>(maxItems_, UINT32_MAX));
  std::memcpy(&info, &known, std::min(info.struct_size, sizeof known));
}

void nxs_kernel::check(const nxs_launch& launch) const {
  if (!fault_.empty()) throw PluginError(NXS_UNSUPPORTED, "kernel '" + name_ + "' cannot be launched: " + fault_);
  const cl_uint expected = parameterCount_ - (localIndex(launch) ? 1 : 0);
  if (launch.argument_count != expected)
    throw PluginError(NXS_INVALID_ARGUMENT, "kernel '" + name_ + "' takes " + std::to_string(expected) + " arguments, " +
                                                std::to_string(launch.argument_count) + " were given");
  for (std::uint32_t i = 0; i < launch.argument_count; ++i)
    if (launch.arguments[i].kind == NXS_ARGUMENT_BUFFER) launch.arguments[i].value.buffer->checkOffset(launch.arguments[i].offset);
}

BoundKernel nxs_kernel::clone() const {
  cl_int error = COMPLETE;
  KernelHandle handle(api().clCreateKernel(program_, name_.c_str(), &error));
  nexus::opencl::check(error, [&] { return "cannot make another kernel '" + name_ + "'"; });
  return BoundKernel(std::move(handle));
}
