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


@final
class Buffer:
    """Memory of a device, seen as an array: bytes plus element type and shape.

    Where the host can reach the memory, numpy.asarray(buffer), memoryview(buffer) and numpy.from_dlpack(buffer) show it
    without a copy, and keep the buffer alive. Work on streams is not waited for.

    buffer[2:8, ::2], buffer[-1], reshape() and view() give buffers over the same memory; buffer[...] = array or number writes
    them. Kernels take contiguous ones.
    """
    def __array__(self, dtype: np.dtype[Any] | None = None, copy: bool | None = None) -> np.ndarray[Any, np.dtype[Any]]: ...
    def __bool__(self) -> Literal[True]: ...
    def __copy__(self) -> Buffer: ...
    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        """The memory of a CUDA device for libraries that ask so; waits for the device's default stream."""
    def __deepcopy__(self, memo: object, /) -> Buffer: ...
    def __dlpack__(self, *, stream: int | None = None, max_version: tuple[int, int] | None = None, dl_device: tuple[int, int] | None = None, copy: bool | None = None) -> CapsuleType: ...
    def __dlpack_device__(self) -> tuple[int, int]: ...
    def __getitem__(self, key: _Index | tuple[_Index, ...], /) -> Buffer: ...
    def __iter__(self) -> Iterator[Buffer]: ...
    def __len__(self) -> int: ...
    def __setitem__(self, key: _Index | tuple[_Index, ...], value: _Array | _Number | list[Any], /) -> None: ...
    def copy(self) -> Buffer:
        """A new, contiguous buffer of the same device with the same elements."""
    def copy_from(self, source: _Array | Buffer, progress: _Progress | None = None) -> None:
        """Copy a whole array, or another buffer of any device, into this one and return when it is done.

        The source must have the same element type and number of elements; elements are taken in row-major order, whatever the
        strides of either side. progress, if given, is called with the bytes that are done and those in all, after every 16 MiB or
        so; an exception that it raises ends the copy.
        """
    def copy_to(self, destination: _Array | Buffer, progress: _Progress | None = None) -> None:
        """Copy the whole buffer into a writable array, or into another buffer, and return when it is done; same rules as copy_from."""
    @property
    def device(self) -> Device:
        """The device that the memory belongs to."""
    @property
    def dtype(self) -> DType:
        """Type of the elements, a nexus.DType."""
    def fill(self, value: _Number, /) -> None:
        """Set every element to a value and return when it is done. Raises InvalidArgumentError if the value does not fit."""
    @property
    def is_contiguous(self) -> bool:
        """Whether the elements lie one after the other in row-major order."""
    @property
    def is_read_only(self) -> bool:
        """Whether this is the memory of a read-only array, which nothing may write."""
    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
    @property
    def nbytes(self) -> int:
        """Bytes of all elements."""
    @property
    def ndim(self) -> int:
        """Number of dimensions."""
    def numpy(self) -> np.ndarray[Any, np.dtype[Any]]:
        """The buffer as a NumPy array: its own memory where the host can reach it, otherwise a copy.

        Work on streams is not waited for. bfloat16, the 8-bit floats and the 4-bit types, which come as a copy, need the package
        ml_dtypes.
        """
    @property
    def offset(self) -> int:
        """Bytes from the start of the memory to the first element."""
    def reshape(self, /, *shape: SupportsIndex | tuple[SupportsIndex, ...] | list[int]) -> Buffer:
        """The same elements in another shape, one size of which may be -1. Raises InvalidArgumentError if the buffer is not contiguous."""
    @property
    def shape(self) -> tuple[int, ...]:
        """Elements in each dimension."""
    @property
    def size(self) -> int:
        """Number of elements."""
    @property
    def strides(self) -> tuple[int, ...]:
        """Bytes from one element to the next in each dimension."""
    def view(self, dtype: object, /) -> Buffer:
        """The same bytes as elements of another type; the last dimension changes with the size of the elements."""
    def __buffer__(self, flags: int, /) -> memoryview: ...

@final
class Command:
    """One step of a schedule. Changing it affects later runs only."""
    @property
    def duration(self) -> int:
        """Nanoseconds that the command took in the last timed run of its schedule that has completed."""
    def finalize(self, grid: _Size, block: _Size, shared_bytes: int = 0) -> None:
        """Fix grid and block of a launch and check that every argument is set. May be called again with others."""
    @property
    def kernel(self) -> Kernel:
        """Kernel of a launch command; raises InvalidArgumentError for other kinds."""
    @property
    def kind(self) -> Literal["launch", "copy", "fill", "signal", "wait", "call"]:
        """'launch', 'copy', 'fill', 'signal', 'wait' or 'call'."""
    @property
    def schedule(self) -> Schedule:
        """The schedule that the command is part of."""
    def set_arg(self, index: SupportsIndex, value: _Argument, /) -> None:
        """Set one argument of a launch to a Buffer or a number.

        Numbers are converted to the declared type at once; buffers are kept alive.
        """
    def set_args(self, /, *args: _Argument) -> None:
        """Set all arguments of a launch."""

