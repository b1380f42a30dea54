"""Buffers as NumPy arrays. Loads NumPy, so it is imported when first needed."""

from typing import Any

import numpy

from nexus._nexus import Buffer


def as_numpy(buffer: Buffer) -> "numpy.ndarray[Any, numpy.dtype[Any]]":
    """The buffer's own memory where the host can reach it, otherwise a copy."""
    dtype = buffer.dtype
    memory: Any = buffer
    try:
        if dtype.format:
            return numpy.asarray(memoryview(memory))
        return numpy.frombuffer(memory, numpy.uint8).view(dtype.dtype).reshape(buffer.shape)
    except BufferError:  # not visible to the host
        copy = numpy.empty(buffer.shape, dtype.dtype)
        buffer.copy_to(copy)
        return copy


def to_array(
    buffer: Buffer, dtype: "numpy.dtype[Any] | None" = None, copy: "bool | None" = None
) -> "numpy.ndarray[Any, numpy.dtype[Any]]":
    """What Buffer.__array__ gives."""
    array = as_numpy(buffer)
    if dtype is not None and array.dtype != dtype:
        if copy is False:
            raise ValueError(f"a buffer of {buffer.dtype} cannot become {dtype} without a copy")
        return array.astype(dtype)
    return array.copy() if copy else array
