#include "library_object.h"

#include "access.h"
#include "catalog.h"
#include "compile_options.h"
#include "log.h"
#include "suggest.h"

#include <nexus/device.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace nexus {

namespace detail {

namespace {
ArgumentForm formOf(const KernelArgument& argument) {
  ArgumentForm form;
  form.takesBuffer = argument.isBuffer || (argument.isUntyped && argument.size == sizeof(void*));
  form.isWritten = argument.access != ArgumentAccess::Read;
  form.dtype = static_cast<std::uint8_t>(argument.dtype);
  if (argument.isBuffer || std::endian::native != std::endian::little) return form;
  const DType dtype = argument.dtype;
  const std::uint32_t size = argument.isUntyped ? argument.size : dtypeInfo(dtype).size;
  form.takesSigned = argument.isUntyped || (DType::Int8 <= dtype && dtype <= DType::Int64);
  form.takesUnsigned = argument.isUntyped || (DType::UInt8 <= dtype && dtype <= DType::UInt64);
  if ((form.takesSigned || form.takesUnsigned) && std::has_single_bit(size) && size <= sizeof(std::int64_t))
    form.integerSize = static_cast<std::uint8_t>(size);
  if ((argument.isUntyped || dtype == DType::Float32 || dtype == DType::Float64) &&
      (size == sizeof(float) || size == sizeof(double)))
    form.floatSize = static_cast<std::uint8_t>(size);
  return form;
}
}  // namespace

KernelObject::KernelObject(const LibraryObject& library, nxs_kernel* native, const nxs_kernel_info& info, const std::string& name)
    : Embedded(library),
      library_(library),
      device_(library.device()),
      limits_(device_.limits()),
      native_(native),
      hasArguments_(info.has_arguments != 0),
      sharedBytes_(info.shared_bytes),
      maxThreadsPerBlock_(limits_.maxThreadsPerBlock),
      name_(name) {
  if (info.max_threads_per_block != 0)
    maxThreadsPerBlock_ = std::min<std::int64_t>(maxThreadsPerBlock_, info.max_threads_per_block);
  for (std::uint32_t i = 0; hasArguments_ && i < info.argument_count; ++i) {
    const nxs_argument_info& argument = info.arguments[i];
    arguments_.push_back({argument.name ? argument.name : "", argument.kind == NXS_ARGUMENT_BUFFER,
                          static_cast<DType>(argument.dtype), argument.size, static_cast<ArgumentAccess>(argument.access),
                          argument.kind == NXS_ARGUMENT_UNKNOWN});
    forms_.push_back(formOf(arguments_.back()));
  }
}

std::string KernelObject::describeArgument(std::size_t index) const {
  std::string text = "kernel '" + name_ + "', argument " + std::to_string(index);
  if (index < arguments_.size() && !arguments_[index].name.empty()) text += " '" + arguments_[index].name + "'";
  return text;
}

LibraryObject::LibraryObject(const DeviceObject& device, const nxs_library_desc& desc, std::string path)
    : device_(device), path_(std::move(path)), sourceName_(desc.name ? desc.name : "") {
  device.checkProcess();
  device.check(device.table().library_create(device.native(), &desc, &native_),
               [&] { return (desc.language ? "cannot compile " : "cannot load ") + name(); });
  logDebug([&] { return describe(); }, [] { return "loaded"; });
}

LibraryObject::~LibraryObject() {
  kernels_.clear();
  if (!device_.isOfThisProcess()) return;
  device_.table().library_destroy(native_);
  logDebug([&] { return describe(); }, [] { return "unloaded"; });
}

std::string LibraryObject::name() const {
  if (!sourceName_.empty()) return "'" + sourceName_ + "'";
  return path_.empty() ? "the library from memory" : "library '" + path_ + "'";
}

std::string LibraryObject::describe() const { return device_.id() + ": " + name(); }

const KernelObject& LibraryObject::adopt(nxs_kernel* native) const {
  std::lock_guard lock(mutex_);
  std::unique_ptr<KernelObject>& object = kernels_[native];
  if (!object) {
    nxs_kernel_info info{};
    info.struct_size = sizeof info;
    device_.check(device_.table().kernel_info(native, &info), [&] { return "cannot describe a kernel of " + describe(); });
    object = std::make_unique<KernelObject>(*this, native, info, info.name ? info.name : "");
  }
  return *object;
}

std::vector<const KernelObject*> LibraryObject::kernels() const {
  device_.checkProcess();
  std::uint32_t count = 0;
  device_.check(device_.table().library_kernel_count(native_, &count), [&] { return "cannot list the kernels of " + describe(); });
  std::vector<const KernelObject*> list;
  for (std::uint32_t i = 0; i < count; ++i) {
    nxs_kernel* kernel = nullptr;
    device_.check(device_.table().library_kernel_at(native_, i, &kernel), [&] { return "cannot get a kernel of " + describe(); });
    list.push_back(&adopt(kernel));
  }
  std::sort(list.begin(), list.end(), [](const auto* a, const auto* b) { return a->name() < b->name(); });
  return list;
}

const KernelObject& LibraryObject::kernel(const std::string& name) const {
  device_.checkProcess();
  nxs_kernel* native = nullptr;
  const nxs_status status = device_.table().library_kernel(native_, name.c_str(), &native);
  if (status != NXS_NOT_FOUND) {
    device_.check(status, [&] { return "cannot get kernel '" + name + "'"; });
    return adopt(native);
  }
  std::vector<std::string> names;
  std::vector<std::string_view> views;
  const auto known = kernels();
  names.reserve(known.size());
  for (const KernelObject* kernel : known) names.push_back(kernel->name());
  for (const std::string& candidate : names) views.emplace_back(candidate);
  throw NotFoundError(describe() + " has no kernel '" + name + "'" + suggest(name, views) + "; " +
                      (names.empty() ? "it does not tell which kernels it has, and exports no function of that name"
                                     : "its kernels are " + listNames(names)));
}

namespace {

const LibraryObject& libraryOf(const Handle& handle) { return Access::of<LibraryObject>(handle); }
const KernelObject& kernelOf(const Handle& handle) { return Access::of<KernelObject>(handle); }
Kernel kernelHandle(const KernelObject& kernel) { return kernel.acquire<Kernel, Access>(); }

Library makeLibrary(const Device& device, const nxs_library_desc& desc, const std::string& path = {}) {
  return Access::handle<Library>(*new LibraryObject(Access::of<DeviceObject>(device), desc, path));
}

Library makeLibraryOf(const Device& device, const CatalogPart& part, const std::string& path) {
  nxs_library_desc desc{};
  desc.struct_size = sizeof desc;
  desc.data = part.bytes.data();
  desc.size = part.bytes.size();
  if (part.language.empty()) return makeLibrary(device, desc, path);
  desc.language = part.language.c_str();
  desc.options = part.options.c_str();
  desc.name = part.file.c_str();
  return makeLibrary(device, desc, path);
}

/// The first of the parts that fit which also loads.
Library loadCatalog(const Device& device, std::string_view bytes, const std::string& path) {
  const std::string name = path.empty() ? "the catalog from memory" : "the catalog '" + path + "'";
  std::vector<CatalogPart> parts;
  try {
    parts = readCatalog(bytes);
  } catch (const UnavailableError& e) {
    throw UnavailableError("cannot load " + name + ": " + e.what());
  }
  std::vector<std::string> reasons;
  const std::vector<CatalogChoice> choices = chooseParts(parts, device, reasons);
  for (const CatalogChoice& choice : choices) {
    try {
      checkPart(*choice.part);
    } catch (const UnavailableError& e) {
      throw UnavailableError("cannot load " + name + ": " + e.what());
    }
    try {
      return makeLibraryOf(device, *choice.part, path);
    } catch (const CompileFailedError&) {
      throw;
    } catch (const Error& e) {
      reasons.push_back(choice.part->describe() + ": " + e.what());
    }
  }
  std::string message = device.getId() + " (" + deviceTarget(device).architecture + "): no part of " + name + " runs here";
  for (const std::string& reason : reasons) message += "\n  " + reason;
  throw UnavailableError(message);
}

/// All bytes of a file that is a catalog, "" for any other.
std::string readIfCatalog(const std::string& path) {
  std::error_code error;
  // Reading a pipe would take what somebody else waits for.
  if (!std::filesystem::is_regular_file(path, error)) return "";
  std::ifstream file(path, std::ios::binary);
  std::string bytes(16, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!isCatalog(bytes)) return "";
  file.clear();
  file.seekg(0);
  bytes.assign((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return bytes;
}

}  // namespace
}  // namespace detail

using detail::Access;
using detail::kernelOf;
using detail::libraryOf;

Library Device::loadLibrary(const std::string& path) const {
  if (path.empty()) throw InvalidArgumentError("the path of the library to load is empty");
  if (path.find('\0') != std::string::npos) throw InvalidArgumentError("the path of the library to load contains a NUL character");
  if (const std::string catalog = detail::readIfCatalog(path); !catalog.empty()) return detail::loadCatalog(*this, catalog, path);
  nxs_library_desc desc{};
  desc.struct_size = sizeof desc;
  desc.path = path.c_str();
  return detail::makeLibrary(*this, desc, path);
}

Library Device::createLibrary(std::span<const std::byte> binary) const {
  if (binary.empty()) throw InvalidArgumentError("the library to load has no bytes");
  if (const std::string_view bytes(reinterpret_cast<const char*>(binary.data()), binary.size()); detail::isCatalog(bytes))
    return detail::loadCatalog(*this, bytes, "");
  nxs_library_desc desc{};
  desc.struct_size = sizeof desc;
  desc.data = binary.data();
  desc.size = binary.size();
  return detail::makeLibrary(*this, desc);
}

Library Device::createLibrary(const std::string& source, const CompileOptions& options) const {
  const detail::DeviceObject& device = Access::of<detail::DeviceObject>(*this);
  if (source.empty()) throw InvalidArgumentError("the source text to compile is empty");
  if (source.find('\0') != std::string::npos)
    throw InvalidArgumentError("the source text to compile contains a NUL character; to load a binary, pass bytes");
  const std::string allOptions = detail::compilerOptions(options);
  detail::checkLanguage(device, options.language);
  const std::string name = options.name.empty() ? "kernel" : options.name;
  nxs_library_desc desc{};
  desc.struct_size = sizeof desc;
  desc.data = source.data();
  desc.size = source.size();
  desc.language = options.language.c_str();
  desc.options = allOptions.c_str();
  desc.name = name.c_str();
  return detail::makeLibrary(*this, desc);
}

Device Library::getDevice() const { return libraryOf(*this).device().acquire<Device, Access>(); }
const std::string& Library::getPath() const { return libraryOf(*this).path(); }
Kernel Library::getKernel(const std::string& name) const { return detail::kernelHandle(libraryOf(*this).kernel(name)); }
std::vector<Kernel> Library::getKernels() const {
  std::vector<Kernel> handles;
  for (const detail::KernelObject* kernel : libraryOf(*this).kernels()) handles.push_back(detail::kernelHandle(*kernel));
  return handles;
}

Library Kernel::getLibrary() const { return Access::handle<Library>(kernelOf(*this).library()); }
Device Kernel::getDevice() const { return kernelOf(*this).device().acquire<Device, Access>(); }
const std::string& Kernel::getName() const { return kernelOf(*this).name(); }
bool Kernel::hasArguments() const { return kernelOf(*this).hasArguments(); }
const std::vector<KernelArgument>& Kernel::getArguments() const { return kernelOf(*this).arguments(); }
std::uint64_t Kernel::getSharedBytes() const { return kernelOf(*this).sharedBytes(); }

}  // namespace nexus