@final
class Compatibility:
    """Whether and how well code for a target runs on a device. False if it does not run."""
    def __bool__(self) -> bool: ...
    def __copy__(self) -> Compatibility: ...
    def __deepcopy__(self, memo: object, /) -> Compatibility: ...
    @property
    def fit(self) -> Literal["exact", "family", "portable", "none"]:
        """'exact', 'family', 'portable' or 'none'."""
    @property
    def rank(self) -> int:
        """For choosing among several that run: the larger, the better; 0 if it does not run."""
    @property
    def reason(self) -> str:
        """In words, the rule that decided."""

class CompileFailedError(Error, builtins.SyntaxError):
    """A kernel did not compile; the message carries the compiler's log."""

@final
class ConfiguredKernel:
    """A kernel with its grid and block: call it with the kernel's arguments to launch it."""
    def __call__(self, /, *args: _Argument) -> None: ...
    def __copy__(self) -> ConfiguredKernel: ...
    def __deepcopy__(self, memo: object, /) -> ConfiguredKernel: ...

@final
class Database:
    """Entries for architectures, from files <vendor>-<type>-<architecture>.json in one or more folders.

    Each is read at its first use and kept. A file that cannot be used disturbs no other.
    """
    def __copy__(self) -> Database: ...
    def __deepcopy__(self, memo: object, /) -> Database: ...
    @staticmethod
    def create(folders: Sequence[_Path], /) -> Database:
        """A database of these folders only."""
    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that are searched, in this order."""
    def get_info(self, name: str, /) -> Info:
        """The entry that a name stands for; as nexus.get_device_info()."""
    @property
    def names(self) -> tuple[str, ...]:
        """Names of all entries, sorted. Reads none of them."""
    @property
    def problems(self) -> tuple[DatabaseProblem, ...]:
        """The entries that cannot be used, with the reasons. Reads all."""
    def resolve(self, name: str, /) -> DatabaseMatch:
        """What a name stands for: an entry and, if the name is that of one product, its key. Raises as get_info() does."""

@final
class DatabaseMatch:
    """What a name stands for in the database."""
    def __copy__(self) -> DatabaseMatch: ...
    def __deepcopy__(self, memo: object, /) -> DatabaseMatch: ...
    @property
    def entry(self) -> str:
        """Name of the entry."""
    @property
    def product(self) -> str:
        """Key of the product below /Products, '' if the name is not that of one product."""

@final
class DatabaseProblem:
    """An entry that cannot be used."""
    def __copy__(self) -> DatabaseProblem: ...
    def __deepcopy__(self, memo: object, /) -> DatabaseProblem: ...
    @property
    def entry(self) -> str:
        """Name of the entry."""
    @property
    def reason(self) -> str:
        """Why it cannot be used: the file, the JSON pointer and what is wrong there."""

@final
class Device:
    """A compute device of a runtime: makes buffers, loads libraries of kernels, and runs them."""
    def __copy__(self) -> Device: ...
    def __deepcopy__(self, memo: object, /) -> Device: ...
    def _known_properties(self) -> tuple[str, ...]:
        """Names of the properties that are known."""
    def _repr_html_(self) -> str: ...
    def create_buffer(self, array_or_shape: _Array | _Shape | list[Any] | complex, dtype: object = None) -> Buffer:
        """New memory on the device, with a copy of an array or, for a shape, with undefined contents.

        An array is another Buffer, or whatever offers the buffer protocol, DLPack, __array_interface__ or __cuda_array_interface__, of any
        strides; the copy is contiguous. One that lies on a GPU is copied there, or across from another device, after the work that its owner
        has queued for it. A shape is an int or a tuple of ints; dtype is then float32 if it is not given, otherwise 'fp16', 'float16',
        nexus.float16, numpy.float16, torch.float16 ... A list, however nested, or a single float, bool or complex is values for which
        the dtype must be given: create_buffer([[1, 2], [3, 4]], dtype='int8').
        """
    def create_event(self, initial: SupportsIndex = 0) -> Event:
        """A new event with an initial value."""
    def create_host_buffer(self, shape: _Shape, dtype: object = None) -> Buffer:
        """New memory of the host that the device copies from and to without a detour, and that its kernels can reach: pinned memory of a GPU.

        shape and dtype as for create_buffer; numpy() gives the array of the host. Raises UnsupportedError if the device has no such memory.
        """
    def create_library(self, source: str | _SupportsBuffer, language: str | None = None, options: str | list[str] | tuple[str, ...] | None = None, defines: dict[str, str | float] | None = None, name: str | None = None) -> Library:
        """Compile a library of kernels from text, or load one from bytes.

        A str is source text. language is one of get_property_str_vec('KernelLanguages'), 'nexus' if it is not given; options are a
        str as on a command line or a list of single options; defines maps names of macros to values; messages call the text name.
        Compiled programs are kept on disk, so that the next time only loads. Bytes are a binary of the device, or source text too
        if language is given.

        Raises CompileFailedError with the compiler's messages, InvalidArgumentError with the languages that the device takes,
        UnavailableError if there is no compiler.
        """
    def create_schedule(self) -> Schedule:
        """A new, empty schedule."""
    def create_stream(self) -> Stream:
        """A new stream, independent of the others."""
    @property
    def default_stream(self) -> Stream:
        """The stream that is used where none is given."""
    def get_info(self) -> Info:
        """Database entry of the device's vendor, type and architecture. Raises NotFoundError with the folders that were searched."""
    def get_property(self, name: str, /) -> PropertyValue:
        """Value of a property in its own type. Raises NotFoundError for an unknown name, or if the value is not known."""
    def get_property_flt(self, name: str, /) -> float:
        """Value of a property that is a number."""
    def get_property_flt_vec(self, name: str, /) -> list[float]:
        """Value of a property that is a list of numbers."""
    def get_property_from(self, source: Literal["runtime", "database"], name: str, /) -> PropertyValue:
        """What 'runtime' or 'database' says of a property, also where the other knows better. Raises NotFoundError if it does not know."""
    def get_property_int(self, name: str, /) -> int:
        """Value of a property that is an integer."""
    def get_property_int_vec(self, name: str, /) -> list[int]:
        """Value of a property that is a list of integers."""
    def get_property_source(self, name: str, /) -> Literal["runtime", "database"]:
        """Who says what the value is: 'runtime', or 'database' for what only the database entry of the device knows."""
    def get_property_str(self, name: str, /) -> str:
        """Value of a property that is text."""
    def get_property_str_vec(self, name: str, /) -> list[str]:
        """Value of a property that is a list of texts."""
    @property
    def id(self) -> str:
        """Name by which get_device finds it, such as 'cpu:0'."""
    @property
    def index(self) -> int:
        """Position in its runtime."""
    def load_library(self, path: _Path, /) -> Library:
        """Load a library of kernels from a file, or from a catalog the part that suits the device best.

        Raises UnavailableError with the loader's own words, or with the reason for each part, if that fails.
        """
    @property
    def properties(self) -> PropertyMap:
        """What the device knows of itself, as a mapping from name to value."""
    @property
    def runtime(self) -> Runtime:
        """The runtime that offers the device."""
    def wrap(self, array: _Array, /) -> Buffer:
        """A buffer over the memory of an array, without a copy. The array is kept alive as long as the buffer.

        An array in memory of the host has to be contiguous; of one on this device (DLPack or __cuda_array_interface__), a tensor of PyTorch
        for instance, the strides are kept, and the work that its owner has queued for it is waited for. An array on another device is refused,
        use create_buffer. Later work of owner and device is the caller's to order: stream.synchronize() before the owner reads. What would write the memory of a read-only array, a kernel or numpy() for instance, is refused.
        """

