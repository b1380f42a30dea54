"""The programs in examples/: each compares its result with NumPy's, on every device that there is."""

import subprocess
import sys
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

import nexus

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def parameter(device: nexus.Device) -> ParameterSet:
    """A device; skipped if its driver has no compiler, and so can only be given binaries."""
    languages = device.properties.get("KernelLanguages", [])
    can_compile = isinstance(languages, list) and "nexus" in languages
    return pytest.param(device.id, marks=[] if can_compile else pytest.mark.skip(f"{device.id} compiles nothing"))


DEVICES = [parameter(device) for runtime in nexus.get_runtimes() for device in runtime.devices]
pytestmark = pytest.mark.parametrize("device", DEVICES)


@pytest.fixture(autouse=True)
def environment(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, device: str) -> None:
    """The device, and one cache for all tests."""
    monkeypatch.setenv("NEXUS_DEVICE", device)
    monkeypatch.setenv("NEXUS_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache"))


def run_example(name: str, folder: Path, *arguments: str) -> str:
    command = [sys.executable, str(EXAMPLES / name / f"{name}.py"), *arguments]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_quickstart(tmp_path: Path, device: str) -> None:
    output = run_example("quickstart", tmp_path)
    assert f"device:  {device} " in output
    assert "refused:" in output
    assert "[ 1.  4.  7. 10.]" in output


def test_edges(tmp_path: Path, device: str) -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    picture = [[(x // 8 + y // 8) % 2 for x in range(61)] for y in range(37)]
    pyplot.imsave(tmp_path / "checks.png", picture, cmap="gray")
    assert f"{device}: 61 x 37 pixels" in run_example("edges", tmp_path, "checks.png", "result.png")
    assert (tmp_path / "result.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("size", ["16", "100"])
def test_matmul(tmp_path: Path, device: str, size: str) -> None:
    assert f"{device}: {size} x {size}, largest difference" in run_example("matmul", tmp_path, size)


@pytest.mark.parametrize("count", ["1", "100001"])
def test_reduction(tmp_path: Path, device: str, count: str) -> None:
    assert f"{device}: the sum of {count} numbers is " in run_example("reduction", tmp_path, count)


def test_histogram(tmp_path: Path, device: str) -> None:
    (tmp_path / "data").write_bytes(b"hello world" * 1000)
    output = run_example("histogram", tmp_path, "data")
    assert f"{device}: of 11000 bytes" in output
    assert "  0x6c       3000  27.3 %" in output


def test_mandelbrot(tmp_path: Path, device: str) -> None:
    pytest.importorskip("matplotlib")
    assert f"{device}: saved 150 x 100 pixels" in run_example("mandelbrot", tmp_path, "150", "set.png")
    assert (tmp_path / "set.png").read_bytes().startswith(b"\x89PNG")


def test_nbody(tmp_path: Path, device: str) -> None:
    assert f"{device}: 100 bodies moved by up to " in run_example("nbody", tmp_path, "100", "10")


@pytest.fixture(scope="module")
def cpp_quickstart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The C++ quickstart, built against the package as a user would."""
    folder = tmp_path_factory.mktemp("cpp")
    (folder / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(examples LANGUAGES CXX)\nfind_package(Nexus REQUIRED)\n"
        f"add_executable(quickstart {EXAMPLES / 'quickstart' / 'quickstart.cpp'})\n"
        "target_link_libraries(quickstart PRIVATE Nexus::nexus)\n"
    )
    subprocess.run(["cmake", "-S", ".", "-B", "build", f"-DNexus_ROOT={nexus.cmake_dir()}"], cwd=folder, check=True)
    subprocess.run(["cmake", "--build", "build"], cwd=folder, check=True)
    return folder / "build" / "quickstart"


def test_cpp_quickstart(cpp_quickstart: Path, device: str) -> None:
    result = subprocess.run([cpp_quickstart, device], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(f"{device}: ")
    assert "y[3] = 7" in result.stdout
    wrong = subprocess.run([cpp_quickstart, "none"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    assert "NotFound: there is no runtime 'none'" in wrong.stderr


@pytest.mark.parametrize("name", ["quickstart", "edges", "matmul", "reduction", "histogram", "mandelbrot", "nbody"])
def test_kernels_can_be_run_as_they_are(name: str, device: str) -> None:
    """The lines "nexus run:" beside the kernels, which nexus compare and nexus run take."""
    source = EXAMPLES / name / "kernels.cpp"
    command = [sys.executable, "-m", "nexus", "compare", str(source), "--device", device, "--repeat", "1"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"\n{device} " in result.stdout
