"""nexus compare: the CPU beside a second runtime, which forwards to the CPU and fails where it is told to."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import Called, CommandLine
from conftest import compile_kernels

import nexus
from nexus.kernel_runs.difference import compare

if "NEXUS_BUILD_DIR" not in os.environ:
    pytest.skip("needs a plugin of the build tree that NEXUS_BUILD_DIR names", allow_module_level=True)
SECOND = Path(os.environ["NEXUS_BUILD_DIR"], "tests", "plugins", "faulty", "libnexus_plugin_faulty.so")

KERNELS = """
#include <nexus/kernel.h>
#include <cstdio>
#include <unistd.h>
NX_KERNEL(process, (NX_OUT(int32_t) result)) {
  if (NX_GLOBAL_ID(0) == 0) result[5] = getpid();
}
NX_KERNEL(talk, (NX_OUT(int32_t) result)) {
  if (NX_GLOBAL_ID(0) == 0) std::puts("{talking}");
  result[0] = 1;
}
NX_KERNEL(crash, (NX_OUT(int32_t) result)) {
  result[0] = *reinterpret_cast<volatile int*>(8 + NX_GLOBAL_ID(0));
}
"""


@pytest.fixture(scope="module")
def unstable_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a kernel that gives another result in each process, and one that crashes."""
    folder = tmp_path_factory.mktemp("unstable")
    (folder / "unstable.cpp").write_text(KERNELS)
    return compile_kernels(folder / "unstable.cpp", folder / "unstable.so")


def compare_on_both(*arguments: "str | Path", faults: str = "") -> Called:
    """Calls `nexus compare` in a process that has the devices cpu:0 and faulty:0."""
    command = [sys.executable, "-m", "nexus", "compare", *map(str, arguments)]
    environment = {**os.environ, "NEXUS_PLUGIN_PATH": str(SECOND), "NEXUS_FAULTS": faults}
    for options in ("ASAN_OPTIONS", "TSAN_OPTIONS"):
        environment[options] = f"{environment.get(options, '')}:handle_segv=0"
    only = [] if "--device" in arguments else ["--device", "cpu:0", "--device", "faulty:0"]
    done = subprocess.run([*command, *only], env=environment, capture_output=True, text=True, timeout=120, check=False)
    return Called(done.returncode, done.stdout, done.stderr)


def test_every_device_that_is_found(library_path: Path) -> None:
    command = [sys.executable, "-m", "nexus", "compare", str(library_path), "saxpy", "--repeat", "2", "--json"]
    environment = {**os.environ, "NEXUS_PLUGIN_PATH": str(SECOND)}
    report = json.loads(subprocess.run(command, env=environment, capture_output=True, check=False).stdout)
    found = [device["id"] for device in report["kernels"][0]["devices"]]
    assert found[0] == "cpu:0"
    assert "faulty:0" in found
    assert len(found) == len(set(found))


def test_agreement(library_path: Path) -> None:
    called = compare_on_both(library_path, "saxpy", "n=65536", "--repeat", "2")
    assert called.code == 0, called.err
    title, arguments, header, first, second, *_, verdict = called.out.splitlines()
    assert title == "saxpy: grid 1024, block 64"
    assert arguments == "  x=random:65536  y=random:65536  a=0.5  n=65536"
    assert header.split() == ["device", "name", "min", "median", "result"]
    assert first.startswith("cpu:0 ")
    assert first.endswith(" reference")
    assert second.startswith("faulty:0 ")
    assert second.endswith(" agrees, largest difference 0")
    assert verdict == "All results agree."


def test_json(library_path: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.arange(32, dtype=np.float32))
    x = tmp_path / "x.npy"
    size = ("--grid", "4", "--block", "8", "--repeat", "3")
    report = json.loads(
        compare_on_both(library_path, "vadd", x, x, "zeros:32", "32", *size, "--json", "--reference", "faulty").out
    )
    assert report["agrees"] is True
    (kernel,) = report["kernels"]
    assert (kernel["kernel"], kernel["grid"], kernel["block"], kernel["reference"]) == ("vadd", [4], [8], "faulty:0")
    reference, other = kernel["devices"]
    assert (reference["id"], reference["differences"]) == ("faulty:0", [])
    assert (other["id"], other["state"], len(other["seconds"])) == ("cpu:0", "ran", 3)
    (difference,) = other["differences"]
    assert (difference["name"], difference["agrees"], difference["largest_difference"]) == ("result", True, 0)


def test_a_library_without_metadata(plain_library_path: Path) -> None:
    size = ("--grid", "4", "--block", "8", "--repeat", "2")
    called = compare_on_both(plain_library_path, "scale_index", "zeros:32:float64", "2:float64", *size)
    assert called.code == 0, called.err
    assert called.out.splitlines()[-1] == "All results agree."


def test_disagreement(unstable_path: Path) -> None:
    called = compare_on_both(unstable_path, "process", "--size", "64")
    assert called.code == 1
    assert "result differs in 1 of 64 elements, most at [5]: " in called.out
    assert called.out.splitlines()[-1] == "1 of 1 kernels failed: process"
    assert compare_on_both(unstable_path, "process", "--size", "64", "--atol", "1e9").code == 0


def test_a_device_that_cannot_run_it(library_path: Path) -> None:
    called = compare_on_both(library_path, "vadd", faults="library_create:1=UNSUPPORTED")
    assert called.code == 0
    (row,) = [line for line in called.out.splitlines() if line.startswith("faulty:0")]
    assert "cannot run: " in row
    assert "library_create" in row
    assert called.out.splitlines()[-1] == "Only one device ran; there was nothing to compare."


