"""What the tests share: a device, and kernel libraries compiled from tests/kernels."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import nexus_command

import nexus

__all__ = ["nexus_command"]

KERNELS = Path(__file__).parent.parent / "kernels"


def compile_kernels(source: Path, target: Path) -> Path:
    """Builds a kernel library as a user would."""
    language = ["c++", "-std=c++20"] if source.suffix == ".cpp" else ["cc", "-std=c99"]
    options = ["-O2", "-shared", "-fPIC", "-I", nexus.include_dir()]
    subprocess.run([*language, *options, str(source), "-o", str(target)], check=True)
    return target


def run_python(code: str, timeout: float = 60, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Runs a program in an interpreter of its own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.fixture(scope="session")
def library_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_kernels(KERNELS / "basic.cpp", tmp_path_factory.mktemp("kernels") / "basic.so")


@pytest.fixture(scope="session")
def plain_library_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_kernels(KERNELS / "plain.c", tmp_path_factory.mktemp("kernels") / "plain.so")


@pytest.fixture(scope="session")
def device() -> nexus.Device:
    return nexus.get_device("cpu")


def island() -> nexus.Device:
    """The CPU as a device with memory of its own, which the host cannot address."""
    build = os.environ.get("NEXUS_BUILD_DIR")
    if not build:
        pytest.skip("needs the plugin 'island' of a build tree, in the folder that NEXUS_BUILD_DIR names")
    path = Path(build) / "tests" / "plugins" / "island" / "libnexus_plugin_island.so"
    return nexus.System.create([path]).get_device("island:0")


GPU = os.environ.get("NEXUS_GPU")


@pytest.fixture(scope="session", params=["cpu", "island", *([GPU] if GPU else [])])
def any_device(request: pytest.FixtureRequest, device: nexus.Device) -> nexus.Device:
    """Devices with memory that the host addresses, and with memory of their own; NEXUS_GPU adds a real one."""
    if request.param == GPU:
        return nexus.get_device(GPU)
    return device if request.param == "cpu" else island()


@pytest.fixture(scope="session")
def any_library(any_device: nexus.Device, library_path: Path) -> nexus.Library:
    """The kernels of basic.cpp, without those for CPUs only where it is no CPU."""
    if any_device.id == GPU:
        return any_device.create_library((KERNELS / "basic.cpp").read_text())
    return any_device.load_library(library_path)


@pytest.fixture(scope="session")
def any_cpu(any_device: nexus.Device) -> nexus.Device:
    if any_device.id == GPU:
        pytest.skip("takes kernels for the CPU")
    return any_device


@pytest.fixture(scope="session")
def library(device: nexus.Device, library_path: Path) -> nexus.Library:
    return device.load_library(library_path)
