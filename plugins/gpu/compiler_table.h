/* The functions of the run-time compilers NVRTC and hiprtc, once:
 *
 * NEXUS_COMPILER_FUNCTION(Type of the result, name, NVRTC's symbol, hiprtc's symbol, (parameters)) */
NEXUS_COMPILER_FUNCTION(Result, create, nvrtcCreateProgram, hiprtcCreateProgram, (ProgramHandle*, const char*, const char*, int, const char* const*, const char* const*))
NEXUS_COMPILER_FUNCTION(Result, destroy, nvrtcDestroyProgram, hiprtcDestroyProgram, (ProgramHandle*))
NEXUS_COMPILER_FUNCTION(Result, compile, nvrtcCompileProgram, hiprtcCompileProgram, (ProgramHandle, int, const char* const*))
NEXUS_COMPILER_FUNCTION(Result, logSize, nvrtcGetProgramLogSize, hiprtcGetProgramLogSize, (ProgramHandle, std::size_t*))
NEXUS_COMPILER_FUNCTION(Result, log, nvrtcGetProgramLog, hiprtcGetProgramLog, (ProgramHandle, char*))
NEXUS_COMPILER_FUNCTION(Result, codeSize, nvrtcGetCUBINSize, hiprtcGetCodeSize, (ProgramHandle, std::size_t*))
NEXUS_COMPILER_FUNCTION(Result, code, nvrtcGetCUBIN, hiprtcGetCode, (ProgramHandle, char*))
NEXUS_COMPILER_FUNCTION(const char*, errorText, nvrtcGetErrorString, hiprtcGetErrorString, (Result))
NEXUS_COMPILER_FUNCTION(Result, version, nvrtcVersion, hiprtcVersion, (int*, int*))
