#pragma once

#include "types.h"

#include "plugins/support/plugin_error.h"

#include <string>
#include <utility>

namespace nexus::opencl {

#define NEXUS_CL(name, value) inline constexpr std::int64_t name = value;
#include "constant_table.h"
#undef NEXUS_CL

/// The functions of the loader. OPTIONAL ones may be NULL.
struct Api {
#define NEXUS_CL_FUNCTION(need, name, result, parameters) result(*name) parameters = nullptr;
#include "function_table.h"
#undef NEXUS_CL_FUNCTION
};

/// The loader's functions; opens it at the first call. Throws Unavailable with the reason, at every call until it is there.
const Api& openApi();
/// The same once openApi() has succeeded.
const Api& api() noexcept;

/// Functions that one platform offers beyond the loader's.
struct Extensions {
  explicit Extensions(cl_platform_id platform);
#define NEXUS_CL_EXTENSION(name, result, parameters) result(*name) parameters = nullptr;
#include "extension_table.h"
#undef NEXUS_CL_EXTENSION
  bool hasUnifiedSharedMemory() const noexcept {
    return clSharedMemAllocINTEL && clDeviceMemAllocINTEL && clMemBlockingFreeINTEL && clSetKernelArgMemPointerINTEL &&
           clEnqueueMemcpyINTEL && clEnqueueMemFillINTEL;
  }
};

/// "CL_INVALID_VALUE"; the number if the table does not know it.
std::string errorName(cl_int code);
nxs_status errorStatus(cl_int code) noexcept;
/// Throws PluginError: what failed, and the code by its name.
[[noreturn]] void throwError(const std::string& what, cl_int code);
template <class What>
void check(cl_int code, What&& what) {
  if (code != COMPLETE) [[unlikely]]
    throwError(what(), code);
}
inline void check(cl_int code, const char* what) {
  if (code != COMPLETE) [[unlikely]]
    throwError(what, code);
}

/// Owner of a driver's object.
template <class T, auto release>
class Owned {
 public:
  Owned() = default;
  explicit Owned(T object) : object_(object) {}
  Owned(Owned&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Owned() {
    if (object_) (api().*release)(object_);
  }
  T get() const noexcept { return object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }

 private:
  T object_ = nullptr;
};
using Context = Owned<cl_context, &Api::clReleaseContext>;
using CommandQueue = Owned<cl_command_queue, &Api::clReleaseCommandQueue>;
using Program = Owned<cl_program, &Api::clReleaseProgram>;
using KernelHandle = Owned<cl_kernel, &Api::clReleaseKernel>;
using Memory = Owned<cl_mem, &Api::clReleaseMemObject>;

/// A shared reference to an event of the driver.
class DriverEvent {
 public:
  DriverEvent() = default;
  /// Takes over the reference that an enqueueing function has given.
  explicit DriverEvent(cl_event event) : event_(event) {}
  DriverEvent(const DriverEvent& other) : event_(other.event_) {
    if (event_) api().clRetainEvent(event_);
  }
  DriverEvent(DriverEvent&& other) noexcept : event_(std::exchange(other.event_, nullptr)) {}
  DriverEvent& operator=(DriverEvent other) noexcept {
    std::swap(event_, other.event_);
    return *this;
  }
  ~DriverEvent() {
    if (event_) api().clReleaseEvent(event_);
  }
  cl_event get() const noexcept { return event_; }
  explicit operator bool() const noexcept { return event_ != nullptr; }

 private:
  cl_event event_ = nullptr;
};

}  // namespace nexus::opencl
