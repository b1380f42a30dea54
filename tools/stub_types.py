"""Types of all that the extension module offers: a signature for functions and methods, a type for attributes."""

HEADER = """
# Made by tools/make_stubs.py; do not edit.
import builtins
from collections.abc import Callable, Coroutine, Iterator, Sequence
from os import PathLike
from types import EllipsisType, TracebackType
from typing import Any, Literal, Protocol, SupportsIndex, TypeAlias, final, overload

import numpy as np
from typing_extensions import Buffer as _SupportsBuffer
from typing_extensions import CapsuleType

from nexus.dtypes import DType
from nexus.property_map import PropertyMap, PropertyValue

class _SupportsDLPack(Protocol):
    def __dlpack__(self) -> Any: ...
    def __dlpack_device__(self) -> tuple[int, int]: ...

class _SupportsArrayInterface(Protocol):
    @property
    def __array_interface__(self) -> dict[str, Any]: ...

class _SupportsCudaArrayInterface(Protocol):
    @property
    def __cuda_array_interface__(self) -> dict[str, Any]: ...

_Array: TypeAlias = _SupportsBuffer | _SupportsDLPack | _SupportsArrayInterface | _SupportsCudaArrayInterface
_Shape: TypeAlias = SupportsIndex | tuple[SupportsIndex, ...]
_Number: TypeAlias = complex | np.generic
_Index: TypeAlias = SupportsIndex | slice[Any, Any, Any] | EllipsisType
_Size: TypeAlias = SupportsIndex | tuple[SupportsIndex, ...] | list[int]
_Argument: TypeAlias = Buffer | _Array | _Number
_InfoPath: TypeAlias = str | SupportsIndex | list[Any] | tuple[str | int, ...]
_Progress: TypeAlias = Callable[[int, int], object]
_Path: TypeAlias = str | bytes | PathLike[str] | PathLike[bytes]

version: str
"""

# Attributes that can be set.
SETTABLE = {"Schedule.timed"}

# Methods that many classes have.
OF_EVERY_CLASS = {
    "__copy__": "(self) -> {}",
    "__deepcopy__": "(self, memo: object, /) -> {}",
    "_repr_html_": "(self) -> str",
}

