"""Whether two threads that launch at once get twice as much done."""

import threading
import time
from collections.abc import Callable

from harness.result import NEXUS, Bar, Result, compare
from harness.timing import Run
from peers.openmp import OpenMP

from measures.launches import COMMANDS, Vectors, vadd_schedule, vectors
from measures.setting import Setting

THREADS = 2
Batches = Callable[[int], object]
"""Does that many batches of commands."""


def nexus_batches(setting: Setting, data: Vectors) -> Batches:
    """Run a schedule of one thread's own on a stream of its own."""
    stream, run = setting.device.create_stream(), vadd_schedule(setting, data, COMMANDS).run

    def batches(count: int) -> None:
        for _ in range(count):
            run(stream)

    return batches


def plain_batches(openmp: OpenMP, data: Vectors) -> Batches:
    """Do the same adds in plain C: what the machine itself can do."""
    add = openmp.vadd_alone(*data.arrays)
    return lambda count: add(count * COMMANDS)


def together(work: list[Batches]) -> Run:
    """Time one command, whichever thread runs it. Threads are started before the clock."""

    def run(count: int) -> float:
        batches = max(1, round(count / (COMMANDS * len(work))))
        starts, ends = [0.0] * len(work), [0.0] * len(work)
        barrier = threading.Barrier(len(work))

        def thread(index: int) -> None:
            barrier.wait()
            starts[index] = time.perf_counter()
            work[index](batches)
            ends[index] = time.perf_counter()

        threads = [threading.Thread(target=thread, args=(index,)) for index in range(len(work))]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        return (max(ends) - min(starts)) * count / (batches * COMMANDS * len(work))

    return run


def two_threads(setting: Setting) -> Result:
    data = [vectors(setting.device) for _ in range(THREADS)]
    work = [nexus_batches(setting, each) for each in data]
    runs = {NEXUS: together(work), "one thread": together(work[:1])}
    if setting.openmp is not None:
        plain = [plain_batches(setting.openmp, each) for each in data]
        runs |= {"plain C": together(plain), "plain C, one thread": together(plain[:1])}
    title = f"two threads, each {COMMANDS} vector adds a run: time per command"
    result = compare(title, "ns", runs, setting.effort, peer="one thread", bar=Bar(1.8, higher_is_better=True))
    if "plain C" in result.medians:
        medians, best = (values["plain C, one thread"] / values["plain C"] for values in (result.medians, result.best))
        result.note = f"two threads of plain C reached {medians:.2f} ({best:.2f}) in the same rounds"
    return result
