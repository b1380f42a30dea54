"""The run-time compiler of CUDA against the entries of NVIDIA.

Its package (nvidia-cuda-nvrtc on PyPI, 60 MB) is too large to be asked of every test machine; with it, or with a CUDA
toolkit, this runs.
"""

import ctypes
import ctypes.util
import re
from importlib import util
from pathlib import Path

import entries
import pytest


def library() -> ctypes.CDLL:
    for package in ("nvidia.cu13", "nvidia.cuda_nvrtc"):
        try:
            found = util.find_spec(package)
        except ModuleNotFoundError:
            continue
        for folder in found.submodule_search_locations if found and found.submodule_search_locations else ():
            for path in sorted(Path(folder).glob("lib/libnvrtc.so*")):
                return ctypes.CDLL(str(path))
    name = ctypes.util.find_library("nvrtc")
    if not name:
        pytest.skip("neither the package nvidia-cuda-nvrtc nor a CUDA toolkit is installed")
    return ctypes.CDLL(name)


def test_nvrtc_knows_the_same_architectures() -> None:
    nvrtc = library()
    major, minor, count = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    assert nvrtc.nvrtcVersion(ctypes.byref(major), ctypes.byref(minor)) == 0
    assert nvrtc.nvrtcGetNumSupportedArchs(ctypes.byref(count)) == 0
    known = (ctypes.c_int * count.value)()
    assert nvrtc.nvrtcGetSupportedArchs(known) == 0
    supported = {f"sm_{number}" for number in known}

    entries_of_nvidia = {name.removeprefix("nvidia-gpu-") for name in entries.names() if name.startswith("nvidia-gpu-")}
    assert supported - entries_of_nvidia == set(), (
        f"architectures of NVRTC {major.value}.{minor.value} without an entry"
    )
    for architecture in entries_of_nvidia:
        compilers = entries.load(f"nvidia-gpu-{architecture}")["CompilerTargets"][architecture]["Compilers"]["nvcc"][0]
        last = tuple(int(part) for part in re.findall(r"\d+", compilers.get("MaxVersion", "999.0")))
        if (major.value, minor.value) > last:
            assert architecture not in supported, architecture