class DeviceLostError(Error, builtins.ConnectionError):
    """The device stopped working; its objects can only be dropped."""

@final
class Devices:
    """The devices of one runtime, a sequence in a stable order."""
    def __contains__(self, key: object, /) -> bool: ...
    def __copy__(self) -> Devices: ...
    def __deepcopy__(self, memo: object, /) -> Devices: ...
    @overload
    def __getitem__(self, key: SupportsIndex, /) -> Device: ...
    @overload
    def __getitem__(self, key: slice[Any, Any, Any], /) -> tuple[Device, ...]: ...
    def __iter__(self) -> Iterator[Device]: ...
    def __len__(self) -> int: ...
    def _repr_html_(self) -> str: ...
    def get(self, index: SupportsIndex, /) -> Device:
        """The device at a position. Raises NotFoundError that says how many there are."""

class Error(builtins.RuntimeError):
    """Base of every exception that Nexus raises."""
    status: str
    native_code: int

@final
class Event:
    """A point that streams and the host meet at: a 64-bit value that only grows."""
    def __copy__(self) -> Event: ...
    def __deepcopy__(self, memo: object, /) -> Event: ...
    def _watch(self, value: SupportsIndex, /) -> int:
        """A file descriptor that becomes readable when the value is reached."""
    @property
    def device(self) -> Device:
        """The device that the event belongs to."""
    def signal(self, value: SupportsIndex, /) -> None:
        """Raise the value from the host. Raises InvalidArgumentError if it is not above the present one."""
    @property
    def value(self) -> int:
        """The present value. Raises what failed if the command that was to raise it failed."""
    def wait(self, value: SupportsIndex, timeout: float | None = None) -> bool:
        """Wait until a value is reached; False if timeout seconds pass first."""
    def wait_async(self, value: SupportsIndex, timeout: float | None = None) -> Coroutine[Any, Any, bool]:
        """The same as wait(), to be awaited in a program of asyncio; other tasks run meanwhile."""

