"""Cost of importing the package, listing the devices and reading a property."""

import os
import subprocess
import sys
import time
import timeit

from harness.result import NEXUS, SCALES, Bar, Result, compare
from harness.timing import Run, interleave

import nexus
from measures.setting import Setting

LIST_DEVICES = "import nexus; [device for runtime in nexus.get_runtimes() for device in runtime.devices]"


def processes(code: str) -> Run:
    command = [sys.executable, "-I", "-c", code]

    def run(count: int) -> float:
        start = time.perf_counter()
        for _ in range(count):
            subprocess.run(command, check=True, close_fds=False)
        return time.perf_counter() - start

    return run


def import_and_list(setting: Setting) -> Result:
    """Measure whole processes. The figure is the time above that of a Python that does nothing."""
    folder = os.path.dirname(os.path.dirname(nexus.__file__))
    path = f"import sys; sys.path.insert(0, {folder!r}); "
    runs = {"bare": processes("pass"), NEXUS: processes(path + LIST_DEVICES), "numpy": processes("import numpy")}
    samples = interleave(runs, setting.effort)
    result = Result("import and list devices, above bare Python", "ms", bar=Bar(15, "ms"), peer="import numpy")
    bare = samples["bare"]
    for name, label in ((NEXUS, NEXUS), ("numpy", "import numpy")):
        result.medians[label] = (samples[name].median - bare.median) * SCALES["ms"]
        result.best[label] = (samples[name].best - bare.best) * SCALES["ms"]
    result.medians["bare Python"] = bare.median * SCALES["ms"]
    result.best["bare Python"] = bare.best * SCALES["ms"]
    return result


def read_property(setting: Setting) -> Result:
    names = {"found": setting.device}
    timer = timeit.Timer("device.get_property_int('CoreCount')", setup="device = found", globals=names)
    return compare("read a property", "ns", {NEXUS: timer.timeit}, setting.effort, bar=Bar(80, "ns"))
