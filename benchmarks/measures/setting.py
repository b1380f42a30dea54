"""What the measures work with: the device, the compiled kernels, the peers that are there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from harness import compiling
from harness.result import NEXUS
from harness.timing import Effort, Run
from peers.numba_peer import Numba
from peers.opencl_peer import OpenCL
from peers.openmp import OpenMP

import nexus

KERNELS = Path(__file__).parent.parent / "kernels.cpp"


@dataclass
class Setting:
    """Peers are None where they are absent; `notes` says why."""

    device: nexus.Device
    effort: Effort
    folder: Path
    library: nexus.Library | None = None
    openmp: OpenMP | None = None
    numba: Numba | None = None
    opencl: OpenCL | None = None
    compiler: str = "none"
    notes: list[str] = field(default_factory=list)

    def kernel(self, name: str) -> nexus.Kernel:
        if self.library is None:
            raise compiling.CompileError("the kernels could not be compiled")
        return self.library.get_kernel(name)

    def contestants(
        self, ours: Run, openmp: Callable[[OpenMP], Run], numba: Callable[[Numba], Run], opencl: Callable[[OpenCL], Run]
    ) -> dict[str, Run]:
        """Return Nexus and those peers that are there."""
        runs = {NEXUS: ours}
        if self.openmp is not None:
            runs[OpenMP.name] = openmp(self.openmp)
        if self.numba is not None:
            runs[Numba.name] = numba(self.numba)
        if self.opencl is not None:
            runs[self.opencl.name] = opencl(self.opencl)
        return runs

    @property
    def others(self) -> list[str]:
        """Names of the contestants that are there for information."""
        return [peer.name for peer in (self.numba, self.opencl) if peer is not None]


def prepare(device: nexus.Device, effort: Effort, folder: Path, *, with_others: bool) -> Setting:
    """Compile the kernels and look for the peers. What is missing is noted, not fatal."""
    setting = Setting(device, effort, folder)
    try:
        command = compiling.compiler("CXX", ["g++", "c++", "clang++"])
        setting.compiler = compiling.version(command)
        options = ["-std=c++20", f"-I{nexus.include_dir()}"]
        setting.library = device.load_library(str(compiling.build(command, options, KERNELS, folder)))
    except compiling.CompileError as error:
        setting.notes.append(f"No launches are measured: {error}")
    try:
        setting.openmp = OpenMP(folder)
    except (compiling.CompileError, OSError) as error:
        setting.notes.append(f"No OpenMP beside Nexus: {error}")
    if with_others:
        add_others(setting)
    return setting


def add_others(setting: Setting) -> None:
    try:
        setting.numba = Numba()
    except ImportError as error:
        setting.notes.append(f"No numba: {error}")
    try:
        setting.opencl = OpenCL()
    except Exception as error:  # whatever a driver of OpenCL raises
        setting.notes.append(f"No OpenCL: {error}")
