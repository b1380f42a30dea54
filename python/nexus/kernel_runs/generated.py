"""Arguments, grid and block where nothing is said: safe ones, for kernels that nobody described."""

import math
from collections.abc import Callable, Sequence

import numpy as np

import nexus
from nexus.kernel_runs.given import Given

DEFAULT_SIZE = 65536
_BLOCK = 64


def generated_size(size: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Grid and block of at most one item for each of `size` elements."""
    block = min(_BLOCK, size)
    return (size // block,), (block,)


def generated_argument(declared: Sequence[nexus.KernelArgument], size: int) -> Callable[[nexus.KernelArgument], Given]:
    """Makes an argument: an array of `size` elements, 0.5, or a whole number.

    A whole number may count elements, or be a side of a picture, matrix or volume. They are so small that none of that
    leaves the arrays.
    """
    whole = sum(1 for argument in declared if _is_whole(argument))
    side = int(math.isqrt(size) if whole < 3 else size ** (1 / 3))

    def make(argument: nexus.KernelArgument) -> Given:
        if argument.is_buffer:
            maker = "zeros" if argument.access == "write" else "random"
            return Given(f"{argument.name}={maker}:{size}", maker, argument.name, shape=(size,))
        number: int | float = 0.5
        if argument.dtype and argument.dtype.dtype.kind in "iub":
            dtype = argument.dtype.dtype
            number = 1 if dtype.kind == "b" else min(side, int(np.iinfo(dtype).max))
        return Given(f"{argument.name}={number}", "number", argument.name, number=number)

    return make


def _is_whole(argument: nexus.KernelArgument) -> bool:
    return not argument.is_buffer and argument.dtype is not None and argument.dtype.dtype.kind in "iu"
