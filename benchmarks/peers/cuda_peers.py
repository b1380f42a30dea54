"""Other ways to launch a CUDA kernel from Python; each gives its loops, or raises."""

from collections.abc import Callable
from typing import NamedTuple

Loop = Callable[[range], None]
"""Does its operation once for each item."""


class Launcher(NamedTuple):
    """What a user writes, in loops of its own: a function around it would cost as much as part of what is measured."""

    launches: Loop
    launches_and_waits: Loop
    synchronize: Callable[[], object]


SOURCE = 'extern "C" __global__ void empty(float* x, float* y, float a, unsigned n) {}'


def cupy() -> Launcher:
    import cupy as cp
    import numpy as np

    kernel = cp.RawKernel(SOURCE, "empty")
    x, y = cp.zeros(256, dtype=cp.float32), cp.zeros(256, dtype=cp.float32)
    stream = cp.cuda.Stream(non_blocking=True)
    grid, block, arguments = (1,), (32,), (x, y, np.float32(2), np.uint32(1))

    def launches(repeats: range) -> None:
        for _ in repeats:
            kernel(grid, block, arguments, stream=stream)

    def launches_and_waits(repeats: range) -> None:
        for _ in repeats:
            kernel(grid, block, arguments, stream=stream)
            stream.synchronize()

    return Launcher(launches, launches_and_waits, stream.synchronize)


def cuda_core() -> Launcher:
    try:
        from cuda.core import Device, LaunchConfig, Program, ProgramOptions
        from cuda.core import launch as launch_kernel
    except ImportError:
        from cuda.core.experimental import Device, LaunchConfig, Program, ProgramOptions
        from cuda.core.experimental import launch as launch_kernel
    import numpy as np

    device = Device(0)
    device.set_current()
    stream = device.create_stream()
    architecture = "".join(map(str, device.compute_capability))
    program = Program(SOURCE, code_type="c++", options=ProgramOptions(arch=f"sm_{architecture}"))
    kernel = program.compile("cubin").get_kernel("empty")
    configuration = LaunchConfig(grid=1, block=32)
    x, y = device.allocate(1024, stream=stream), device.allocate(1024, stream=stream)
    a, n = np.float32(2), np.uint32(1)

    def launches(repeats: range) -> None:
        for _ in repeats:
            launch_kernel(stream, configuration, kernel, x, y, a, n)

    def launches_and_waits(repeats: range) -> None:
        for _ in repeats:
            launch_kernel(stream, configuration, kernel, x, y, a, n)
            stream.sync()

    return Launcher(launches, launches_and_waits, stream.sync)


def triton() -> Launcher:
    import torch
    import triton

    @triton.jit
    def empty(x, y, a, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - Triton takes annotations for its own
        pass

    x, y = torch.zeros(256, device="cuda"), torch.zeros(256, device="cuda")
    grid = (1,)

    def launches(repeats: range) -> None:
        for _ in repeats:
            empty[grid](x, y, 2.0, 1)

    def launches_and_waits(repeats: range) -> None:
        for _ in repeats:
            empty[grid](x, y, 2.0, 1)
            torch.cuda.synchronize()

    launches(range(1))
    return Launcher(launches, launches_and_waits, torch.cuda.synchronize)


PEERS: dict[str, Callable[[], Launcher]] = {"cuda.core": cuda_core, "CuPy": cupy, "Triton": triton}
