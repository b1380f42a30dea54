"""Arrays and numbers from what was typed: the inputs of a launch, the same for every device."""

from typing import Any, TypeAlias

import numpy as np

import nexus
from nexus.kernel_runs.given import Given, full_title

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
Scalar: TypeAlias = np.generic | float


def make_input(kernel: nexus.Kernel, index: int, given: Given, seed: int) -> Array | Scalar:
    """The value that is passed for an argument. Random arrays depend on the seed and on the argument's position only.

    Raises InvalidArgumentError, UnavailableError for a file that cannot be read.
    """
    title = full_title(kernel, index)
    try:
        return _make(title, kernel.arguments[index] if kernel.arguments else None, given, [seed, index])
    except TypeError as error:  # an element type for which NumPy needs another package
        raise nexus.UnavailableError(f"{title}: {error}") from None


def _make(title: str, declared: "nexus.KernelArgument | None", given: Given, seed: list[int]) -> Array | Scalar:
    if not given.is_array:
        return _make_number(title, given, None if declared is None else declared.dtype, declared is not None)
    if given.kind == "file":
        array = _read(title, given)
        if declared and declared.dtype and declared.dtype.dtype != array.dtype:
            raise nexus.InvalidArgumentError(
                f"{title} takes {declared.dtype}, but '{given.path}' has {array.dtype}; "
                f"{given.path}:{declared.dtype} converts it"
            )
        return np.zeros_like(array) if given.access == "out" else array
    dtype = given.dtype or (declared.dtype if declared else None)
    if dtype is None:
        raise nexus.InvalidArgumentError(f"{title}: its type is not known; write it as in {given.kind}:1024:float32")
    try:
        return _make_array(given.kind, given.shape, dtype, np.random.default_rng(seed))
    except (MemoryError, ValueError, OverflowError) as error:
        raise nexus.OutOfMemoryError(f"{title}: '{given.text}' cannot be made: {error}") from None


def _make_number(title: str, given: Given, dtype: "nexus.DType | None", is_declared: bool) -> Scalar:
    value = given.number
    wanted = given.dtype or dtype
    if wanted and wanted.dtype.kind in "iu" and isinstance(value, float) and value.is_integer():
        value = int(value)  # 1e6
    if given.dtype is None:
        if not is_declared:
            raise nexus.InvalidArgumentError(f"{title}: its type is not known; write it as in {given.text}:float32")
        return np.complex128(value) if isinstance(value, complex) else value
    try:
        scalar: np.generic = np.atleast_1d(_convert(title, np.asarray(value), given.dtype))[0]
    except OverflowError:  # NumPy has no type for it
        raise nexus.InvalidArgumentError(f"{title}: {value!r} does not fit {given.dtype}") from None
    return scalar


def _read(title: str, given: Given) -> Array:
    try:
        array = np.load(given.path, allow_pickle=False)
    except OSError as error:
        raise nexus.UnavailableError(f"{title}: cannot read '{given.path}': {error.strerror or error}") from None
    except (ValueError, EOFError) as error:
        raise nexus.InvalidArgumentError(f"{title}: '{given.path}' is no array of NumPy's: {error}") from None
    if given.dtype:
        array = _convert(title, array, given.dtype)
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("="))


def _convert(title: str, array: Array, dtype: nexus.DType) -> Array:
    """The values as another type: rounded to a floating-point type, but never another number."""
    target = dtype.dtype
    is_lossless = array.dtype.kind != "c" or target.kind == "c" or not array.imag.any()
    if is_lossless:
        values = array.real if array.dtype.kind == "c" and target.kind != "c" else array
        with np.errstate(all="ignore"):
            converted: Array = values.astype(target)
        if target.kind in "iub":
            is_lossless = np.array_equal(converted, values)
        else:
            is_lossless = np.array_equal(np.isfinite(converted), np.isfinite(values))
    if not is_lossless:
        found = repr(array.item()) if array.ndim == 0 else f"the array, of {array.dtype} with such values,"
        raise nexus.InvalidArgumentError(f"{title}: {found} does not fit {dtype}")
    return converted


def _make_array(kind: str, shape: tuple[int, ...], dtype: nexus.DType, random: np.random.Generator) -> Array:
    target = dtype.dtype
    if kind == "zeros":
        return np.zeros(shape, dtype=target)
    if kind == "ones":
        return np.ones(shape, dtype=target)
    if kind == "arange":
        return np.arange(np.prod(shape, dtype=np.int64)).astype(target).reshape(shape)
    if target.kind == "b":
        return random.integers(0, 2, size=shape).astype(target)
    if target.kind in "iu":
        return random.integers(0, 100, size=shape).astype(target)
    if target.kind == "c":
        return (random.random(shape) + 1j * random.random(shape)).astype(target)
    if target.itemsize <= 4:
        return random.random(shape, dtype=np.float32).astype(target, copy=False)
    return random.random(shape)
