"""Large launches, where the kernel and the memory decide and the runtime must not be in the way."""

from harness.result import Bar, Result, compare
from harness.timing import looped
from peers.openmp import OpenMP

import nexus
from measures.launches import vadd_schedule, vectors
from measures.setting import Setting

BLOCK = 1024
FACTOR = 0.5
MEGA = 1 << 20


def saxpy(setting: Setting, size: int = MEGA) -> Result:
    x = setting.device.create_buffer((size,), dtype="float32")
    y = setting.device.create_buffer((size,), dtype="float32")
    x.fill(1.0)
    y.fill(0.0)
    schedule = setting.device.create_schedule()
    schedule.create_command(setting.kernel("saxpy"), (x, y, FACTOR, size), size // BLOCK, BLOCK)
    schedule.run()
    if not (y.numpy() == FACTOR).all():
        raise AssertionError("the saxpy of Nexus is wrong")
    arrays = x.numpy(), y.numpy()
    runs = setting.contestants(
        looped(schedule.run),
        lambda openmp: openmp.saxpy(*arrays, FACTOR),
        lambda numba: numba.saxpy(*arrays, FACTOR),
        lambda opencl: opencl.saxpy(*arrays, FACTOR, BLOCK),
    )
    return compare("saxpy of 1M floats", "us", runs, setting.effort, peer=OpenMP.name, bar=Bar(1.05))


def large_vadd(setting: Setting, size: int = 64 * MEGA) -> Result:
    title, bar = "vector add of 64M floats", Bar(1.05)
    effort = setting.effort.with_rounds(15)
    try:
        data = vectors(setting.device, size)
    except nexus.OutOfMemoryError as error:
        return Result(title, "ms", bar=bar, note=str(error))
    runs = setting.contestants(
        looped(vadd_schedule(setting, data, block=BLOCK).run),
        lambda openmp: openmp.vadd(*data.arrays),
        lambda numba: numba.vadd(*data.arrays),
        lambda opencl: opencl.vadd(*data.arrays, BLOCK),
    )
    return compare(title, "ms", runs, effort, peer=OpenMP.name, bar=bar)
