/* What HIP offers with parameters of its own; see plugins/gpu/driver_table.h.
 *
 * NEXUS_VENDOR_FUNCTION(REQUIRED or OPTIONAL, Type of the result, name, symbol, (parameters)) */
NEXUS_VENDOR_FUNCTION(REQUIRED, const char*, errorName, hipGetErrorName, (Result))
NEXUS_VENDOR_FUNCTION(REQUIRED, const char*, errorText, hipGetErrorString, (Result))
NEXUS_VENDOR_FUNCTION(OPTIONAL, Result, graphAddFill, hipGraphAddMemsetNode, (NodeHandle*, GraphHandle, const NodeHandle*, std::size_t, const FillNode*))
NEXUS_VENDOR_FUNCTION(OPTIONAL, Result, graphSetFill, hipGraphExecMemsetNodeSetParams, (ExecutableHandle, NodeHandle, const FillNode*))
NEXUS_VENDOR_FUNCTION(OPTIONAL, Result, graphAddCopy, hipGraphAddMemcpyNode1D, (NodeHandle*, GraphHandle, const NodeHandle*, std::size_t, void*, const void*, std::size_t, int))
NEXUS_VENDOR_FUNCTION(REQUIRED, Result, fillRows, hipMemset2DAsync, (void*, std::size_t, int, std::size_t, std::size_t, StreamHandle))
NEXUS_VENDOR_FUNCTION(REQUIRED, Result, copyPeer, hipMemcpyPeerAsync, (void*, int, const void*, int, std::size_t, StreamHandle))
NEXUS_VENDOR_FUNCTION(OPTIONAL, Result, deviceProperties, hipGetDevicePropertiesR0600, (void*, int))
NEXUS_VENDOR_FUNCTION(OPTIONAL, Result, devicePropertiesOld, hipGetDeviceProperties, (void*, int))
