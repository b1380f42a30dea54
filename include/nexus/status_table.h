/* Every status of Nexus, once. Statuses are chosen by what the caller can do about them.
 *
 * NEXUS_STATUS(Name, CONSTANT, value, PythonBase, meaning)
 * Name is the C++ enumerator and the stem of the exception classes, CONSTANT the C one (NXS_ prefixed), PythonBase the built-in
 * class that the Python exception also derives from. Values are part of the plugin ABI: append, never renumber. */
NEXUS_STATUS(InvalidArgument, INVALID_ARGUMENT, 1, ValueError, "An argument is wrong; the message says which and what was expected.")
NEXUS_STATUS(NotFound, NOT_FOUND, 2, LookupError, "No object of that name or index exists; the message lists those that do.")
NEXUS_STATUS(OutOfMemory, OUT_OF_MEMORY, 3, MemoryError, "Host or device memory ran out, or the request can never fit.")
NEXUS_STATUS(Unsupported, UNSUPPORTED, 4, NotImplementedError, "The device or its runtime does not offer this operation.")
NEXUS_STATUS(Unavailable, UNAVAILABLE, 5, OSError, "A driver, device or file is missing or unusable; the message says why.")
NEXUS_STATUS(CompileFailed, COMPILE_FAILED, 6, SyntaxError, "A kernel did not compile; the message carries the compiler's log.")
NEXUS_STATUS(LaunchFailed, LAUNCH_FAILED, 7, RuntimeError, "A kernel or command failed while it ran.")
NEXUS_STATUS(DeviceLost, DEVICE_LOST, 8, ConnectionError, "The device stopped working; its objects can only be dropped.")
NEXUS_STATUS(Timeout, TIMEOUT, 9, TimeoutError, "The time given for a wait passed; what was waited for is still going on.")
NEXUS_STATUS(Internal, INTERNAL, 10, RuntimeError, "A fault in Nexus or in a plugin; please report it with the message.")
