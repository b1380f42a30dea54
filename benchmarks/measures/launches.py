"""Launch overhead: small commands, prepared or direct, waited for or not."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from harness.result import NEXUS, Bar, Result, compare
from harness.timing import Run, looped
from peers.numba_peer import Numba
from peers.opencl_peer import OpenCL
from peers.openmp import Floats, OpenMP

import nexus
from measures.setting import Setting

COMMANDS = 100
SIZE, BLOCK = 1024, 32


@dataclass
class Vectors:
    """Three buffers of the device, and the same memory as NumPy arrays for the peers."""

    a: nexus.Buffer
    b: nexus.Buffer
    c: nexus.Buffer

    @property
    def arrays(self) -> tuple[Floats, Floats, Floats]:
        return self.a.numpy(), self.b.numpy(), self.c.numpy()

    @property
    def arguments(self) -> tuple[nexus.Buffer, nexus.Buffer, nexus.Buffer, int]:
        return self.a, self.b, self.c, self.c.shape[0]


def vectors(device: nexus.Device, size: int = SIZE) -> Vectors:
    made = Vectors(*(device.create_buffer((size,), dtype="float32") for _ in range(3)))
    made.a.fill(1.0)
    made.b.fill(2.0)
    made.c.fill(0.0)
    return made


def vadd_schedule(setting: Setting, data: Vectors, commands: int = 1, block: int = BLOCK) -> nexus.Schedule:
    """Make a schedule of vector adds, run it once and check the sum."""
    size = data.c.shape[0]
    schedule = setting.device.create_schedule()
    for _ in range(commands):
        schedule.create_command(setting.kernel("vadd"), data.arguments, (size + block - 1) // block, block)
    schedule.run()
    if not np.all(data.c.numpy() == np.float32(3.0)):
        raise AssertionError("the vector add of Nexus is wrong")
    return schedule


def batched(run_batch: Callable[[], object], commands: int) -> Run:
    """Count commands instead of batches."""
    run = looped(run_batch)

    def run_commands(count: int) -> float:
        batches = max(1, round(count / commands))
        return run(batches) * count / (batches * commands)

    return run_commands


def empty_block(setting: Setting) -> Result:
    schedule = setting.device.create_schedule()
    schedule.create_command(setting.kernel("noop"), (), 1, 1)
    runs = setting.contestants(looped(schedule.run), OpenMP.empty, Numba.empty, OpenCL.empty)
    title = "blocking run of a prepared one-block command"
    return compare(title, "ns", runs, setting.effort, peer=OpenMP.name, bar=Bar(1.0))


def small_replay(setting: Setting) -> Result:
    data = vectors(setting.device)
    runs = setting.contestants(
        looped(vadd_schedule(setting, data).run),
        lambda openmp: openmp.vadd(*data.arrays),
        lambda numba: numba.vadd(*data.arrays),
        lambda opencl: opencl.vadd(*data.arrays, BLOCK),
    )
    title = f"vector add of {SIZE} floats as {SIZE // BLOCK}x{BLOCK}, replay"
    return compare(title, "ns", runs, setting.effort, peer=OpenMP.name, bar=Bar(1.2))


def small_batch(setting: Setting) -> Result:
    data = vectors(setting.device)
    runs = setting.contestants(
        batched(vadd_schedule(setting, data, COMMANDS).run, COMMANDS),
        lambda openmp: openmp.vadd(*data.arrays),
        lambda numba: numba.batch(*data.arrays),
        lambda opencl: opencl.batch(*data.arrays, BLOCK, COMMANDS),
    )
    title = f"the same, {COMMANDS} commands in one schedule, per command"
    return compare(title, "ns", runs, setting.effort, peer=OpenMP.name, bar=Bar(1.0))


def direct_calls(setting: Setting) -> list[Result]:
    """Measure launches without a schedule. For information."""
    data = vectors(setting.device)
    arguments = a, b, c, n = data.arguments
    kernel, stream = setting.kernel("vadd"), setting.device.default_stream
    grid = SIZE // BLOCK
    schedule = vadd_schedule(setting, data)

    def call() -> None:
        kernel[1, 1](a, b, c, n)

    def launch_and_wait() -> None:
        kernel.launch(grid, BLOCK, a, b, c, n)
        stream.synchronize()

    def run_and_wait() -> None:
        schedule.run(stream, False)
        stream.synchronize()

    def build_and_run() -> None:
        fresh = setting.device.create_schedule()
        fresh.create_command(kernel, arguments, grid, BLOCK)
        fresh.run()

    operations = {
        "call of kernel[1, 1] with 3 buffers and 1 int": call,
        "kernel.launch of the vector add, then synchronize": launch_and_wait,
        "asynchronous run of its schedule, then synchronize": run_and_wait,
        "its schedule made, run once and dropped": build_and_run,
    }
    return [compare(title, "ns", {NEXUS: looped(each)}, setting.effort) for title, each in operations.items()]