@final
class Info:
    """A node of a database entry: one JSON value.

    info['Products']['NVIDIA H200']['CoreCount'], info.Products['NVIDIA H200'].CoreCount and
    info.get_int('/Products/NVIDIA H200/CoreCount') are the same: single values come as int, float, str or bool, objects and arrays
    as nodes. An object is a mapping from key to value, an array a sequence of values. Copies nothing; a node keeps its entry in
    memory.
    """
    def __bool__(self) -> Literal[True]: ...
    def __contains__(self, key: object, /) -> bool: ...
    def __copy__(self) -> Info: ...
    def __deepcopy__(self, memo: object, /) -> Info: ...
    def __dir__(self) -> list[str]: ...
    def __getitem__(self, path: _InfoPath, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def at(self, path: _InfoPath, /) -> Info:
        """The node at a path, also if it is a single value. A path is a JSON pointer such as '/ExecutionLimits/MaxThreadsPerBlock', a key,
        an int, or a list of keys and ints. Raises NotFoundError with the keys that exist.
        """
    @property
    def entry_name(self) -> str:
        """Name of the entry, such as 'nvidia-gpu-sm_90'."""
    def get(self, path: _InfoPath, default: Any = None, /) -> Any:
        """The value at a path, or the default if nothing is there."""
    def get_bool(self, path: _InfoPath = '', /) -> bool:
        """True or False at a path, by default of this node. Raises InvalidArgumentError for another kind."""
    def get_flt(self, path: _InfoPath = '', /) -> float:
        """The number at a path, by default of this node. Raises InvalidArgumentError for another kind."""
    def get_flt_vec(self, path: _InfoPath = '', /) -> list[float]:
        """The list of numbers at a path, by default of this node. Raises InvalidArgumentError for another kind."""
    def get_int(self, path: _InfoPath = '', /) -> int:
        """The integer at a path, by default of this node. Raises InvalidArgumentError for another kind."""
    def get_int_vec(self, path: _InfoPath = '', /) -> list[int]:
        """The list of integers at a path, by default of this node. Raises InvalidArgumentError for another kind."""
    def get_str(self, path: _InfoPath = '', /) -> str:
        """The text at a path, by default of this node. Raises InvalidArgumentError for another kind."""
    def get_str_vec(self, path: _InfoPath = '', /) -> list[str]:
        """The list of texts at a path, by default of this node. Raises InvalidArgumentError for another kind."""
    def items(self) -> list[tuple[str, Any]]:
        """Pairs of key and value, in file order."""
    def keys(self) -> list[str]:
        """Members of an object, or '0', '1', ... of an array, in file order."""
    @property
    def kind(self) -> Literal["object", "array", "string", "int", "float", "bool", "null"]:
        """'object', 'array', 'string', 'int', 'float', 'bool' or 'null'."""
    @property
    def path(self) -> str:
        """File that the entry was read from."""
    @property
    def pointer(self) -> str:
        """JSON pointer of this node in its file, such as '/Products/NVIDIA H200'."""
    def to_dict(self) -> dict[str, Any]:
        """The whole node as a dict. Raises InvalidArgumentError if it is no object."""
    def to_json(self) -> str:
        """The whole node as JSON text."""
    def to_python(self) -> Any:
        """The whole node as dict, list, str, int, float, bool or None."""
    def values(self) -> list[Any]:
        """The values of all members or elements, in file order."""
    def __getattr__(self, name: str, /) -> Any: ...

class InternalError(Error):
    """A fault in Nexus or in a plugin; please report it with the message."""

class InvalidArgumentError(Error, builtins.ValueError):
    """An argument is wrong; the message says which and what was expected."""

@final
class Kernel:
    """One function of a library that runs on the device, once for every item of a grid of blocks.

    kernel[grid, block](*args) launches it, as launch() does; kernel[grid, block, stream, shared_bytes] says more.
    """
    def __copy__(self) -> Kernel: ...
    def __deepcopy__(self, memo: object, /) -> Kernel: ...
    def __getitem__(self, key: tuple[_Size, _Size] | tuple[_Size, _Size, Stream | None] | tuple[_Size, _Size, Stream | None, int], /) -> ConfiguredKernel: ...
    @property
    def arguments(self) -> tuple[KernelArgument, ...] | None:
        """The declared arguments, or None if the library does not tell: what is passed is then not checked."""
    @property
    def device(self) -> Device:
        """The device that the kernel runs on."""
    def launch(self, grid: _Size, block: _Size, *args: _Argument, stream: Stream | None = None, shared_bytes: int = 0, blocking: bool = False, cooperative: bool = False, cluster: _Size | None = None) -> None:
        """Launch on a stream, by default that of the device, and return, usually before the kernel has run.

        grid counts the blocks of the launch and block the items of one: an int, or up to three ints (x, y, z). Wrong
        arguments are refused before anything runs. Buffers are kept alive until the kernel has completed. shared_bytes is
        launch-sized shared memory of one block. With blocking=True the call returns when the kernel has completed.
        With cooperative=True all blocks run at the same time; cluster gives the blocks that share their shared memory.
        kernel[grid, block](*args) does the same.
        """
    @property
    def library(self) -> Library:
        """The library that the kernel comes from."""
    @property
    def name(self) -> str:
        """Name of the function."""
    @property
    def shared_bytes(self) -> int:
        """Shared memory of one block that the kernel declares itself."""

@final
class KernelArgument:
    """One declared argument of a kernel."""
    def __copy__(self) -> KernelArgument: ...
    def __deepcopy__(self, memo: object, /) -> KernelArgument: ...
    @property
    def access(self) -> Literal["read", "write", "read_write", "unknown"]:
        """What the kernel does with a buffer: 'read', 'write', 'read_write' or 'unknown'."""
    @property
    def dtype(self) -> DType | None:
        """Type of the scalar or of the buffer's elements, None if it is not known."""
    @property
    def is_buffer(self) -> bool:
        """True for a buffer, False for a scalar."""
    @property
    def name(self) -> str:
        """Name in the kernel's source, '' if it is not known."""
    @property
    def size(self) -> int:
        """Bytes of the scalar or of one element, 0 if it is not known."""

class LaunchFailedError(Error):
    """A kernel or command failed while it ran."""

@final
class Library:
    """Loaded code for one device: library['name'] is a kernel, iteration gives those that it tells of."""
    def __contains__(self, name: object, /) -> bool: ...
    def __copy__(self) -> Library: ...
    def __deepcopy__(self, memo: object, /) -> Library: ...
    def __getitem__(self, name: str, /) -> Kernel: ...
    def __iter__(self) -> Iterator[Kernel]: ...
    @property
    def device(self) -> Device:
        """The device that the code is loaded for."""
    def get_kernel(self, name: str, /) -> Kernel:
        """The kernel of that name. Raises NotFoundError with the names that exist."""
    @property
    def kernels(self) -> tuple[Kernel, ...]:
        """The kernels that the library tells of, in the order of their names."""
    @property
    def path(self) -> str:
        """File that the library was loaded from, '' if it came from memory."""

class NotFoundError(Error, builtins.LookupError):
    """No object of that name or index exists; the message lists those that do."""

@final
class Occupancy:
    """How many blocks one core holds at the same time: a multiprocessor, a compute unit, from gfx10 on a workgroup processor."""
    def __copy__(self) -> Occupancy: ...
    def __deepcopy__(self, memo: object, /) -> Occupancy: ...
    @property
    def blocks(self) -> int:
        """Blocks that one core holds at the same time; 0 if not even one fits."""
    @property
    def fraction(self) -> float:
        """subgroups / max_subgroups."""
    @property
    def limit(self) -> str:
        """What sets the limit: 'subgroups', 'blocks', 'registers', 'scalar registers', 'shared memory' or 'barriers'."""
    @property
    def max_subgroups(self) -> int:
        """Warps or waves that a core can hold at most."""
    @property
    def reason(self) -> str:
        """The limit in words, with the numbers."""
    @property
    def subgroups(self) -> int:
        """Warps or waves of these blocks."""

class OutOfMemoryError(Error, builtins.MemoryError):
    """Host or device memory ran out, or the request can never fit."""

@final
class Peak:
    """One roof: the most that one kind of unit computes with one type of element."""
    def __copy__(self) -> Peak: ...
    def __deepcopy__(self, memo: object, /) -> Peak: ...
    @property
    def accumulator(self) -> str:
        """Element type of the sums of matrix units, '' for others."""
    @property
    def input(self) -> str:
        """Element type, such as 'fp32'."""
    @property
    def ops_per_second(self) -> float:
        """Operations per second; a multiply-add counts as 2."""
    @property
    def ridge(self) -> float:
        """Operations per byte from which on the memory is no longer the limit."""
    @property
    def unit(self) -> Literal["Vector", "VectorPacked", "Matrix", "MatrixSparse"]:
        """'Vector', 'VectorPacked', 'Matrix' or 'MatrixSparse', as in the database."""

@final
class PluginRecord:
    """What became of one candidate for a plugin."""
    def __copy__(self) -> PluginRecord: ...
    def __deepcopy__(self, memo: object, /) -> PluginRecord: ...
    @property
    def name(self) -> str:
        """Name of the runtime, '' if it is not known."""
    @property
    def path(self) -> str:
        """The plugin's file."""
    @property
    def reason(self) -> str:
        """Why the state is not 'available', otherwise ''."""
    @property
    def state(self) -> Literal["available", "no device", "unavailable", "refused"]:
        """'available', 'no device', 'unavailable' or 'refused'."""
    @property
    def version(self) -> str:
        """Version of the plugin, '' if it is not known."""

@final
class PropertyInfo:
    """Name, type, unit and meaning of one property."""
    def __copy__(self) -> PropertyInfo: ...
    def __deepcopy__(self, memo: object, /) -> PropertyInfo: ...
    @property
    def is_live(self) -> bool:
        """True if the value may change while the object lives."""
    @property
    def meaning(self) -> str:
        """One sentence."""
    @property
    def name(self) -> str:
        """Name of the property."""
    @property
    def type(self) -> Literal["str", "int", "float", "list of str", "list of int", "list of float"]:
        """'str', 'int', 'float', 'list of str', 'list of int' or 'list of float'."""
    @property
    def unit(self) -> str:
        """'B', 'MHz', ... or '' for names and counts."""

@final
class Roofline:
    """What a device can reach at most: min(peak, intensity x bandwidth)."""
    def __copy__(self) -> Roofline: ...
    def __deepcopy__(self, memo: object, /) -> Roofline: ...
    def attainable(self, intensity: float, input: str = 'fp32') -> float:
        """Operations per second at an intensity (operations per byte moved to or from memory)."""
    @property
    def bandwidth(self) -> float:
        """Bandwidth of the device's memory in bytes per second."""
    def get_peak(self, input: str, /) -> Peak:
        """The highest dense peak for an element type. Raises NotFoundError with the types there are."""
    @property
    def name(self) -> str:
        """Name of the device or the product."""
    @property
    def peaks(self) -> tuple[Peak, ...]:
        """The roofs, by unit."""

@final
class Runtime:
    """A vendor's runtime, brought by a plugin, with its devices, over which it iterates."""
    def __copy__(self) -> Runtime: ...
    def __deepcopy__(self, memo: object, /) -> Runtime: ...
    def __iter__(self) -> Iterator[Device]: ...
    def _known_properties(self) -> tuple[str, ...]:
        """Names of the properties that are known."""
    def _repr_html_(self) -> str: ...
    @property
    def devices(self) -> Devices:
        """The devices of the runtime, in a stable order."""
    def get_device(self, index: SupportsIndex, /) -> Device:
        """The device at a position. Raises NotFoundError that says how many there are."""
    def get_property(self, name: str, /) -> PropertyValue:
        """Value of a property in its own type. Raises NotFoundError for an unknown name, or if the value is not known."""
    def get_property_flt(self, name: str, /) -> float:
        """Value of a property that is a number."""
    def get_property_flt_vec(self, name: str, /) -> list[float]:
        """Value of a property that is a list of numbers."""
    def get_property_from(self, source: Literal["runtime", "database"], name: str, /) -> PropertyValue:
        """What 'runtime' or 'database' says of a property, also where the other knows better. Raises NotFoundError if it does not know."""
    def get_property_int(self, name: str, /) -> int:
        """Value of a property that is an integer."""
    def get_property_int_vec(self, name: str, /) -> list[int]:
        """Value of a property that is a list of integers."""
    def get_property_source(self, name: str, /) -> Literal["runtime", "database"]:
        """Who says what the value is: 'runtime', or 'database' for what only the database entry of the device knows."""
    def get_property_str(self, name: str, /) -> str:
        """Value of a property that is text."""
    def get_property_str_vec(self, name: str, /) -> list[str]:
        """Value of a property that is a list of texts."""
    @property
    def name(self) -> str:
        """Name of the runtime, such as 'cpu'."""
    @property
    def plugin_path(self) -> str:
        """The plugin's file."""
    @property
    def properties(self) -> PropertyMap:
        """What the runtime knows of itself, as a mapping from name to value."""

@final
class Runtimes:
    """The runtimes of a system: a sequence that also takes names, as in runtimes['cpu']."""
    def __contains__(self, key: object, /) -> bool: ...
    def __copy__(self) -> Runtimes: ...
    def __deepcopy__(self, memo: object, /) -> Runtimes: ...
    @overload
    def __getitem__(self, key: SupportsIndex | str, /) -> Runtime: ...
    @overload
    def __getitem__(self, key: slice[Any, Any, Any], /) -> tuple[Runtime, ...]: ...
    def __iter__(self) -> Iterator[Runtime]: ...
    def __len__(self) -> int: ...
    def _repr_html_(self) -> str: ...
    def get(self, key: SupportsIndex | str, /) -> Runtime:
        """The runtime at a position or of a name."""

@final
class Schedule:
    """A list of commands, recorded once and run many times. Iteration gives the commands."""
    def __iter__(self) -> Iterator[Command]: ...
    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands, in the order in which they run."""
    def create_call_command(self, function: Callable[[], object], /) -> Command:
        """Add a call of a Python function without arguments, on any thread. Later commands wait until it returns.

        It must not wait for its own stream. An exception that leaves it is printed and otherwise ignored.
        """
    def create_command(self, kernel: Kernel, args: Sequence[_Argument] | None = None, grid: _Size | None = None, block: _Size | None = None, shared_bytes: int = 0) -> Command:
        """Add a launch: complete, or with arguments, grid and block still to be given by set_arg(), set_args() and finalize()."""
    def create_copy_command(self, destination: Buffer, source: Buffer, /) -> Command:
        """Add a copy between two buffers of equal element type and number of elements.

        One of them may be on another device if the host can address its memory.
        """
    def create_copy_from_host_command(self, destination: Buffer, source: _Array, /) -> Command:
        """Add a copy of an array to a buffer; same rules as Buffer.copy_from. Every run reads the array, which is kept alive."""
    def create_copy_to_host_command(self, destination: _Array, source: Buffer, /) -> Command:
        """Add a copy of a buffer to an array; same rules as Buffer.copy_to. Every run writes the array, which is kept alive."""
    def create_fill_command(self, buffer: Buffer, value: _Number, /) -> Command:
        """Add a fill of all elements with a value, which must fit the element type."""
    def create_signal_command(self, event: Event, value: SupportsIndex, /) -> Command:
        """Add the raising of an event to a value."""
    def create_wait_command(self, event: Event, value: SupportsIndex, /) -> Command:
        """Add a wait until an event reaches a value."""
    @property
    def device(self) -> Device:
        """The device that the schedule runs on."""
    @property
    def duration(self) -> int:
        """Nanoseconds that all commands took in the last timed run that has completed."""
    def run(self, stream: Stream | None = None, blocking: bool = True) -> None:
        """Run all commands in order on a stream, by default that of the device.

        With blocking=False the call returns at once; wait with stream.synchronize() or an event.
        """
    def run_async(self, stream: Stream | None = None) -> Coroutine[Any, Any, None]:
        """Run all commands and await their end in a program of asyncio; other tasks run meanwhile."""
    @property
    def timed(self) -> bool:
        """Whether later runs measure their commands; can be set. Costs a time stamp or two for each command."""
    @timed.setter
    def timed(self, value: bool) -> None: ...

@final
class Stream:
    """An in-order queue of a device: what is submitted to one stream runs one after another, different streams run
    independently.

    'with device.create_stream() as stream:' waits for the stream at the end of the block.
    """
    def __copy__(self) -> Stream: ...
    def __deepcopy__(self, memo: object, /) -> Stream: ...
    def __enter__(self) -> Stream: ...
    def __exit__(self, type: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None, /) -> Literal[False]: ...
    @property
    def device(self) -> Device:
        """The device that the stream belongs to."""
    def query(self) -> bool:
        """Whether everything submitted so far has completed. Never blocks."""
    def signal(self, event: Event, value: SupportsIndex, /) -> None:
        """Raise an event to a value when everything submitted before has completed."""
    def synchronize(self, timeout: float | None = None) -> bool:
        """Wait until everything submitted before has completed; False if timeout seconds pass first.

        Raises what failed if a command failed; the stream is usable again then.
        """
    def synchronize_async(self, timeout: float | None = None) -> Coroutine[Any, Any, bool]:
        """The same as synchronize(), to be awaited in a program of asyncio; other tasks run meanwhile."""
    def wait(self, event: Event, value: SupportsIndex, /) -> None:
        """Hold back what is submitted afterwards until the event reaches a value."""

@final
class System:
    """The plugins that were found on a machine and what they offer. Iteration gives the runtimes."""
    def __copy__(self) -> System: ...
    def __deepcopy__(self, memo: object, /) -> System: ...
    def __iter__(self) -> Iterator[Runtime]: ...
    def _repr_html_(self) -> str: ...
    @staticmethod
    def create(plugin_paths: Sequence[_Path], /) -> System:
        """A system of its own, with the plugins of these files and folders only."""
    def get_device(self, id: str | None = None) -> Device:
        """A device by 'runtime' or 'runtime:index'; without an id as nexus.get_device()."""
    def get_runtime(self, name: str, /) -> Runtime:
        """The runtime of that name; raises as nexus.get_runtime() does."""
    @property
    def plugin_records(self) -> tuple[PluginRecord, ...]:
        """What became of every candidate for a plugin, in the order they were tried."""
    @property
    def runtimes(self) -> Runtimes:
        """The runtimes that could be opened, sorted by name."""

class TimeoutError(Error, builtins.TimeoutError):
    """The time given for a wait passed; what was waited for is still going on."""

class UnavailableError(Error, builtins.OSError):
    """A driver, device or file is missing or unusable; the message says why."""

class UnsupportedError(Error, builtins.NotImplementedError):
    """The device or its runtime does not offer this operation."""

def _core_path() -> str:
    """File of the core library."""

def _dtype_table() -> list[tuple[int, str, str, int, int, str]]:
    """Rows (code, name, short name, size, bits, format) of the table of element types."""

def _end_watch(descriptor: int, /) -> None:
    """Close a file descriptor that Event._watch() gave."""

def _occupancy(device: Device | Info | str, threads: int, registers: int, shared_bytes: int, scalar_registers: int, subgroup_size: int, barriers: int, /) -> Occupancy:
    """See nexus.occupancy()."""

def check_compatibility(target: str, device: Device | Info | str, /) -> Compatibility:
    """Whether and how well code for a target runs on a device.

    The target is named as its compiler does: 'sm_80', 'sm_90a', 'compute_80' (PTX), 'gfx942:xnack+', 'gfx9-4-generic',
    'x86-64-v3', 'znver4'. The device is a Device, a database entry, or the name of one such as 'MI300X'.
    """

def compile_flags(device: Device | Info | str, compiler: str, version: str = '', target: str = '') -> str:
    """Arguments that make a compiler build for a device, as one text: '-arch=sm_90', '-march=znver4 -mtune=znver4'.

    The compiler is 'nvcc', 'clang', 'hipcc', 'gcc' or 'ocloc'; version is its version, by default the newest that the database
    knows; target one of the entry's compile targets such as 'sm_90a'. Raises NotFoundError that says what there is.
    """

def distribute(work: int, devices: Sequence[Device | Info | str | Roofline | tuple[float, float]], intensity: float, dtype: str = 'fp32', multiple: int = 1) -> list[int]:
    """Divide items of work among devices in proportion to what each reaches at an intensity: min(peak, intensity x bandwidth).

    A device is a Device, a name, an entry, a Roofline, or a tuple of two measured numbers: operations per second and bytes per
    second. The shares add up to work; all but the last non-empty one are multiples of `multiple`.
    """

def get_database() -> Database:
    """The database of the folders in NEXUS_DATABASE_PATH, as they are now, and of the one that comes with Nexus."""

def get_device(id: str | None = None) -> Device:
    """A device by 'runtime' or 'runtime:index'.

    Without an id, the one that the variable NEXUS_DEVICE names, else the first device of the first runtime. There is no silent
    fall-back: what cannot be found raises NotFoundError.
    """

def get_device_info(name: str, /) -> Info:
    """The database entry that a name stands for: 'nvidia-gpu-sm_90', 'sm_90', 'H100', 'gfx942:sramecc+', 'MI300X', 'znver4', 'zen4' ...

    Raises NotFoundError with the nearest names, InvalidArgumentError if several entries have that name, UnavailableError if the
    file cannot be used.
    """

def get_plugin_records() -> tuple[PluginRecord, ...]:
    """What became of every candidate for a plugin: where it was found, whether it loaded and, if not, why."""

def get_runtime(name: str, /) -> Runtime:
    """The runtime of that name, such as 'cpu'.

    Raises UnavailableError with the reason if its plugin does not work, NotFoundError that says what there is otherwise.
    """

def get_runtimes() -> Runtimes:
    """The runtimes that could be opened, sorted by name. get_plugin_records() tells of the others."""

def get_system() -> System:
    """The plugins that were found on this machine and what they offer.

    The system of this process is built at the first call, from the plugins of the NEXUS_PLUGIN_PATH entries, then those of the
    package. A forked child gets a new one; objects of the parent's refuse to work there.
    """

def is_compatible(target: str, device: Device | Info | str, /) -> bool:
    """Whether code for a target runs on a device; check_compatibility() also tells how well, and why."""

def properties() -> tuple[PropertyInfo, ...]:
    """Every property there is: name, type, unit and meaning. device.properties holds the values."""

def read_info(path: _Path, /) -> Info:
    """The entry in a file that may lie anywhere, put over its base; read anew at every call."""

def roofline(device: Device | Info | str, /) -> Roofline:
    """Peaks and bandwidth of a device: a Device, a database entry, or the name of a product such as 'H100 PCIe'.

    Raises UnsupportedError that says what the entry lacks, or which products there are if the name is that of several.
    """

def start_trace(path: _Path, /) -> None:
    """Write every command, copy and wait of every device to a file from now on, for chrome://tracing or Perfetto.

    NEXUS_TRACE=FILE does the same from the start of the program. Raises InvalidArgumentError if a trace is being written already.
    """

def stop_trace() -> None:
    """End the trace and close its file; nothing happens if there is none."""
