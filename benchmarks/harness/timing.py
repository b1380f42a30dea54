"""Timing of contestants side by side: interleaved rounds, so that all of them meet the same disturbances."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Run = Callable[[int], float]
"""Does its operation that many times and returns the seconds it took."""


@dataclass(frozen=True)
class Effort:
    """How long to measure."""

    rounds: int
    sample_seconds: float
    """Length of one sample of one contestant."""
    settle_seconds: float = 0.05
    """Pause before a sample: OpenMP's threads spin for milliseconds after their last region and would take a core."""
    lifetimes: int = 100_000
    """How often objects are created and dropped to see whether memory grows."""

    def with_rounds(self, rounds: int) -> "Effort":
        return Effort(min(rounds, self.rounds), self.sample_seconds, self.settle_seconds, self.lifetimes)


@dataclass(frozen=True)
class Samples:
    """Seconds per operation of one contestant, one value for each round."""

    values: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def best(self) -> float:
        return min(self.values)


def looped(operation: Callable[[], object]) -> Run:
    """Make a Run of a call from Python. The loop around it, some 20 ns, is charged to the operation."""

    def run(count: int) -> float:
        repeats = range(count)
        start = time.perf_counter()
        for _ in repeats:
            operation()
        return time.perf_counter() - start

    return run


def count_for(run: Run, seconds: float) -> int:
    """Return how many operations take about that long, and leave threads and caches warm."""
    run(1)
    count = 1
    while True:
        took = run(count)
        if took >= seconds / 4:
            return max(1, round(count * seconds / took))
        count *= 4


def interleave(runs: Mapping[str, Run], effort: Effort) -> dict[str, Samples]:
    """Measure all contestants in every round, each in turn as the first one and each with warm threads and caches."""
    values: dict[str, list[float]] = {name: [] for name in runs}
    names = list(runs)
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        for number in range(effort.rounds):
            first = number % len(names)
            for name in names[first:] + names[:first]:
                time.sleep(effort.settle_seconds)
                count = count_for(runs[name], effort.sample_seconds)
                values[name].append(runs[name](count) / count)
    finally:
        if was_enabled:
            gc.enable()
    return {name: Samples(list_) for name, list_ in values.items()}
