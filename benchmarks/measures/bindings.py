"""What the way from Python costs: a launch beside the same one bound by other means, arrays in and out."""

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from harness import compiling
from harness.result import NEXUS, Bar, Result, compare
from harness.timing import looped
from peers import twins

from measures.setting import Setting

SIZE = 64
C_API = "C API"
NAMES = {"capi_twin": C_API, "nanobind_twin": "nanobind", "pybind11_twin": "pybind11"}


def _found(setting: Setting, name: str) -> Any:
    try:
        return twins.build(name, setting.folder)
    except (ImportError, OSError, compiling.CompileError) as error:
        setting.notes.append(f"No {NAMES[name]} beside Nexus: {error}")
        return None


def launch(setting: Setting) -> list[Result]:
    """An asynchronous launch with three buffers and an int, of a kernel of one item."""
    kernel = setting.kernel("touch3")
    buffers = [setting.device.create_buffer(SIZE) for _ in range(3)]
    runs = {NEXUS: looped(partial(kernel.launch, 1, 1, *buffers, SIZE))}
    for name, title in NAMES.items():
        if (twin := _found(setting, name)) is None:
            continue
        theirs = [twin.make_buffer(SIZE) for _ in range(3)]
        same = twin.load_kernel(kernel.library.path, kernel.name)
        runs[title] = looped(partial(same.launch, 1, 1, *theirs, SIZE))
    title = "launch of 3 buffers and an int, from Python"
    bound = compare(title, "ns", runs, setting.effort, peer=C_API, bar=Bar(1.15))
    others = {name: value for name, value in bound.medians.items() if name not in (NEXUS, C_API)}
    bound.note = ", ".join(f"{name} {value:.0f} ns" for name, value in others.items())
    configured = kernel[1, 1]
    other = {NEXUS: looped(partial(configured, *buffers, SIZE)), "launch()": runs[NEXUS]}
    return [bound, compare("the same as kernel[grid, block](...)", "ns", other, setting.effort, peer="launch()")]


def numpy_view(setting: Setting) -> Result:
    buffer = setting.device.create_buffer(SIZE)
    view = memoryview(buffer)
    runs = {NEXUS: looped(partial(np.asarray, buffer)), "memoryview": looped(partial(np.asarray, view))}
    return compare("np.asarray(buffer)", "ns", runs, setting.effort, peer="memoryview", bar=Bar(1.5))


def arrays_into_launches(setting: Setting) -> list[Result]:
    """What an array costs that is passed to a launch as it is, beyond a buffer."""
    results = [_array_into_launch(setting, "NumPy array", lambda: np.ones(SIZE, np.float32), Bar(1.0, "us"))]
    try:
        torch = importlib.import_module("torch")
    except ImportError as error:
        setting.notes.append(f"No tensor of PyTorch: {error}")
        return results
    results.append(_array_into_launch(setting, "PyTorch tensor", lambda: torch.ones(SIZE), Bar(0.5, "us")))
    return results


def _array_into_launch(setting: Setting, what: str, make: Callable[[], Any], bar: Bar) -> Result:
    kernel = setting.kernel("touch3")
    buffers = [setting.device.create_buffer(SIZE) for _ in range(3)]
    array = make()
    waiting = looped(partial(kernel.launch, 1, 1, *buffers, SIZE, blocking=True))
    with_one = looped(partial(kernel.launch, 1, 1, array, *buffers[1:], SIZE))
    result = compare(f"{what} into a launch", "us", {NEXUS: with_one, "buffer": waiting}, setting.effort, peer="buffer")
    # What counts is the difference; the launch itself waits in both.
    result.medians[NEXUS] -= result.medians["buffer"]
    result.best[NEXUS] -= result.best["buffer"]
    return Result(f"{what} into a launch, more than a buffer", "us", result.medians, result.best, bar=bar)
