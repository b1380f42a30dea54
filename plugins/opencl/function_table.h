// NEXUS_CL_FUNCTION(NEED, name, result, (parameters)): what the plugin calls of the loader libOpenCL. OPTIONAL ones came with OpenCL 2.0 and later.
NEXUS_CL_FUNCTION(REQUIRED, clGetPlatformIDs, cl_int, (cl_uint, cl_platform_id*, cl_uint*))
NEXUS_CL_FUNCTION(REQUIRED, clGetPlatformInfo, cl_int, (cl_platform_id, cl_uint, std::size_t, void*, std::size_t*))
NEXUS_CL_FUNCTION(REQUIRED, clGetDeviceIDs, cl_int, (cl_platform_id, cl_bitfield, cl_uint, cl_device_id*, cl_uint*))
NEXUS_CL_FUNCTION(REQUIRED, clGetDeviceInfo, cl_int, (cl_device_id, cl_uint, std::size_t, void*, std::size_t*))
NEXUS_CL_FUNCTION(REQUIRED, clCreateContext, cl_context,
                  (const std::intptr_t*, cl_uint, const cl_device_id*, ContextCallback, void*, cl_int*))
NEXUS_CL_FUNCTION(REQUIRED, clReleaseContext, cl_int, (cl_context))
NEXUS_CL_FUNCTION(REQUIRED, clCreateCommandQueue, cl_command_queue, (cl_context, cl_device_id, cl_bitfield, cl_int*))
NEXUS_CL_FUNCTION(REQUIRED, clReleaseCommandQueue, cl_int, (cl_command_queue))
NEXUS_CL_FUNCTION(REQUIRED, clCreateBuffer, cl_mem, (cl_context, cl_bitfield, std::size_t, void*, cl_int*))
NEXUS_CL_FUNCTION(REQUIRED, clCreateSubBuffer, cl_mem, (cl_mem, cl_bitfield, cl_uint, const void*, cl_int*))
NEXUS_CL_FUNCTION(REQUIRED, clReleaseMemObject, cl_int, (cl_mem))
NEXUS_CL_FUNCTION(REQUIRED, clCreateProgramWithSource, cl_program, (cl_context, cl_uint, const char**, const std::size_t*, cl_int*))
NEXUS_CL_FUNCTION(REQUIRED, clCreateProgramWithBinary, cl_program,
                  (cl_context, cl_uint, const cl_device_id*, const std::size_t*, const unsigned char**, cl_int*, cl_int*))
NEXUS_CL_FUNCTION(REQUIRED, clBuildProgram, cl_int, (cl_program, cl_uint, const cl_device_id*, const char*, ProgramCallback, void*))
NEXUS_CL_FUNCTION(REQUIRED, clGetProgramInfo, cl_int, (cl_program, cl_uint, std::size_t, void*, std::size_t*))
NEXUS_CL_FUNCTION(REQUIRED, clGetProgramBuildInfo, cl_int, (cl_program, cl_device_id, cl_uint, std::size_t, void*, std::size_t*))
NEXUS_CL_FUNCTION(REQUIRED, clReleaseProgram, cl_int, (cl_program))
NEXUS_CL_FUNCTION(REQUIRED, clCreateKernel, cl_kernel, (cl_program, const char*, cl_int*))
NEXUS_CL_FUNCTION(REQUIRED, clCreateKernelsInProgram, cl_int, (cl_program, cl_uint, cl_kernel*, cl_uint*))
NEXUS_CL_FUNCTION(REQUIRED, clGetKernelInfo, cl_int, (cl_kernel, cl_uint, std::size_t, void*, std::size_t*))
NEXUS_CL_FUNCTION(REQUIRED, clGetKernelArgInfo, cl_int, (cl_kernel, cl_uint, cl_uint, std::size_t, void*, std::size_t*))
NEXUS_CL_FUNCTION(REQUIRED, clGetKernelWorkGroupInfo, cl_int, (cl_kernel, cl_device_id, cl_uint, std::size_t, void*, std::size_t*))
NEXUS_CL_FUNCTION(REQUIRED, clSetKernelArg, cl_int, (cl_kernel, cl_uint, std::size_t, const void*))
NEXUS_CL_FUNCTION(REQUIRED, clReleaseKernel, cl_int, (cl_kernel))
NEXUS_CL_FUNCTION(REQUIRED, clEnqueueNDRangeKernel, cl_int,
                  (cl_command_queue, cl_kernel, cl_uint, const std::size_t*, const std::size_t*, const std::size_t*, cl_uint,
                   const cl_event*, cl_event*))
