"""The README's examples, run word for word."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import nexus

README = (Path(__file__).parent.parent.parent / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


def block(language: str, part: str) -> str:
    found = [text for text in blocks(language) if part in text]
    assert len(found) == 1, f"{len(found)} {language} blocks with {part!r}"
    return found[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the README's kernel, compiled by the README's command."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "saxpy.cpp").write_text(block("cpp", "// saxpy.cpp"))
    command = block("sh", "saxpy.so").replace("python -m nexus", f"'{sys.executable}' -m nexus")
    subprocess.run(["bash", "-euc", command], cwd=folder, check=True)
    return folder


def test_python_example(folder: Path) -> None:
    subprocess.run([sys.executable, "-c", block("python", "import")], cwd=folder, check=True)


def test_python_example_has_ten_lines() -> None:
    assert len([line for line in block("python", "import").splitlines() if line.strip()]) <= 10


def test_shell_example(folder: Path) -> None:
    commands = re.sub(r"^nexus\b", f"'{sys.executable}' -m nexus", block("sh", "nexus run"), flags=re.MULTILINE)
    subprocess.run(["bash", "-euc", commands], cwd=folder, check=True)
    assert (folder / "result.npy").exists()


def test_cpp_example(folder: Path) -> None:
    (folder / "quickstart.cpp").write_text(block("cpp", "// quickstart.cpp"))
    (folder / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(readme LANGUAGES CXX)\n"
        "add_executable(quickstart quickstart.cpp)\n" + block("cmake", "find_package")
    )
    configure = ["cmake", "-S", ".", "-B", "build", f"-DNexus_ROOT={nexus.cmake_dir()}"]
    subprocess.run(configure, cwd=folder, check=True)
    subprocess.run(["cmake", "--build", "build"], cwd=folder, check=True)
    subprocess.run([str(folder / "build" / "quickstart")], cwd=folder, check=True)


def test_error_message_is_the_one_shown(folder: Path) -> None:
    device = nexus.get_device("cpu")
    saxpy = device.load_library(folder / "saxpy.so").get_kernel("saxpy")
    buffer = device.create_buffer(8)
    with pytest.raises(nexus.InvalidArgumentError) as caught:
        saxpy.launch(1, 8, buffer, buffer, 2.0, -1)
    assert f"nexus.InvalidArgumentError: {caught.value}" in README
