"""PyOpenCL on the first OpenCL device that is a CPU, usually PoCL. For information."""

import importlib
import time
from functools import partial
from typing import Any

from harness.timing import Run, looped

from peers.openmp import Floats

SOURCE = """
kernel void noop() {}
kernel void vadd(global const float* a, global const float* b, global float* c, ulong n) {
  size_t i = get_global_id(0);
  if (i < n) c[i] = a[i] + b[i];
}
kernel void saxpy(global const float* x, global float* y, float a, ulong n) {
  size_t i = get_global_id(0);
  if (i < n) y[i] += a * x[i];
}
"""


class OpenCL:
    """Kernels with arguments set before, on buffers over the host's memory. Raises an error if there is none."""

    name = "OpenCL"

    def __init__(self) -> None:
        self._cl: Any = importlib.import_module("pyopencl")
        numpy: Any = importlib.import_module("numpy")
        self._ulong, self._float = numpy.uint64, numpy.float32
        device = self._first_cpu()
        self.name = str(device.platform.name).replace("Portable Computing Language", "PoCL")
        self._used: list[Any] = []
        self._context = self._cl.Context([device])
        self._queue = self._cl.CommandQueue(self._context)
        self._program = self._cl.Program(self._context, SOURCE).build()

    def _first_cpu(self) -> Any:
        try:
            platforms = self._cl.get_platforms()
        except self._cl.Error as error:
            raise LookupError(f"no OpenCL platform: {error}") from error
        for platform in platforms:
            for device in platform.get_devices(self._cl.device_type.CPU):
                return device
        raise LookupError("no OpenCL platform has a CPU device")

    def _buffer(self, array: Floats) -> Any:
        flags = self._cl.mem_flags
        return self._cl.Buffer(self._context, flags.READ_WRITE | flags.USE_HOST_PTR, hostbuf=array)

    def _launch(self, name: str, size: int, block: int, *arguments: Any) -> Any:
        kernel = self._cl.Kernel(self._program, name)
        kernel.set_args(*arguments)
        self._used += arguments  # setting an argument keeps nothing alive
        enqueue, queue = self._cl.enqueue_nd_range_kernel, self._queue
        return partial(enqueue, queue, kernel, (size,), (block,))

    def _finishing(self, launch: Any) -> Run:
        finish = self._queue.finish

        def operation() -> None:
            launch()
            finish()

        return looped(operation)

    def empty(self) -> Run:
        return self._finishing(self._launch("noop", 1, 1))

    def vadd(self, a: Floats, b: Floats, c: Floats, block: int) -> Run:
        arguments = (self._buffer(a), self._buffer(b), self._buffer(c), self._ulong(c.size))
        return self._finishing(self._launch("vadd", c.size, block, *arguments))

    def batch(self, a: Floats, b: Floats, c: Floats, block: int, commands: int) -> Run:
        """Time one command; `count` of them, in batches with one wait for each."""
        arguments = (self._buffer(a), self._buffer(b), self._buffer(c), self._ulong(c.size))
        launch = self._launch("vadd", c.size, block, *arguments)

        def run(count: int) -> float:
            start = time.perf_counter()
            for done in range(0, count, commands):
                for _ in range(min(commands, count - done)):
                    launch()
                self._queue.finish()
            return time.perf_counter() - start

        return run

    def saxpy(self, x: Floats, y: Floats, a: float, block: int) -> Run:
        arguments = (self._buffer(x), self._buffer(y), self._float(a), self._ulong(y.size))
        return self._finishing(self._launch("saxpy", y.size, block, *arguments))
