"""Buffers as NumPy arrays. Loads NumPy, so it is imported when first needed."""

from typing import Any

import numpy
from numpy.typing import NDArray

from nexus._nexus import Buffer


def as_numpy(buffer: Buffer) -> NDArray[Any]:
    """The buffer's own memory where the host can reach it and NumPy has the element type, otherwise a copy."""
    dtype = buffer.dtype
    if dtype.bits < 8:
        return _unpacked(buffer)
    # Types of extension packages have no format, so their bits travel.
    bits: Any = buffer if dtype.format else buffer.view(f"uint{dtype.bits}")
    try:
        array: NDArray[Any] = numpy.asarray(memoryview(bits))
    except BufferError:  # not visible to the host
        array = numpy.empty(bits.shape, bits.dtype.dtype)
        bits.copy_to(array)
    return array if dtype.format else array.view(dtype.dtype)


def to_array(buffer: Buffer, dtype: "numpy.dtype[Any] | None" = None, copy: "bool | None" = None) -> NDArray[Any]:
    """What Buffer.__array__ gives."""
    array = as_numpy(buffer)
    if dtype is not None and array.dtype != dtype:
        if copy is False:
            raise ValueError(f"a buffer of {buffer.dtype} cannot become {dtype} without a copy")
        return array.astype(dtype)
    return array.copy() if copy else array


def pack(array: NDArray[Any]) -> NDArray[Any]:
    """The bytes of 4-bit elements, two to a byte, from an array that has them in a byte each."""
    nibbles = numpy.ascontiguousarray(array).view(numpy.uint8).ravel() & 0xF
    if nibbles.size % 2:
        nibbles = numpy.append(nibbles, numpy.uint8(0))
    return nibbles[0::2] | (nibbles[1::2] << 4)


def _unpacked(buffer: Buffer) -> NDArray[Any]:
    packed = numpy.empty(buffer.nbytes, numpy.uint8)
    buffer.reshape(-1).view("uint8").copy_to(packed)
    nibbles = numpy.stack([packed & 0xF, packed >> 4], axis=-1).ravel()
    return nibbles[: buffer.size].view(buffer.dtype.dtype).reshape(buffer.shape)
