"""Running one kernel, timed, and what came of it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np

import nexus
from nexus.kernel_runs.given import Given, argument_title, bind
from nexus.kernel_runs.inputs import Array, Scalar, make_input

#: How long a wait for the device lets Ctrl-C wait.
_SLICE_SECONDS = 0.2


@dataclass(frozen=True)
class Launch:
    """A kernel with everything that it is launched with, for any device."""

    kernel: str
    given: Sequence[Given]
    grid: tuple[int, ...]
    block: tuple[int, ...]
    shared_bytes: int = 0


@dataclass(frozen=True)
class Inputs:
    """The arguments of a launch by position: as typed, their values, and the names of those that the kernel writes."""

    given: Sequence[Given]
    arrays: dict[int, Array]
    numbers: dict[int, Scalar]
    results: dict[int, str]


@dataclass
class Outcome:
    """What a launch gave: seconds of every timed run, by the clock of "device" or "host", and what the kernel wrote."""

    seconds: list[float] = field(default_factory=list)
    clock: str = "device"
    results: dict[int, Array] = field(default_factory=dict)

    def times(self) -> dict[str, float]:
        """Fastest, middle and slowest run in seconds."""
        return {"min": min(self.seconds), "median": median(self.seconds), "max": max(self.seconds)}


def make_inputs(launch: Launch, kernel: nexus.Kernel, seed: int) -> Inputs:
    """Reads and makes the arguments. Raises InvalidArgumentError, UnavailableError for files that cannot be read."""
    given = bind(kernel, launch.given)
    values = [make_input(kernel, i, one, seed) for i, one in enumerate(given)]
    arrays = {i: value for i, value in enumerate(values) if isinstance(value, np.ndarray)}
    numbers = {i: value for i, value in enumerate(values) if not isinstance(value, np.ndarray)}
    results = {i: argument_title(kernel, i) for i in arrays if given[i].access != "in"}
    return Inputs(given, arrays, numbers, results)


def execute(
    launch: Launch, kernel: nexus.Kernel, inputs: Inputs, repeat: int = 1, on_run: Callable[[], None] = lambda: None
) -> Outcome:
    """Times launches that all begin with the same inputs. Before more than one there is one that is not timed."""
    device = kernel.device
    buffers = {i: device.create_buffer(array) for i, array in inputs.arrays.items()}
    values = {**buffers, **inputs.numbers}
    schedule = device.create_schedule()
    arguments = [values[i] for i in range(len(values))]
    schedule.create_command(kernel, arguments, launch.grid, launch.block, launch.shared_bytes)
    timer = _Timer(schedule)
    if repeat > 1:
        timer.run()
    outcome = Outcome(clock=timer.clock)
    changed = [i for i in inputs.results if inputs.given[i].access != "out"] if repeat > 1 else []
    for _ in range(repeat):
        for i in changed:
            buffers[i].copy_from(inputs.arrays[i])
        outcome.seconds.append(timer.run())
        on_run()
    outcome.results = {i: buffers[i].numpy() for i in inputs.results}
    return outcome


class _Timer:
    """Runs a schedule and takes the time of the device where it has a clock, otherwise that of the host."""

    def __init__(self, schedule: nexus.Schedule) -> None:
        self.clock = "device"
        self._schedule = schedule
        try:
            schedule.timed = True
        except nexus.UnsupportedError:
            self.clock = "host"

    def run(self) -> float:
        start = time.perf_counter()
        # A blocking run may execute on this thread, where Ctrl-C would have to wait for its end.
        self._schedule.run(blocking=False)
        while not self._schedule.device.default_stream.synchronize(_SLICE_SECONDS):
            pass
        seconds = time.perf_counter() - start
        return self._schedule.duration * 1e-9 if self.clock == "device" else seconds
