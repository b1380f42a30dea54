"""openmp_peer.c, called through ctypes."""

import ctypes
from pathlib import Path

import numpy as np
from harness import compiling
from harness.timing import Run
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SOURCE = Path(__file__).parent.parent / "openmp_peer.c"


class OpenMP:
    """Parallel regions of plain C. All loops and clocks are on the C side."""

    name = "OpenMP C"

    def __init__(self, folder: Path) -> None:
        command = compiling.compiler("CC", ["gcc", "cc"])
        self.compiler = compiling.version(command)
        library = ctypes.CDLL(str(compiling.build(command, ["-std=c99", "-fopenmp"], SOURCE, folder)))
        pointer = ctypes.c_void_p
        self._empty, self._vadd, self._saxpy = library.peer_empty, library.peer_vadd, library.peer_saxpy
        self._alone = library.peer_vadd_alone
        self._empty.argtypes = [ctypes.c_size_t]
        self._vadd.argtypes = self._alone.argtypes = [ctypes.c_size_t, pointer, pointer, pointer, ctypes.c_size_t]
        self._saxpy.argtypes = [ctypes.c_size_t, pointer, pointer, ctypes.c_float, ctypes.c_size_t]
        for function in (self._empty, self._vadd, self._alone, self._saxpy):
            function.restype = ctypes.c_double
        self.threads: int = library.peer_threads()

    def empty(self) -> Run:
        return lambda count: float(self._empty(count))

    def vadd(self, a: Floats, b: Floats, c: Floats) -> Run:
        addresses = (a.ctypes.data, b.ctypes.data, c.ctypes.data)
        return lambda count: float(self._vadd(count, *addresses, c.size))

    def vadd_alone(self, a: Floats, b: Floats, c: Floats) -> Run:
        """Add on the calling thread only."""
        addresses = (a.ctypes.data, b.ctypes.data, c.ctypes.data)
        return lambda count: float(self._alone(count, *addresses, c.size))

    def saxpy(self, x: Floats, y: Floats, a: float) -> Run:
        addresses = (x.ctypes.data, y.ctypes.data)
        return lambda count: float(self._saxpy(count, *addresses, a, y.size))
