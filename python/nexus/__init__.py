"""Nexus Device API: discover the compute devices of a machine, know their characteristics, and run kernels on them.

    import nexus

    device = nexus.get_device()                       # or "cpu:0", "cuda:1"
    device.get_property_str("Name")                   # nexus.properties() lists all there are
    library = device.load_library("saxpy.so")
    x = device.create_buffer(array)                   # copies a NumPy array, a tensor, ...
    y = device.create_buffer((1024,), dtype="fp32")
    library.get_kernel("saxpy").launch(4, 256, x, y, 2.0, 1024)
    result = y.numpy()

Kernels take arrays as they are, too: library["saxpy"][4, 256](array, other, 2.0, 1024) returns when `other` is written.
Buffers are sliced as NumPy arrays are, and streams and events can be awaited: await event.wait_async(3).

Objects hold what they come from alive, so they may be dropped in any order. Every failure raises a subclass of
nexus.Error, which is also of the built-in class that fits: nexus.InvalidArgumentError is a ValueError.
Element types such as nexus.float16 are objects of nexus.DType; "fp16", numpy.float16 and torch.float16 mean the same.
"""

from nexus._nexus import (
    Buffer,
    Command,
    Compatibility,
    CompileFailedError,
    ConfiguredKernel,
    Database,
    DatabaseMatch,
    DatabaseProblem,
    Device,
    DeviceLostError,
    Devices,
    Error,
    Event,
    Info,
    InternalError,
    InvalidArgumentError,
    Kernel,
    KernelArgument,
    LaunchFailedError,
    Library,
    NotFoundError,
    Occupancy,
    OutOfMemoryError,
    Peak,
    PluginRecord,
    PropertyInfo,
    Roofline,
    Runtime,
    Runtimes,
    Schedule,
    Stream,
    System,
    TimeoutError,  # noqa: A004
    UnavailableError,
    UnsupportedError,
    check_compatibility,
    compile_flags,
    distribute,
    get_database,
    get_device,
    get_device_info,
    get_plugin_records,
    get_runtime,
    get_runtimes,
    get_system,
    is_compatible,
    properties,
    read_info,
    roofline,
    start_trace,
    stop_trace,
)
from nexus._nexus import version as __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from nexus import database
    from nexus.characteristics import occupancy
    from nexus.dtypes import (
        DType,
        bfloat16,
        bool_,
        complex64,
        complex128,
        float4_e2m1fn,
        float8_e4m3fn,
        float8_e5m2,
        float16,
        float32,
        float64,
        int4,
        int8,
        int16,
        int32,
        int64,
        uint4,
        uint8,
        uint16,
        uint32,
        uint64,
    )
    from nexus.paths import cmake_dir, include_dir
    from nexus.tracing import Trace, trace

__all__ = [
    "Buffer",
    "Command",
    "Compatibility",
    "CompileFailedError",
    "ConfiguredKernel",
    "DType",
    "Database",
    "DatabaseMatch",
    "DatabaseProblem",
    "Device",
    "DeviceLostError",
    "Devices",
    "Error",
    "Event",
    "Info",
    "InternalError",
    "InvalidArgumentError",
    "Kernel",
    "KernelArgument",
    "LaunchFailedError",
    "Library",
    "NotFoundError",
    "Occupancy",
    "OutOfMemoryError",
    "Peak",
    "PluginRecord",
    "PropertyInfo",
    "Roofline",
    "Runtime",
    "Runtimes",
    "Schedule",
    "Stream",
    "System",
    "TimeoutError",
    "Trace",
    "UnavailableError",
    "UnsupportedError",
    "__version__",
    "bfloat16",
    "bool_",
    "check_compatibility",
    "cmake_dir",
    "compile_flags",
    "complex64",
    "complex128",
    "database",
    "distribute",
    "float4_e2m1fn",
    "float8_e4m3fn",
    "float8_e5m2",
    "float16",
    "float32",
    "float64",
    "get_database",
    "get_device",
    "get_device_info",
    "get_plugin_records",
    "get_runtime",
    "get_runtimes",
    "get_system",
    "include_dir",
    "int4",
    "int8",
    "int16",
    "int32",
    "int64",
    "is_compatible",
    "occupancy",
    "properties",
    "read_info",
    "roofline",
    "start_trace",
    "stop_trace",
    "trace",
    "uint4",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
]


# The modules that hold what few programs need; all else of it is in dtypes.
_MODULES = {
    "Trace": "tracing",
    "cmake_dir": "paths",
    "include_dir": "paths",
    "occupancy": "characteristics",
    "trace": "tracing",
}


def __getattr__(name: str) -> "Any":
    # Made when it is asked for, so that importing the package stays cheap.
    if name not in __all__:
        raise AttributeError(f"module 'nexus' has no attribute '{name}'", name=name)
    import importlib

    if name == "database":
        return importlib.import_module("nexus.database")
    module = importlib.import_module(f"nexus.{_MODULES.get(name, 'dtypes')}")
    value = globals()[name] = getattr(module, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