def test_the_reference_must_run(library_path: Path) -> None:
    called = compare_on_both(library_path, "vadd", "--reference", "faulty:0", faults="buffer_create:1=OUT_OF_MEMORY")
    assert called.code == 1
    assert called.err.startswith("nexus: the reference faulty:0: cannot run: ")


def test_a_device_that_hangs(library_path: Path) -> None:
    called = compare_on_both(library_path, "vadd", "--timeout", "4", faults="launch:1=hang")
    assert called.code == 1
    assert "failed: not done after 4 s; --timeout gives it longer" in called.out


def test_a_kernel_that_crashes(unstable_path: Path) -> None:
    called = compare_on_both(unstable_path, "crash")
    assert called.code == 1
    assert called.out.count("failed: crashed by SIGSEGV") == 2
    assert called.err == ""


def test_a_kernel_that_prints(unstable_path: Path) -> None:
    called = compare_on_both(unstable_path, "talk")
    assert called.code == 0, called.out
    assert called.out.count(" agrees, ") == 1


def test_all_kernels_of_a_file(unstable_path: Path) -> None:
    called = compare_on_both(unstable_path, "--device", "cpu:0", "--repeat", "1")
    assert called.code == 1
    assert [line.split(":")[0] for line in called.out.splitlines() if "grid 1024, block 64" in line] == [
        "crash",
        "process",
        "talk",
    ]
    assert called.out.splitlines()[-1] == "1 of 3 kernels failed: crash"


def test_generated_arguments_fit_their_types(nexus_command: CommandLine, library_path: Path) -> None:
    called = nexus_command("compare", library_path, "scalars", "--device", "cpu", "--repeat", "1")
    assert "i8=127  u64=256  f64=0.5  flag=1" in called.out
    called = nexus_command("compare", library_path, "vadd", "--device", "cpu", "--repeat", "1", "--size", "10")
    assert "vadd: grid 1, block 10\n  x=random:10  y=random:10  result=zeros:10  n=3\n" in called.out
    assert called.code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no.so"], "nexus: no device can run 'no.so'\ncpu:0: cannot load library 'no.so': cannot open 'no.so'"),
        (["LIBRARY", "saxpi"], "(did you mean 'saxpy'?)"),
        (["PLAIN"], "does not tell its kernels: name one of them"),
        (["LIBRARY", "noop", "--reference", "cpu:7"], "runtime 'cpu' has no device 7"),
        (["LIBRARY", "noop", "--device", "no"], "there is no runtime 'no'"),
        (["LIBRARY", "saxpy", "z=1"], "kernel 'saxpy' has no argument 'z'"),
        (["LIBRARY", "saxpy", "x=no.npy"], "argument 0 'x': cannot read 'no.npy'"),
    ],
)
def test_wrong_use(
    nexus_command: CommandLine, library_path: Path, plain_library_path: Path, arguments: list[str], message: str
) -> None:
    places = {"LIBRARY": str(library_path), "PLAIN": str(plain_library_path)}
    device = [] if "--device" in arguments else ["--device", "cpu:0"]
    called = nexus_command("compare", *(places.get(argument, argument) for argument in arguments), *device)
    assert called.code == 1
    assert message in called.err
    assert called.out == ""


@pytest.mark.parametrize("option", ["--size=0", "--timeout=0", "--timeout=-1", "--repeat=0", "--atol=-1"])
def test_wrong_options(nexus_command: CommandLine, option: str) -> None:
    called = nexus_command("compare", "a.so", option)
    assert called.code == 2
    assert f"argument {option.partition('=')[0]}: " in called.err


@pytest.mark.parametrize(
    ("value", "reference", "count", "largest"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0, 0),
        ([1.0, 2.00001], [1.0, 2.0], 0, 1e-5),
        ([1.0, 2.1], [1.0, 2.0], 1, 0.1),
        ([np.nan, np.inf], [np.nan, np.inf], 0, 0),
        ([np.nan, 1.0], [1.0, 1.0], 1, np.inf),
        ([1.0, 1.0], [np.nan, 1.0], 1, np.inf),
        ([-np.inf, 1.0], [np.inf, 1.0], 1, np.inf),
        ([1e30, 1.0], [np.inf, 1.0], 1, np.inf),
        ([], [], 0, 0),
    ],
)
def test_differences_of_floats(value: list[float], reference: list[float], count: int, largest: float) -> None:
    found = compare("y", np.array(value, np.float32), np.array(reference, np.float32))
    assert (found.count, found.total) == (count, len(value))
    assert found.largest == pytest.approx(largest, rel=0.1)
    assert found.agrees == (count == 0)
    json.dumps(found.to_json(), allow_nan=False)


@pytest.mark.parametrize(
    ("value", "reference", "largest"),
    [
        (np.array([1, 2**63 + 1], np.uint64), np.array([1, 2**63], np.uint64), 1),
        (np.array([-128], np.int8), np.array([127], np.int8), 255),
        (np.array([True]), np.array([False]), 1),
        (np.array([1 + 1j], np.complex64), np.array([1 - 1j], np.complex64), 2),
    ],
)
def test_differences_of_other_types(value: Any, reference: Any, largest: float) -> None:
    found = compare("y", value, reference)
    assert not found.agrees
    assert found.largest == largest
    assert "y differs in 1 of " in found.describe()


def test_place_of_a_difference() -> None:
    reference = np.zeros((3, 4), np.float32)
    value = reference.copy()
    value[1, 2], value[2, 3] = 3, 2
    text = compare("y", value, reference).describe()
    assert text.startswith(
        "y differs in 2 of 12 elements, most at [1, 2]: 3.0, but 0.0 in the reference (tolerance 1e-05 "
    )


def test_results_of_other_shapes_are_refused() -> None:
    with pytest.raises(nexus.InvalidArgumentError, match="'y' is float32"):
        compare("y", np.zeros(3, np.float32), np.zeros(4, np.float32))
