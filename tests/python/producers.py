"""Objects that offer an array through one protocol and nothing else."""

from collections.abc import Callable
from typing import Any

import numpy as np


class OnlyDLPack:
    """An array that offers DLPack and nothing else, in its old or its new form."""

    def __init__(self, values: Any, versioned: bool, device: tuple[int, int] = (1, 0)) -> None:
        self._values, self._versioned, self._device = values, versioned, device

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._device

    def __dlpack__(self, **keywords: Any) -> Any:
        if self._versioned:
            return self._values.__dlpack__(**keywords)
        if keywords:
            raise TypeError("__dlpack__() takes no keyword arguments")
        return self._values.__dlpack__()


class OnlyArrayInterface:
    def __init__(self, values: Any, **changes: Any) -> None:
        self._values = values
        self.__array_interface__ = {**values.__array_interface__, **changes}


class OnlyCudaArrayInterface:
    def __init__(self, values: Any) -> None:
        self.__cuda_array_interface__ = {**values.__array_interface__, "version": 3}


PRODUCERS: dict[str, Callable[[Any], Any]] = {
    "numpy": lambda values: values,
    "buffer protocol": memoryview,
    "DLPack": lambda values: OnlyDLPack(values, versioned=False),
    "versioned DLPack": lambda values: OnlyDLPack(values, versioned=True),
    "__array_interface__": OnlyArrayInterface,
}


def bits(values: Any) -> bytes:
    """The elements in row-major order, so that NaN equals itself."""
    return bytes(np.ascontiguousarray(values).tobytes())