TYPES: dict[str, str | list[str]] = {
    # functions
    "_core_path": "() -> str",
    "_end_watch": "(descriptor: int, /) -> None",
    "_dtype_table": "() -> list[tuple[int, str, str, int, int, str]]",
    "check_compatibility": "(target: str, device: Device | Info | str, /) -> Compatibility",
    "_occupancy": (
        "(device: Device | Info | str, threads: int, registers: int, shared_bytes: int, scalar_registers: int,"
        " subgroup_size: int, barriers: int, /) -> Occupancy"
    ),
    "compile_flags": "(device: Device | Info | str, compiler: str, version: str = '', target: str = '') -> str",
    "distribute": (
        "(work: int, devices: Sequence[Device | Info | str | Roofline | tuple[float, float]], intensity: float,"
        " dtype: str = 'fp32', multiple: int = 1) -> list[int]"
    ),
    "roofline": "(device: Device | Info | str, /) -> Roofline",
    "get_database": "() -> Database",
    "get_device_info": "(name: str, /) -> Info",
    "is_compatible": "(target: str, device: Device | Info | str, /) -> bool",
    "read_info": "(path: _Path, /) -> Info",
    "get_device": "(id: str | None = None) -> Device",
    "get_plugin_records": "() -> tuple[PluginRecord, ...]",
    "get_runtime": "(name: str, /) -> Runtime",
    "get_runtimes": "() -> Runtimes",
    "get_system": "() -> System",
    "start_trace": "(path: _Path, /) -> None",
    "stop_trace": "() -> None",
    "properties": "() -> tuple[PropertyInfo, ...]",
    # System
    "System.create": "(plugin_paths: Sequence[_Path], /) -> System",
    "System.__iter__": "(self) -> Iterator[Runtime]",
    "System.get_device": "(self, id: str | None = None) -> Device",
    "System.get_runtime": "(self, name: str, /) -> Runtime",
    "System.plugin_records": "tuple[PluginRecord, ...]",
    "System.runtimes": "Runtimes",
    # Runtimes
    "Runtimes.__contains__": "(self, key: object, /) -> bool",
    "Runtimes.__getitem__": [
        "(self, key: SupportsIndex | str, /) -> Runtime",
        "(self, key: slice[Any, Any, Any], /) -> tuple[Runtime, ...]",
    ],
    "Runtimes.__iter__": "(self) -> Iterator[Runtime]",
    "Runtimes.__len__": "(self) -> int",
    "Runtimes.get": "(self, key: SupportsIndex | str, /) -> Runtime",
    # Runtime
    "Runtime.__iter__": "(self) -> Iterator[Device]",
    "Runtime._known_properties": "(self) -> tuple[str, ...]",
    "Runtime.devices": "Devices",
    "Runtime.get_device": "(self, index: SupportsIndex, /) -> Device",
    "Runtime.get_property": "(self, name: str, /) -> PropertyValue",
    "Runtime.get_property_flt": "(self, name: str, /) -> float",
    "Runtime.get_property_flt_vec": "(self, name: str, /) -> list[float]",
    "Runtime.get_property_int": "(self, name: str, /) -> int",
    "Runtime.get_property_int_vec": "(self, name: str, /) -> list[int]",
    "Runtime.get_property_str": "(self, name: str, /) -> str",
    "Runtime.get_property_str_vec": "(self, name: str, /) -> list[str]",
    "Runtime.get_property_from": '(self, source: Literal["runtime", "database"], name: str, /) -> PropertyValue',
    "Runtime.get_property_source": '(self, name: str, /) -> Literal["runtime", "database"]',
    "Runtime.name": "str",
    "Runtime.plugin_path": "str",
    "Runtime.properties": "PropertyMap",
    # Devices
    "Devices.__contains__": "(self, key: object, /) -> bool",
    "Devices.__getitem__": [
        "(self, key: SupportsIndex, /) -> Device",
        "(self, key: slice[Any, Any, Any], /) -> tuple[Device, ...]",
    ],
    "Devices.__iter__": "(self) -> Iterator[Device]",
    "Devices.__len__": "(self) -> int",
    "Devices.get": "(self, index: SupportsIndex, /) -> Device",
    # Device
    "Device._known_properties": "(self) -> tuple[str, ...]",
    "Device.create_host_buffer": "(self, shape: _Shape, dtype: object = None) -> Buffer",
    "Device.create_buffer": (
        "(self, array_or_shape: _Array | _Shape | list[Any] | complex, dtype: object = None) -> Buffer"
    ),
    "Device.create_event": "(self, initial: SupportsIndex = 0) -> Event",
    "Device.create_library": (
        "(self, source: str | _SupportsBuffer, language: str | None = None,"
        " options: str | list[str] | tuple[str, ...] | None = None,"
        " defines: dict[str, str | float] | None = None, name: str | None = None) -> Library"
    ),
    "Device.create_schedule": "(self) -> Schedule",
    "Device.create_stream": "(self) -> Stream",
    "Device.default_stream": "Stream",
    "Device.get_info": "(self) -> Info",
    "Device.get_property": "(self, name: str, /) -> PropertyValue",
    "Device.get_property_flt": "(self, name: str, /) -> float",
    "Device.get_property_flt_vec": "(self, name: str, /) -> list[float]",
    "Device.get_property_int": "(self, name: str, /) -> int",
    "Device.get_property_int_vec": "(self, name: str, /) -> list[int]",
    "Device.get_property_str": "(self, name: str, /) -> str",
    "Device.get_property_str_vec": "(self, name: str, /) -> list[str]",
    "Device.get_property_from": '(self, source: Literal["runtime", "database"], name: str, /) -> PropertyValue',
    "Device.get_property_source": '(self, name: str, /) -> Literal["runtime", "database"]',
    "Device.id": "str",
    "Device.index": "int",
    "Device.load_library": "(self, path: _Path, /) -> Library",
    "Device.properties": "PropertyMap",
    "Device.runtime": "Runtime",
    "Device.wrap": "(self, array: _Array, /) -> Buffer",
    # Buffer
    "Buffer.__array__": (
        "(self, dtype: np.dtype[Any] | None = None, copy: bool | None = None) -> np.ndarray[Any, np.dtype[Any]]"
    ),
    "Buffer.__buffer__": "(self, flags: int, /) -> memoryview",
    "Buffer.__dlpack__": (
        "(self, *, stream: int | None = None, max_version: tuple[int, int] | None = None,"
        " dl_device: tuple[int, int] | None = None, copy: bool | None = None) -> CapsuleType"
    ),
    "Buffer.__dlpack_device__": "(self) -> tuple[int, int]",
    "Buffer.__bool__": "(self) -> Literal[True]",
    "Buffer.__getitem__": "(self, key: _Index | tuple[_Index, ...], /) -> Buffer",
    "Buffer.__iter__": "(self) -> Iterator[Buffer]",
    "Buffer.__len__": "(self) -> int",
    "Buffer.__setitem__": "(self, key: _Index | tuple[_Index, ...], value: _Array | _Number | list[Any], /) -> None",
    "Buffer.copy": "(self) -> Buffer",
    "Buffer.copy_from": "(self, source: _Array | Buffer, progress: _Progress | None = None) -> None",
    "Buffer.copy_to": "(self, destination: _Array | Buffer, progress: _Progress | None = None) -> None",
    "Buffer.is_contiguous": "bool",
    "Buffer.__cuda_array_interface__": "dict[str, Any]",
    "Buffer.is_read_only": "bool",
    "Buffer.itemsize": "int",
    "Buffer.ndim": "int",
    "Buffer.offset": "int",
    "Buffer.reshape": "(self, /, *shape: SupportsIndex | tuple[SupportsIndex, ...] | list[int]) -> Buffer",
    "Buffer.size": "int",
    "Buffer.view": "(self, dtype: object, /) -> Buffer",
    "Buffer.device": "Device",
    "Buffer.dtype": "DType",
    "Buffer.fill": "(self, value: _Number, /) -> None",
    "Buffer.nbytes": "int",
    "Buffer.numpy": "(self) -> np.ndarray[Any, np.dtype[Any]]",
    "Buffer.shape": "tuple[int, ...]",
    "Buffer.strides": "tuple[int, ...]",
    # Library and Kernel
    "Library.__contains__": "(self, name: object, /) -> bool",
    "Library.__getitem__": "(self, name: str, /) -> Kernel",
    "Library.__iter__": "(self) -> Iterator[Kernel]",
    "Library.device": "Device",
    "Library.get_kernel": "(self, name: str, /) -> Kernel",
    "Library.kernels": "tuple[Kernel, ...]",
    "Library.path": "str",
    "Kernel.__getitem__": (
        "(self, key: tuple[_Size, _Size] | tuple[_Size, _Size, Stream | None]"
        " | tuple[_Size, _Size, Stream | None, int], /) -> ConfiguredKernel"
    ),
    "Kernel.arguments": "tuple[KernelArgument, ...] | None",
    "Kernel.device": "Device",
    "Kernel.launch": (
        "(self, grid: _Size, block: _Size, *args: _Argument, stream: Stream | None = None,"
        " shared_bytes: int = 0, blocking: bool = False, cooperative: bool = False,"
        " cluster: _Size | None = None) -> None"
    ),
    "Kernel.library": "Library",
    "Kernel.name": "str",
    "Kernel.shared_bytes": "int",
    "ConfiguredKernel.__call__": "(self, /, *args: _Argument) -> None",
    "KernelArgument.access": 'Literal["read", "write", "read_write", "unknown"]',
    "KernelArgument.dtype": "DType | None",
    "KernelArgument.is_buffer": "bool",
    "KernelArgument.name": "str",
    "KernelArgument.size": "int",
    # Stream and Event
    "Stream.__enter__": "(self) -> Stream",
    "Stream.__exit__": (
        "(self, type: type[BaseException] | None, value: BaseException | None,"
        " traceback: TracebackType | None, /) -> Literal[False]"
    ),
    "Stream.device": "Device",
    "Stream.synchronize_async": "(self, timeout: float | None = None) -> Coroutine[Any, Any, bool]",
    "Stream.query": "(self) -> bool",
    "Stream.signal": "(self, event: Event, value: SupportsIndex, /) -> None",
    "Stream.synchronize": "(self, timeout: float | None = None) -> bool",
    "Stream.wait": "(self, event: Event, value: SupportsIndex, /) -> None",
    "Event._watch": "(self, value: SupportsIndex, /) -> int",
    "Event.device": "Device",
    "Event.wait_async": "(self, value: SupportsIndex, timeout: float | None = None) -> Coroutine[Any, Any, bool]",
    "Event.signal": "(self, value: SupportsIndex, /) -> None",
    "Event.value": "int",
    "Event.wait": "(self, value: SupportsIndex, timeout: float | None = None) -> bool",
    # Schedule and Command
    "Schedule.__iter__": "(self) -> Iterator[Command]",
    "Schedule.commands": "tuple[Command, ...]",
    "Schedule.create_command": (
        "(self, kernel: Kernel, args: Sequence[_Argument] | None = None, grid: _Size | None = None,"
        " block: _Size | None = None, shared_bytes: int = 0) -> Command"
    ),
    "Schedule.create_call_command": "(self, function: Callable[[], object], /) -> Command",
    "Schedule.create_copy_from_host_command": "(self, destination: Buffer, source: _Array, /) -> Command",
    "Schedule.create_copy_to_host_command": "(self, destination: _Array, source: Buffer, /) -> Command",
    "Schedule.create_copy_command": "(self, destination: Buffer, source: Buffer, /) -> Command",
    "Schedule.create_fill_command": "(self, buffer: Buffer, value: _Number, /) -> Command",
    "Schedule.create_signal_command": "(self, event: Event, value: SupportsIndex, /) -> Command",
    "Schedule.create_wait_command": "(self, event: Event, value: SupportsIndex, /) -> Command",
    "Schedule.device": "Device",
    "Schedule.duration": "int",
    "Schedule.timed": "bool",
    "Schedule.run_async": "(self, stream: Stream | None = None) -> Coroutine[Any, Any, None]",
    "Schedule.run": "(self, stream: Stream | None = None, blocking: bool = True) -> None",
    "Command.duration": "int",
    "Command.finalize": "(self, grid: _Size, block: _Size, shared_bytes: int = 0) -> None",
    "Command.kernel": "Kernel",
    "Command.kind": 'Literal["launch", "copy", "fill", "signal", "wait", "call"]',
    "Command.schedule": "Schedule",
    "Command.set_arg": "(self, index: SupportsIndex, value: _Argument, /) -> None",
    "Command.set_args": "(self, /, *args: _Argument) -> None",
    # Info and records
    "Info.__bool__": "(self) -> Literal[True]",
    "Info.__contains__": "(self, key: object, /) -> bool",
    "Info.__dir__": "(self) -> list[str]",
    "Info.__getattr__": "(self, name: str, /) -> Any",
    "Info.__getitem__": "(self, path: _InfoPath, /) -> Any",
    "Info.__iter__": "(self) -> Iterator[Any]",
    "Info.__len__": "(self) -> int",
    "Info.at": "(self, path: _InfoPath, /) -> Info",
    "Info.entry_name": "str",
    "Info.get": "(self, path: _InfoPath, default: Any = None, /) -> Any",
    "Info.get_bool": "(self, path: _InfoPath = '', /) -> bool",
    "Info.get_flt": "(self, path: _InfoPath = '', /) -> float",
    "Info.get_flt_vec": "(self, path: _InfoPath = '', /) -> list[float]",
    "Info.get_int": "(self, path: _InfoPath = '', /) -> int",
    "Info.get_int_vec": "(self, path: _InfoPath = '', /) -> list[int]",
    "Info.get_str": "(self, path: _InfoPath = '', /) -> str",
    "Info.get_str_vec": "(self, path: _InfoPath = '', /) -> list[str]",
    "Info.items": "(self) -> list[tuple[str, Any]]",
    "Info.keys": "(self) -> list[str]",
    "Info.kind": 'Literal["object", "array", "string", "int", "float", "bool", "null"]',
    "Info.path": "str",
    "Info.pointer": "str",
    "Info.to_dict": "(self) -> dict[str, Any]",
    "Info.to_json": "(self) -> str",
    "Info.to_python": "(self) -> Any",
    "Info.values": "(self) -> list[Any]",
    "Database.create": "(folders: Sequence[_Path], /) -> Database",
    "Database.folders": "tuple[str, ...]",
    "Database.get_info": "(self, name: str, /) -> Info",
    "Database.names": "tuple[str, ...]",
    "Database.problems": "tuple[DatabaseProblem, ...]",
    "Database.resolve": "(self, name: str, /) -> DatabaseMatch",
    "DatabaseMatch.entry": "str",
    "DatabaseMatch.product": "str",
    "DatabaseProblem.entry": "str",
    "DatabaseProblem.reason": "str",
    "Occupancy.blocks": "int",
    "Occupancy.fraction": "float",
    "Occupancy.limit": "str",
    "Occupancy.max_subgroups": "int",
    "Occupancy.reason": "str",
    "Occupancy.subgroups": "int",
    "Peak.accumulator": "str",
    "Peak.input": "str",
    "Peak.ops_per_second": "float",
    "Peak.ridge": "float",
    "Peak.unit": 'Literal["Vector", "VectorPacked", "Matrix", "MatrixSparse"]',
    "Roofline.attainable": "(self, intensity: float, input: str = 'fp32') -> float",
    "Roofline.bandwidth": "float",
    "Roofline.get_peak": "(self, input: str, /) -> Peak",
    "Roofline.name": "str",
    "Roofline.peaks": "tuple[Peak, ...]",
    "Compatibility.__bool__": "(self) -> bool",
    "Compatibility.fit": 'Literal["exact", "family", "portable", "none"]',
    "Compatibility.rank": "int",
    "Compatibility.reason": "str",
    "PluginRecord.name": "str",
    "PluginRecord.path": "str",
    "PluginRecord.reason": "str",
    "PluginRecord.state": 'Literal["available", "no device", "unavailable", "refused"]',
    "PluginRecord.version": "str",
    "PropertyInfo.is_live": "bool",
    "PropertyInfo.meaning": "str",
    "PropertyInfo.name": "str",
    "PropertyInfo.type": 'Literal["str", "int", "float", "list of str", "list of int", "list of float"]',
    "PropertyInfo.unit": "str",
}
