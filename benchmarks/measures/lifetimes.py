"""Whether memory grows when objects are created and dropped over and over."""

import gc
import os
from collections.abc import Callable
from pathlib import Path

from harness.result import NEXUS, Bar, Result

from measures.launches import BLOCK, SIZE, vectors
from measures.setting import Setting


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def growth(operation: Callable[[], None], iterations: int) -> float:
    """Return the bytes by which the process grows with each iteration; a leak shows in every stretch."""

    def stretch() -> float:
        before = resident_bytes()
        for _ in range(iterations):
            operation()
        gc.collect()
        return max(0.0, (resident_bytes() - before) / iterations)

    stretch()
    return min(stretch() for _ in range(3))


def lifetimes(setting: Setting) -> list[Result]:
    device, iterations = setting.device, setting.effort.lifetimes

    def buffers() -> None:
        device.create_buffer((SIZE,), dtype="float32")

    operations = {"buffer": buffers}
    if setting.library is not None:
        kernel = setting.kernel("vadd")
        data = vectors(device)

        def schedules() -> None:
            schedule = device.create_schedule()
            schedule.create_command(kernel, data.arguments, SIZE // BLOCK, BLOCK)
            schedule.run()

        def launches() -> None:
            own = device.create_buffer((SIZE,), dtype="float32")
            kernel.launch(SIZE // BLOCK, BLOCK, own, own, own, SIZE)

        def streams() -> None:
            stream = device.create_stream()
            kernel.launch(SIZE // BLOCK, BLOCK, *data.arguments, stream=stream)

        operations.update(schedule=schedules, launch=launches, stream=streams)
    results = []
    for name, operation in operations.items():
        title = f"growth of the process per {name} made and dropped {iterations:,} times"
        grown = {NEXUS: growth(operation, iterations)}
        results.append(Result(title, "B", grown, grown, bar=Bar(1, "B")))
    return results
