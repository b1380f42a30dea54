"""Cost of Nexus over an OpenCL driver from Python beside PyOpenCL, on the same device, in interleaved rounds.

    python benchmarks/launch_opencl.py [--quick] [--json FILE]

Needs the package `pyopencl`. README.md says what each line means.
"""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pyopencl as cl
from harness import program
from harness.result import NEXUS, Bar, Result, compare
from harness.timing import Effort, Run, looped

import nexus

SIZE, BLOCK, COMMANDS = 1024, 64, 100
PEER = "PyOpenCL"
SOURCE = """
__kernel void vadd(__global const float* a, __global const float* b, __global float* c, ulong n) {
  size_t i = get_global_id(0);
  if (i < n) c[i] = a[i] + b[i];
}
"""


class Contestants:
    """The same vector add on the same device."""

    def __init__(self, device: nexus.Device) -> None:
        self._stream = device.default_stream
        self._kernel = device.create_library(SOURCE, "opencl").get_kernel("vadd")
        one, two = np.full(SIZE, 1, np.float32), np.full(SIZE, 2, np.float32)
        a, b, c = (device.create_buffer(array) for array in (one, two, np.zeros(SIZE, np.float32)))
        self._arguments = (a, b, c, SIZE)
        self._schedule = device.create_schedule()
        for _ in range(COMMANDS):
            self._schedule.create_command(self._kernel, self._arguments, SIZE // BLOCK, BLOCK)
        self._schedule.run()
        result = np.empty(SIZE, np.float32)
        c.copy_to(result)
        if not np.all(result == 3):
            raise AssertionError("the vector add of Nexus is wrong")

        peer = cl.get_platforms()[0].get_devices()[0]
        context = cl.Context([peer])
        self._queue = cl.CommandQueue(context)
        self._peer: Any = cl.Program(context, SOURCE).build().vadd
        flags = cl.mem_flags.READ_WRITE | cl.mem_flags.COPY_HOST_PTR
        buffers = [cl.Buffer(context, flags, hostbuf=array) for array in (one, two, one)]
        self._peer_arguments = (*buffers, np.uint64(SIZE))

    def launch(self) -> None:
        self._kernel.launch(SIZE // BLOCK, BLOCK, *self._arguments)

    def wait(self) -> None:
        self._stream.synchronize()

    def replay(self) -> None:
        self._schedule.run()

    def peer_launch(self) -> None:
        self._peer(self._queue, (SIZE,), (BLOCK,), *self._peer_arguments)

    def peer_wait(self) -> None:
        self._queue.finish()


def per_command(run: Run, commands: int = COMMANDS) -> Run:
    """Count commands instead of batches."""

    def run_commands(count: int) -> float:
        batches = max(1, count // commands)
        return run(batches) * count / (batches * commands)

    return run_commands


def followed(each: Callable[[], None], count: int, end: Callable[[], None]) -> Run:
    """Time of one of `count` calls before the end."""

    def batch() -> None:
        for _ in range(count):
            each()
        end()

    return per_command(looped(batch), count)


def measure(effort: Effort) -> list[Result]:
    both = Contestants(nexus.get_device("opencl:0"))
    one = {NEXUS: followed(both.launch, 1, both.wait), PEER: followed(both.peer_launch, 1, both.peer_wait)}
    peers = followed(both.peer_launch, COMMANDS, both.peer_wait)
    many = {NEXUS: followed(both.launch, COMMANDS, both.wait), PEER: peers}
    replayed = {NEXUS: per_command(looped(both.replay)), PEER: peers}
    bar = Bar(1.0)
    return [
        compare("launch, then wait", "us", one, effort, peer=PEER, bar=bar),
        compare(f"{COMMANDS} launches, then wait, per launch", "us", many, effort, peer=PEER, bar=bar),
        compare(f"run of a schedule of {COMMANDS} launches, per launch", "us", replayed, effort, peer=PEER, bar=bar),
    ]


def main() -> int:
    options = program.parser(__doc__).parse_args()
    effort = Effort(rounds=5, sample_seconds=0.01) if options.quick else Effort(rounds=21, sample_seconds=0.03)
    results = measure(effort)
    driver = nexus.get_device("opencl:0").get_property_str("DriverVersion")
    program.show(program.describe(driver=driver), results, options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
