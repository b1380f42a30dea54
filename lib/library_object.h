#pragma once

#include "device_object.h"
#include "embedded.h"

#include <nexus/library.h>

#include <map>

namespace nexus::detail {

class LibraryObject;

/// What usual values must be for a declared argument, and how they are stored: all that a launch has to look at unless something is amiss.
struct alignas(8) ArgumentForm {
  std::uint8_t integerSize = 0;  ///< bytes of an integer; 0: none is taken
  bool takesSigned = false, takesUnsigned = false;
  std::uint8_t floatSize = 0;  ///< bytes of a float or double; 0: none is taken
  bool takesBuffer = true, isWritten = true;
  std::uint8_t dtype = 0;  ///< DType of the buffer's elements; 0: any
};

/// A kernel; a part of its library.
class KernelObject : public Embedded {
 public:
  static constexpr const char* kind = "Kernel";

  KernelObject(const LibraryObject& library, nxs_kernel* native, const nxs_kernel_info& info, const std::string& name);

  const LibraryObject& library() const noexcept { return library_; }
  const DeviceObject& device() const noexcept { return device_; }
  nxs_kernel* native() const noexcept { return native_; }
  const std::string& name() const noexcept { return name_; }
  bool hasArguments() const noexcept { return hasArguments_; }
  const std::vector<KernelArgument>& arguments() const noexcept { return arguments_; }
  /// Of an argument that was counted.
  const ArgumentForm& argumentForm(std::size_t index) const noexcept { return hasArguments_ ? forms_[index] : unknownForm; }
  /// Only a kernel with metadata counts.
  bool takesCount(std::size_t arguments) const noexcept { return !hasArguments_ || arguments == forms_.size(); }
  const DeviceLimits& limits() const noexcept { return limits_; }
  std::uint64_t sharedBytes() const noexcept { return sharedBytes_; }
  std::int64_t maxThreadsPerBlock() const noexcept { return maxThreadsPerBlock_; }
  /// "kernel 'saxpy', argument 2 'a'".
  std::string describeArgument(std::size_t index) const;

 private:
  static constexpr ArgumentForm unknownForm{};

  const LibraryObject& library_;
  const DeviceObject& device_;
  const DeviceLimits& limits_;
  nxs_kernel* native_;
  bool hasArguments_;
  std::vector<ArgumentForm> forms_;
  std::uint64_t sharedBytes_;
  std::int64_t maxThreadsPerBlock_;
  std::vector<KernelArgument> arguments_;
  std::string name_;
};

/// Loaded code. Makes a kernel's object when it is first asked for.
class LibraryObject : public Object {
 public:
  static constexpr const char* kind = "Library";

  /// `path`: where it comes from, "" for memory.
  LibraryObject(const DeviceObject& device, const nxs_library_desc& desc, std::string path);
  ~LibraryObject() override;

  const DeviceObject& device() const noexcept { return device_; }
  const std::string& path() const noexcept { return path_; }
  std::vector<const KernelObject*> kernels() const;
  const KernelObject& kernel(const std::string& name) const;

 private:
  const KernelObject& adopt(nxs_kernel* native) const;
  std::string name() const;
  std::string describe() const;

  const DeviceObject& device_;
  Ref keepsDevice_{&device_};
  std::string path_;
  std::string sourceName_;
  nxs_library* native_ = nullptr;
  mutable std::mutex mutex_;
  mutable std::map<nxs_kernel*, std::unique_ptr<KernelObject>> kernels_;
};

}  // namespace nexus::detail
