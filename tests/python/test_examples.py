"""The programs in examples/."""

import subprocess
import sys
from pathlib import Path

import pytest

import nexus

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def run_example(name: str, folder: Path, *arguments: str) -> str:
    command = [sys.executable, str(EXAMPLES / name), *arguments]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_quickstart(tmp_path: Path) -> None:
    output = run_example("quickstart.py", tmp_path)
    assert "refused:" in output
    assert "[ 1.  5.  9. 13.]" in output


def test_edges(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    output = run_example("edges.py", tmp_path)
    assert "largest difference from NumPy" in output
    assert (tmp_path / "edges.png").read_bytes().startswith(b"\x89PNG")


def test_edges_of_a_given_picture(tmp_path: Path) -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    picture = [[(x // 8 + y // 8) % 2 for x in range(61)] for y in range(37)]
    pyplot.imsave(tmp_path / "checks.png", picture, cmap="gray")
    assert "61 x 37 pixels" in run_example("edges.py", tmp_path, "checks.png", "result.png")
    assert (tmp_path / "result.png").exists()


def test_cpp_quickstart(tmp_path: Path) -> None:
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(examples LANGUAGES CXX)\nfind_package(Nexus REQUIRED)\n"
        f"add_executable(quickstart {EXAMPLES / 'quickstart.cpp'})\n"
        "target_link_libraries(quickstart PRIVATE Nexus::nexus)\n"
        f"add_library(kernels MODULE {EXAMPLES / 'kernels.cpp'})\n"
        f"target_include_directories(kernels PRIVATE {nexus.include_dir()})\n"
        'target_compile_features(kernels PRIVATE cxx_std_20)\nset_target_properties(kernels PROPERTIES PREFIX "")\n'
    )
    subprocess.run(["cmake", "-S", ".", "-B", "build", f"-DNexus_ROOT={nexus.cmake_dir()}"], cwd=tmp_path, check=True)
    subprocess.run(["cmake", "--build", "build"], cwd=tmp_path, check=True)
    quickstart = str(tmp_path / "build" / "quickstart")
    result = subprocess.run([quickstart, "build/kernels.so"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "y[3] = 7" in result.stdout
    wrong = subprocess.run([quickstart, "missing.so"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    assert "Unavailable: " in wrong.stderr
    assert "missing.so" in wrong.stderr
