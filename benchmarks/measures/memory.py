"""Buffers: creating them, filling them, copying in and out."""

from collections.abc import Callable
from functools import partial

import numpy as np
from harness.result import NEXUS, Bar, Result, compare
from harness.timing import looped

from measures.setting import Setting

LARGE = 64 << 20
SMALL = 1024
NUMPY = "numpy"


Operation = Callable[[], object]


def against_numpy(
    setting: Setting, title: str, unit: str, ours: Operation, theirs: Operation, bar: Bar | None = None
) -> Result:
    return compare(title, unit, {NEXUS: looped(ours), NUMPY: looped(theirs)}, setting.effort, peer=NUMPY, bar=bar)


def create_from_array(setting: Setting) -> Result:
    array = np.ones(LARGE // 4, np.float32)
    create = setting.device.create_buffer
    if create(array).numpy()[-1] != 1.0:
        raise AssertionError("the copy in of Nexus is wrong")
    title = "create_buffer of 64 MiB from NumPy, and drop"
    return against_numpy(setting, title, "ms", partial(create, array), partial(np.copy, array), Bar(1.2))


def create_small(setting: Setting) -> Result:
    ours = partial(setting.device.create_buffer, (SMALL,), dtype="float32")
    theirs = partial(np.empty, (SMALL,), dtype="float32")
    return against_numpy(setting, f"buffer of {SMALL} floats, create and drop", "ns", ours, theirs)


def copy_and_fill(setting: Setting) -> list[Result]:
    array, other = np.ones(LARGE // 4, np.float32), np.zeros(LARGE // 4, np.float32)
    buffer = setting.device.create_buffer(array)
    copy = partial(np.copyto, other, array)
    return [
        against_numpy(setting, "copy 64 MiB in", "ms", partial(buffer.copy_from, array), copy),
        against_numpy(setting, "copy 64 MiB out", "ms", partial(buffer.copy_to, array), copy),
        against_numpy(setting, "fill 64 MiB", "ms", partial(buffer.fill, 1.5), partial(other.fill, 1.5)),
    ]