NEXUS_CL_FUNCTION(REQUIRED, clEnqueueReadBuffer, cl_int,
                  (cl_command_queue, cl_mem, cl_bool, std::size_t, std::size_t, void*, cl_uint, const cl_event*, cl_event*))
NEXUS_CL_FUNCTION(REQUIRED, clEnqueueWriteBuffer, cl_int,
                  (cl_command_queue, cl_mem, cl_bool, std::size_t, std::size_t, const void*, cl_uint, const cl_event*, cl_event*))
NEXUS_CL_FUNCTION(REQUIRED, clEnqueueCopyBuffer, cl_int,
                  (cl_command_queue, cl_mem, cl_mem, std::size_t, std::size_t, std::size_t, cl_uint, const cl_event*, cl_event*))
NEXUS_CL_FUNCTION(REQUIRED, clEnqueueFillBuffer, cl_int,
                  (cl_command_queue, cl_mem, const void*, std::size_t, std::size_t, std::size_t, cl_uint, const cl_event*,
                   cl_event*))
NEXUS_CL_FUNCTION(REQUIRED, clEnqueueBarrierWithWaitList, cl_int, (cl_command_queue, cl_uint, const cl_event*, cl_event*))
NEXUS_CL_FUNCTION(REQUIRED, clGetEventInfo, cl_int, (cl_event, cl_uint, std::size_t, void*, std::size_t*))
NEXUS_CL_FUNCTION(REQUIRED, clGetEventProfilingInfo, cl_int, (cl_event, cl_uint, std::size_t, void*, std::size_t*))
NEXUS_CL_FUNCTION(REQUIRED, clSetEventCallback, cl_int, (cl_event, cl_int, EventCallback, void*))
NEXUS_CL_FUNCTION(REQUIRED, clWaitForEvents, cl_int, (cl_uint, const cl_event*))
NEXUS_CL_FUNCTION(REQUIRED, clRetainEvent, cl_int, (cl_event))
NEXUS_CL_FUNCTION(REQUIRED, clReleaseEvent, cl_int, (cl_event))
NEXUS_CL_FUNCTION(REQUIRED, clFlush, cl_int, (cl_command_queue))
NEXUS_CL_FUNCTION(REQUIRED, clGetExtensionFunctionAddressForPlatform, void*, (cl_platform_id, const char*))
NEXUS_CL_FUNCTION(OPTIONAL, clCreateCommandQueueWithProperties, cl_command_queue,
                  (cl_context, cl_device_id, const cl_bitfield*, cl_int*))
NEXUS_CL_FUNCTION(OPTIONAL, clCreateProgramWithIL, cl_program, (cl_context, const void*, std::size_t, cl_int*))
NEXUS_CL_FUNCTION(OPTIONAL, clGetDeviceAndHostTimer, cl_int, (cl_device_id, cl_ulong*, cl_ulong*))
NEXUS_CL_FUNCTION(OPTIONAL, clSVMAlloc, void*, (cl_context, cl_bitfield, std::size_t, cl_uint))
NEXUS_CL_FUNCTION(OPTIONAL, clSVMFree, void, (cl_context, void*))
NEXUS_CL_FUNCTION(OPTIONAL, clSetKernelArgSVMPointer, cl_int, (cl_kernel, cl_uint, const void*))
NEXUS_CL_FUNCTION(OPTIONAL, clEnqueueSVMMemcpy, cl_int,
                  (cl_command_queue, cl_bool, void*, const void*, std::size_t, cl_uint, const cl_event*, cl_event*))
NEXUS_CL_FUNCTION(OPTIONAL, clEnqueueSVMMemFill, cl_int,
                  (cl_command_queue, void*, const void*, std::size_t, std::size_t, cl_uint, const cl_event*, cl_event*))
