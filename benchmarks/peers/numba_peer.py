"""numba's prange: compiled Python on a pool of threads. For information."""

import importlib
import time
from functools import partial
from typing import Any

from harness.timing import Run, looped

from peers.openmp import Floats


class Numba:
    """Each operation is one parallel loop. Raises ImportError if numba is absent."""

    name = "numba"

    def __init__(self) -> None:
        numba: Any = importlib.import_module("numba")
        numpy: Any = importlib.import_module("numpy")
        prange = numba.prange
        threads = int(numba.get_num_threads())

        @numba.njit(parallel=True)  # type: ignore[untyped-decorator]
        def empty(out: Any) -> None:
            for i in prange(threads):
                out[i] = i

        @numba.njit(parallel=True, fastmath=True)  # type: ignore[untyped-decorator]
        def vadd(a: Any, b: Any, c: Any) -> None:
            for i in prange(c.size):
                c[i] = a[i] + b[i]

        @numba.njit(parallel=True, fastmath=True)  # type: ignore[untyped-decorator]
        def saxpy(x: Any, y: Any, a: Any) -> None:
            for i in prange(y.size):
                y[i] += a * x[i]

        @numba.njit  # type: ignore[untyped-decorator]
        def batch(a: Any, b: Any, c: Any, count: int) -> None:
            for _ in range(count):
                vadd(a, b, c)

        self._empty, self._vadd, self._saxpy, self._batch = empty, vadd, saxpy, batch
        self._scratch = numpy.empty(threads)
        self._float32 = numpy.float32

    def empty(self) -> Run:
        return looped(partial(self._empty, self._scratch))

    def vadd(self, a: Floats, b: Floats, c: Floats) -> Run:
        return looped(partial(self._vadd, a, b, c))

    def batch(self, a: Floats, b: Floats, c: Floats) -> Run:
        def run(count: int) -> float:
            start = time.perf_counter()
            self._batch(a, b, c, count)
            return time.perf_counter() - start

        return run

    def saxpy(self, x: Floats, y: Floats, a: float) -> Run:
        factor = self._float32(a)
        return looped(partial(self._saxpy, x, y, factor))
