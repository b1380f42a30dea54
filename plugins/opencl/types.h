// The types of OpenCL's C interface, declared anew: the plugin is built without its headers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nexus::opencl {

using cl_int = std::int32_t;
using cl_uint = std::uint32_t;
using cl_ulong = std::uint64_t;
using cl_bool = cl_uint;
using cl_bitfield = cl_ulong;

using cl_platform_id = struct cl_platform*;
using cl_device_id = struct cl_device*;
using cl_context = struct cl_context_object*;
using cl_command_queue = struct cl_queue_object*;
using cl_mem = struct cl_mem_object*;
using cl_program = struct cl_program_object*;
using cl_kernel = struct cl_kernel_object*;
using cl_event = struct cl_event_object*;

struct cl_buffer_region {
  std::size_t origin;
  std::size_t size;
};

using ContextCallback = void (*)(const char* message, const void* data, std::size_t size, void* user);
using ProgramCallback = void (*)(cl_program program, void* user);
using EventCallback = void (*)(cl_event event, cl_int status, void* user);

}  // namespace nexus::opencl
