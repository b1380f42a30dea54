"""Portable kernels compiled at run time beside the same by hand in C with OpenMP.

Also the start of a program that compiles.

    python benchmarks/portable_kernels.py [--quick] [--json FILE]

README.md says what each line means.
"""

import ctypes
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from harness import compiling, program
from harness.result import NEXUS, Bar, Result, compare
from harness.timing import Effort, Run, looped

import nexus

HERE = Path(__file__).parent
PEER = "OpenMP C"
TILE = 32


class Peer:
    """openmp_kernels.c; its clocks are on the C side."""

    def __init__(self, folder: Path) -> None:
        command = compiling.compiler("CC", ["gcc", "cc"])
        self.compiler = compiling.version(command)
        source = HERE / "openmp_kernels.c"
        self._library = ctypes.CDLL(str(compiling.build(command, ["-std=c99", "-fopenmp"], source, folder)))

    def __call__(self, name: str, *arguments: object) -> Run:
        function = getattr(self._library, f"hand_{name}")
        function.restype = ctypes.c_double
        values = [
            ctypes.c_void_p(a.ctypes.data)
            if isinstance(a, np.ndarray)
            else ctypes.c_float(a)
            if isinstance(a, float)
            else ctypes.c_size_t(a)  # type: ignore[arg-type]
            for a in arguments
        ]
        return lambda count: float(function(ctypes.c_size_t(count), *values))


def measure(device: nexus.Device, peer: Peer, effort: Effort) -> list[Result]:
    library = device.create_library((HERE / "portable_kernels.nx").read_text(), name="portable_kernels.nx")

    def line(
        title: str, unit: str, bar: float, kernel: str, grid: object, block: object, arguments: tuple[object, ...]
    ) -> Result:
        schedule = device.create_schedule()
        schedule.create_command(library.get_kernel(kernel), arguments, grid, block)  # type: ignore[arg-type]
        shared = [a.numpy() if isinstance(a, nexus.Buffer) else a for a in arguments]
        schedule.run()
        results = [a.copy() for a in shared if isinstance(a, np.ndarray)]
        for a in shared:
            if isinstance(a, np.ndarray):
                a[...] = start[: a.size].reshape(a.shape)
        by_hand = peer(kernel, *shared, *((grid,) if kernel == "ten_barriers" else ()))
        by_hand(1)
        for ours, theirs in zip(results, (a for a in shared if isinstance(a, np.ndarray)), strict=True):
            if not np.allclose(ours, theirs, rtol=1e-4):
                raise AssertionError(f"{title}: the results differ")
        runs = {NEXUS: looped(schedule.run), PEER: by_hand}
        return compare(title, unit, runs, effort, peer=PEER, bar=Bar(bar))

    start = np.random.default_rng(1).random(1 << 24, dtype=np.float32)

    def buffer(*shape: int) -> nexus.Buffer:
        return device.create_buffer(start[: int(np.prod(shape))].reshape(shape))

    n = 1 << 20
    side, size = 2048, 512
    return [
        line("vector add, 1M floats", "us", 1.1, "vadd", n // 1024, 1024, (buffer(n), buffer(n), buffer(n), n)),
        line("saxpy, 1M floats", "us", 1.1, "saxpy", n // 1024, 1024, (buffer(n), buffer(n), 0.0, n)),
        line(
            "5-point stencil, 2048 x 2048",
            "us",
            1.1,
            "stencil",
            (2, side),
            (1024, 1),
            (buffer(side, side), buffer(side, side), side, side),
        ),
        line(
            "matmul in tiles of 32, 512 x 512",
            "ms",
            1.1,
            "matmul",
            (size // TILE, size // TILE),
            (TILE, TILE),
            (buffer(size, size), buffer(size, size), buffer(size, size), size),
        ),
        line("10 barriers, 1 block of 256", "us", 5, "ten_barriers", 1, 256, (buffer(256),)),
        line("10 barriers, 64 blocks of 256", "us", 5, "ten_barriers", 64, 256, (buffer(64 * 256),)),
    ]


_PROGRAM = """
import sys, time
import nexus
text = open(sys.argv[1]).read()
device = nexus.get_device("cpu:0")
start = time.perf_counter()
kernel = device.create_library(text).get_kernel("vadd")
print(time.perf_counter() - start)
"""


def start_up(effort: Effort) -> list[Result]:
    """From text to a kernel, in a new process each: compiled, and loaded from the cache."""
    results = []
    for title, is_cached, bar in (("first start: compile", False, None), ("second start: load", True, Bar(20, "ms"))):
        with tempfile.TemporaryDirectory() as folder:

            def once(folder: str = folder, is_cached: bool = is_cached) -> float:
                cache = folder if is_cached else tempfile.mkdtemp(dir=folder)
                command = [sys.executable, "-c", _PROGRAM, str(HERE / "portable_kernels.nx")]
                environment = {**os.environ, "NEXUS_CACHE_DIR": cache}
                return float(
                    subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
                )

            once()
            runs: dict[str, Run] = {NEXUS: lambda count, once=once: sum(once() for _ in range(count))}  # type: ignore[misc]
            results.append(compare(title, "ms", runs, Effort(min(effort.rounds, 7), 0), bar=bar))
    return results


def main() -> int:
    options = program.parser(__doc__).parse_args()
    effort = Effort(rounds=3, sample_seconds=0.01) if options.quick else Effort(rounds=15, sample_seconds=0.03)
    device = nexus.get_device("cpu:0")
    with tempfile.TemporaryDirectory(prefix="nexus-benchmark-") as folder:
        peer = Peer(Path(folder))
        results = measure(device, peer, effort) + start_up(effort)
    program.show(program.describe(**{PEER: peer.compiler}), results, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
