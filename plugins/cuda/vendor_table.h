/* What CUDA offers with parameters of its own; see plugins/gpu/driver_table.h.
 *
 * NEXUS_VENDOR_FUNCTION(REQUIRED or OPTIONAL, Type of the result, name, symbol, (parameters)) */
NEXUS_VENDOR_FUNCTION(REQUIRED, Result, errorName, cuGetErrorName, (Result, const char**))
NEXUS_VENDOR_FUNCTION(REQUIRED, Result, errorText, cuGetErrorString, (Result, const char**))
NEXUS_VENDOR_FUNCTION(OPTIONAL, Result, launchConfigured, cuLaunchKernelEx, (const LaunchConfiguration*, FunctionHandle, void**, void**))
NEXUS_VENDOR_FUNCTION(OPTIONAL, Result, graphAddFill, cuGraphAddMemsetNode, (NodeHandle*, GraphHandle, const NodeHandle*, std::size_t, const FillNode*, ContextHandle))
NEXUS_VENDOR_FUNCTION(OPTIONAL, Result, graphSetFill, cuGraphExecMemsetNodeSetParams, (ExecutableHandle, NodeHandle, const FillNode*, ContextHandle))
NEXUS_VENDOR_FUNCTION(OPTIONAL, Result, graphAddCopy, cuGraphAddMemcpyNode, (NodeHandle*, GraphHandle, const NodeHandle*, std::size_t, const CopyNode*, ContextHandle))
NEXUS_VENDOR_FUNCTION(REQUIRED, Result, fillRows8, cuMemsetD2D8Async, (Address, std::size_t, unsigned char, std::size_t, std::size_t, StreamHandle))
NEXUS_VENDOR_FUNCTION(REQUIRED, Result, fillRows16, cuMemsetD2D16Async, (Address, std::size_t, unsigned short, std::size_t, std::size_t, StreamHandle))
NEXUS_VENDOR_FUNCTION(REQUIRED, Result, fillRows32, cuMemsetD2D32Async, (Address, std::size_t, unsigned, std::size_t, std::size_t, StreamHandle))
NEXUS_VENDOR_FUNCTION(REQUIRED, Result, copyPeer, cuMemcpyPeerAsync, (Address, ContextHandle, Address, ContextHandle, std::size_t, StreamHandle))
NEXUS_VENDOR_FUNCTION(OPTIONAL, Result, moduleFunctionCount, cuModuleGetFunctionCount, (unsigned*, ModuleHandle))
NEXUS_VENDOR_FUNCTION(OPTIONAL, Result, moduleFunctions, cuModuleEnumerateFunctions, (FunctionHandle*, unsigned, ModuleHandle))
NEXUS_VENDOR_FUNCTION(OPTIONAL, Result, functionName, cuFuncGetName, (const char**, FunctionHandle))
NEXUS_VENDOR_FUNCTION(OPTIONAL, Result, functionParameter, cuFuncGetParamInfo, (FunctionHandle, std::size_t, std::size_t*, std::size_t*))
