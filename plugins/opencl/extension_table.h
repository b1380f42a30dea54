// NEXUS_CL_EXTENSION(name, result, (parameters)): functions of extensions, asked of each platform. A platform may lack any of them.
// cl_intel_unified_shared_memory
NEXUS_CL_EXTENSION(clSharedMemAllocINTEL, void*, (cl_context, cl_device_id, const cl_bitfield*, std::size_t, cl_uint, cl_int*))
NEXUS_CL_EXTENSION(clDeviceMemAllocINTEL, void*, (cl_context, cl_device_id, const cl_bitfield*, std::size_t, cl_uint, cl_int*))
NEXUS_CL_EXTENSION(clMemBlockingFreeINTEL, cl_int, (cl_context, void*))
NEXUS_CL_EXTENSION(clSetKernelArgMemPointerINTEL, cl_int, (cl_kernel, cl_uint, const void*))
NEXUS_CL_EXTENSION(clEnqueueMemcpyINTEL, cl_int,
                   (cl_command_queue, cl_bool, void*, const void*, std::size_t, cl_uint, const cl_event*, cl_event*))
NEXUS_CL_EXTENSION(clEnqueueMemFillINTEL, cl_int,
                   (cl_command_queue, void*, const void*, std::size_t, std::size_t, cl_uint, const cl_event*, cl_event*))
