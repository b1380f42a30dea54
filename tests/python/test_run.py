"""nexus run."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from command_line import CommandLine
from conftest import compile_kernels

import nexus
from nexus.kernel_runs.progress import Progress

SIZE = ("--grid", "4", "--block", "8")

UNSTABLE = """
#include <nexus/kernel.h>
#include <atomic>
NX_KERNEL(count, (NX_OUT(int32_t) result)) {
  static std::atomic<int> calls{0};
  if (NX_GLOBAL_ID(0) == 0) result[2] = ++calls;
}
"""


@pytest.fixture(scope="module")
def unstable_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a kernel that gives another result each time."""
    folder = tmp_path_factory.mktemp("unstable")
    (folder / "unstable.cpp").write_text(UNSTABLE)
    return compile_kernels(folder / "unstable.cpp", folder / "unstable.so")


@pytest.fixture
def arrays(tmp_path: Path) -> Path:
    """A folder with x.npy and y.npy."""
    np.save(tmp_path / "x.npy", np.arange(32, dtype=np.float32))
    np.save(tmp_path / "y.npy", np.ones(32, dtype=np.float32))
    return tmp_path


def test_list_of_kernels(nexus_command: CommandLine, library_path: Path, plain_library_path: Path) -> None:
    called = nexus_command("run", library_path)
    assert called.code == 0
    assert "saxpy(x: in float32*, y: inout float32*, a: float32, n: uint64)\n" in called.out
    assert "noop()\n" in called.out
    assert "does not tell its kernels" in nexus_command("run", plain_library_path).out
    report = nexus_command("run", library_path, "--json").json
    (saxpy,) = [kernel for kernel in report["kernels"] if kernel["name"] == "saxpy"]
    assert saxpy["arguments"][1] == {"name": "y", "kind": "buffer", "dtype": "float32", "access": "read_write"}
    assert saxpy["arguments"][3] == {"name": "n", "kind": "number", "dtype": "uint64", "access": "read"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["x.npy", "y.npy:inout", "2.0", "32"],
        ["x.npy:in", "y.npy", "2", "0x20"],
        ["n=32", "a=2", "y=y.npy", "x=x.npy"],
        ["x.npy", "y.npy", "n=3.2e1", "a=2e0"],
        ["arange:32", "ones:32", "2.0:float32", "32:uint64"],
        ["arange:4x8:fp32:in", "ones:2x16:inout", "2", "32"],
    ],
)
def test_arguments(nexus_command: CommandLine, arrays: Path, library_path: Path, arguments: list[str]) -> None:
    called = nexus_command("run", library_path, "saxpy", *SIZE, *arguments, "--out", "y=result.npy")
    assert called.code == 0, called.err
    assert np.array_equal(np.load(arrays / "result.npy").ravel(), 1 + 2 * np.arange(32))
    assert np.array_equal(np.load(arrays / "y.npy"), np.ones(32))
    assert "saxpy on cpu:0" in called.out
    assert "saved y as result.npy" in called.out


def test_options_between_arguments(nexus_command: CommandLine, arrays: Path, library_path: Path) -> None:
    words = ["--block", "8", library_path, "saxpy", "x.npy", "--grid=4", "y.npy", "-1e0", "--out", "1=r.npy", "32"]
    assert nexus_command("run", *words).code == 0
    assert np.array_equal(np.load(arrays / "r.npy"), 1 - np.arange(32))


def test_every_kind_of_number(nexus_command: CommandLine, tmp_path: Path, library_path: Path) -> None:
    words = ["zeros:4", "-128", "18446744073709551615", "-inf", "true", "--out", "result=r.npy"]
    called = nexus_command("run", library_path, "scalars", "--grid", "1", "--block", "1", *words)
    assert called.code == 0, called.err
    assert np.array_equal(np.load(tmp_path / "r.npy"), [-128, 2.0**64, -np.inf, 1])


def test_three_dimensions(nexus_command: CommandLine, tmp_path: Path, library_path: Path) -> None:
    size = ("--grid", "2x3x2", "--block", "4x1x2")
    called = nexus_command("run", library_path, "fill_index", *size, "zeros:4x3x8", "--out", "result=r.npy")
    assert called.code == 0, called.err
    assert "grid 2x3x2, block 4x1x2" in called.out
    assert np.array_equal(np.load(tmp_path / "r.npy"), np.arange(96).reshape(4, 3, 8))


def test_shared_memory(nexus_command: CommandLine, tmp_path: Path, library_path: Path) -> None:
    words = ["arange:32", "zeros:32", "--shared", "32", "--out", "result=r.npy"]
    assert nexus_command("run", library_path, "reverse", *SIZE, *words).code == 0
    assert np.array_equal(np.load(tmp_path / "r.npy"), np.arange(32).reshape(4, 8)[:, ::-1].ravel())


def test_random_arrays_depend_on_the_seed(nexus_command: CommandLine, tmp_path: Path, library_path: Path) -> None:
    def result(seed: int) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
        words = ["random:32", "random:32", "a=1", "n=32", "--seed", str(seed), "--out", "y=r.npy"]
        assert nexus_command("run", library_path, "saxpy", *SIZE, *words).code == 0
        values: np.ndarray[tuple[int], np.dtype[np.float32]] = np.load(tmp_path / "r.npy")
        return values

    first = result(1)
    assert np.array_equal(first, result(1))
    assert not np.array_equal(first, result(2))
    assert 0 <= first.min() < first.max() < 2


def test_a_file_that_is_only_written_gives_its_shape(
    nexus_command: CommandLine, arrays: Path, library_path: Path
) -> None:
    words = ["x.npy", "x.npy", "y.npy:out", "n=16", "--out", "result=r.npy"]
    assert nexus_command("run", library_path, "vadd", *SIZE, *words).code == 0
    assert np.array_equal(np.load(arrays / "r.npy"), [*range(0, 32, 2), *[0] * 16])


def test_a_file_is_converted(nexus_command: CommandLine, tmp_path: Path, library_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.asfortranarray(np.arange(32, dtype=">i2").reshape(4, 8)))
    words = ["x.npy:float32", "zeros:32", "1", "32", "--out", "y=r.npy"]
    assert nexus_command("run", library_path, "saxpy", *SIZE, *words).code == 0
    assert np.array_equal(np.load(tmp_path / "r.npy"), np.arange(32))


def test_a_library_without_metadata(nexus_command: CommandLine, tmp_path: Path, plain_library_path: Path) -> None:
    words = ["zeros:32:float64", "2:float64", "--out", "0=r.npy"]
    assert nexus_command("run", plain_library_path, "scale_index", *SIZE, *words).code == 0
    assert np.array_equal(np.load(tmp_path / "r.npy"), 2 * np.arange(32))


def test_repeated_runs_begin_with_the_same_inputs(nexus_command: CommandLine, arrays: Path, library_path: Path) -> None:
    words = ["x.npy", "y.npy", "1", "32", "--out", "y=r.npy", "--repeat", "3"]
    called = nexus_command("run", library_path, "saxpy", *SIZE, *words)
    assert called.code == 0
    assert np.array_equal(np.load(arrays / "r.npy"), 1 + np.arange(32))
    header, row = called.out.splitlines()[1:3]
    assert header.split() == ["time", "min", "median", "max"]
    assert row.startswith("3 runs")


@pytest.mark.usefixtures("arrays")
def test_json(nexus_command: CommandLine, library_path: Path) -> None:
    words = ["x.npy", "y.npy", "1", "n=32", "--out", "y=r.npy", "--repeat", "3", "--check", "cpu:0"]
    report = nexus_command("run", library_path, "saxpy", *SIZE, *words, "--json").json
    assert report["kernel"] == "saxpy"
    assert report["device"]["id"] == "cpu:0"
    assert (report["grid"], report["block"], report["shared_bytes"]) == ([4], [8], 0)
    assert report["arguments"] == ["x.npy", "y.npy", "1", "n=32"]
    assert report["clock"] == "device"
    assert len(report["seconds"]) == 3
    assert all(0 < seconds < 10 for seconds in report["seconds"])
    assert report["results"] == [{"index": 1, "name": "y", "dtype": "float32", "shape": [32], "file": "r.npy"}]
    assert report["check"]["agrees"] is True


@pytest.mark.usefixtures("arrays")
def test_check(nexus_command: CommandLine, library_path: Path, unstable_path: Path) -> None:
    called = nexus_command("run", library_path, "saxpy", *SIZE, "x.npy", "y.npy", "1", "32", "--check", "cpu")
    assert called.code == 0
    assert "cpu:0: y agrees, largest difference 0\n" in called.out
    called = nexus_command("run", library_path, "noop", *SIZE, "--check", "cpu")
    assert called.code == 0
    assert "no result to compare" in called.out
    called = nexus_command("run", unstable_path, "count", *SIZE, "zeros:3", "--check", "cpu")
    assert called.code == 1
    assert "cpu:0: result differs in 1 of 3 elements, most at [2]: " in called.out
    assert nexus_command("run", unstable_path, "count", *SIZE, "zeros:3", "--check", "cpu", "--atol", "1").code == 0
    called = nexus_command("run", unstable_path, "count", *SIZE, "zeros:3", "--check", "cpu", "--json")
    assert called.code == 1
    (result,) = called.json["check"]["results"]
    assert (result["agrees"], result["differing_elements"], result["index"]) == (False, 1, [2])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["saxpi", *SIZE], "(did you mean 'saxpy'?)"),
        (["saxpy", "--block", "8"], "kernel 'saxpy': --grid is missing, as in --grid 256 or --grid 16x16"),
        (["saxpy", "--grid", "4"], "kernel 'saxpy': --block is missing"),
        (["--grid", "4"], "--grid needs the name of a kernel; "),
        (["--out", "y=r.npy"], "--out needs the name of a kernel; the kernels are "),
        (["n=3", *SIZE], "'n=3' needs the name of a kernel before it; the kernels are "),
        (["saxpy", *SIZE, "x.npy"], "argument 1 'y' is missing: give an array, as in y=FILE.npy or y=random:1024"),
        (
            ["vadd", *SIZE, "x.npy", "x.npy"],
            "argument 2 'result' is missing: give the shape of the result, as in result=zeros",
        ),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1"], "argument 3 'n' is missing: give a number, as in n=1"),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1", "2", "3"], "takes 4 arguments (x, y, a, n), but 5 were given"),
        (["saxpy", *SIZE, "z=1"], "has no argument 'z'; its arguments: x, y, a, n"),
        (["saxpy", *SIZE, "x.npy", "x=x.npy"], "argument 0 'x' was given twice: 'x.npy' and 'x=x.npy'"),
        (["saxpy", *SIZE, "1", "y.npy", "1", "2"], "argument 0 'x' takes an array, but '1' is a number: give an array"),
        (["saxpy", *SIZE, "x.npy", "y.npy", "x.npy", "2"], "argument 2 'a' takes a number, but 'x.npy' is an array"),
        (
            ["saxpy", *SIZE, "x.npy:out", "y.npy", "1", "2"],
            "the kernel only reads it, so 'x.npy:out' cannot be a result",
        ),
        (
            ["saxpy", *SIZE, "x.npy", "y.npy:in", "1", "2"],
            "the kernel writes it, so 'y.npy:in' must end in :out or :inout",
        ),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1:in", "2"], "'1:in' is a number, which a kernel only reads"),
        (["saxpy", *SIZE, "x.npy:in:in"], "says twice what the kernel does with it"),
        (["saxpy", *SIZE, "x.npy:int8:fp32"], "'x.npy:int8:fp32' has two types"),
        (["saxpy", *SIZE, "x"], "'x' is no argument of a kernel: write FILE.npy, zeros:SHAPE"),
        (["saxpy", *SIZE, "x.npy:float31"], "'x.npy:float31' is no argument of a kernel"),
        (["saxpy", *SIZE, "zeros"], "'zeros' lacks its shape: write zeros:1024 or zeros:32x64"),
        (["saxpy", *SIZE, "zeros:4x-4"], "'4x-4' is no size: write 1024, 32x64 or 8x32x64"),
        (["saxpy", *SIZE, "zeros:32:", "y.npy", "1", "2"], "'' is no element type"),
        (["saxpy", *SIZE, "no.npy", "y.npy", "1", "2"], "argument 0 'x': cannot read 'no.npy': No such file"),
        (["saxpy", *SIZE, "text.npy", "y.npy", "1", "2"], "argument 0 'x': 'text.npy' is no array of NumPy's"),
        (["saxpy", *SIZE, "objects.npy", "y.npy", "1", "2"], "argument 0 'x': 'objects.npy' is no array of NumPy's"),
        (
            ["saxpy", *SIZE, "d.npy", "y.npy", "1", "2"],
            "takes float32, but 'd.npy' has float64; d.npy:float32 converts it",
        ),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1", "2.5"], "argument 3 'n': the value 2.5 does not fit uint64"),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1", "-2"], "argument 3 'n': the value -2 does not fit uint64"),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1", "300:uint8"], "argument 3 'n': 300 does not fit uint8"),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1", "2.5:uint8"], "argument 3 'n': 2.5 does not fit uint8"),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1", "nan:uint8"], "argument 3 'n': nan does not fit uint8"),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1", "9" * 30 + ":uint8"], "argument 3 'n': " + "9" * 30 + " does not fit"),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1e300:float32", "2"], "argument 2 'a': 1e+300 does not fit float32"),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1j:float32", "2"], "argument 2 'a': 1j does not fit float32"),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1j", "2"], "argument 2 'a'"),
        (
            ["reverse", *SIZE, "half.npy:int32", "zeros:32"],
            "argument 0 'values': the array, of float64 with such values",
        ),
        (["saxpy", *SIZE, "zeros:9999999x9999999x9999999", "y.npy", "1", "2"], "cannot be made: "),
        (
            ["saxpy", "--grid", "4", "--block", "10000000", "x.npy", "y.npy", "1", "2"],
            "block (10000000, 1, 1) has x = ",
        ),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1", "2", "--out", "r.npy"], "--out r.npy: write ARGUMENT=FILE.npy"),
        (
            ["saxpy", *SIZE, "x.npy", "y.npy", "1", "2", "--out", "x=r.npy"],
            "'x' is no result of kernel 'saxpy'; its results: y",
        ),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1", "2", "--out", "y=a", "--out", "1=b"], "'y' is saved as 'a' already"),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1", "2", "--out", "y=no/r.npy"], "there is no folder 'no'"),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1", "2", "--out", "y=."], "cannot write '.': Is a directory"),
        (["saxpy", *SIZE, "x.npy", "y.npy", "1", "2", "--check", "cpu:9"], "runtime 'cpu' has no device 9"),
        (["throws", "--grid", "1", "--block", "1", "7"], "kernel 'throws' threw: the kernel threw on purpose, code 7"),
        (["noop", *SIZE, "--define", "A=1"], "--define is for sources, but '"),
        (["noop", *SIZE, "--option=-O2"], "--option is for sources, but '"),
    ],
)
def test_wrong_use_is_refused_in_one_line(
    nexus_command: CommandLine, arrays: Path, library_path: Path, arguments: list[str], message: str
) -> None:
    np.save(arrays / "d.npy", np.zeros(32))
    np.save(arrays / "half.npy", np.full(32, 0.5))
    np.save(arrays / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    (arrays / "text.npy").write_text("no array")
    called = nexus_command("run", library_path, *arguments)
    assert called.code == 1
    assert message in called.err
    assert called.err.startswith("nexus: ")
    assert called.err.count("\n") == 1
    assert called.out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: FILE"),
        (["a.so", "k", "--grid", "4x"], "argument --grid: '4x' is no size: write 1024, 32x64 or 8x32x64"),
        (["a.so", "k", "--grid", "1x1x1x1"], "'1x1x1x1' must be one to three numbers above 0"),
        (["a.so", "k", "--block", "0"], "'0' must be one to three numbers above 0"),
        (["a.so", "k", "--repeat", "0"], "argument --repeat: 0 must be 1 or more"),
        (["a.so", "k", "--shared", "-1"], "argument --shared: -1 must be 0 or more"),
        (["a.so", "k", "--rtol", "nan"], "argument --rtol: nan must be 0 or more"),
        (["a.so", "k", "--speed", "1"], "unrecognized arguments: --speed"),
    ],
)
def test_wrong_options(nexus_command: CommandLine, arguments: list[str], message: str) -> None:
    called = nexus_command("run", *arguments)
    assert called.code == 2
    assert message in called.err


def test_a_device_that_is_not_there(nexus_command: CommandLine, library_path: Path) -> None:
    called = nexus_command("run", library_path, "noop", *SIZE, "--device", "no")
    assert called.code == 1
    # Lines on plugins that have no device may follow.
    assert called.err.startswith("nexus: there is no runtime 'no'; ")


def test_a_file_that_is_not_there(nexus_command: CommandLine) -> None:
    assert nexus_command("run", "no.so").err.endswith("cannot open 'no.so': No such file or directory\n")
    assert nexus_command("run", "no.cpp").err == "nexus: cannot read 'no.cpp': No such file or directory\n"


def test_a_type_that_nobody_tells(nexus_command: CommandLine, plain_library_path: Path) -> None:
    for arguments, message in [
        (["zeros:32", "2:float64"], "argument 0: its type is not known; write it as in zeros:1024:float32"),
        (["zeros:32:float64", "2"], "argument 1: its type is not known; write it as in 2:float32"),
        (
            ["zeros:32:float64", "a=2:float64"],
            "does not tell the names of its arguments: give 'a=2:float64' without a name",
        ),
    ]:
        called = nexus_command("run", plain_library_path, "scale_index", *SIZE, *arguments)
        assert called.code == 1
        assert message in called.err


SOURCE = """
#include "factor.h"
// nexus run: scale x=arange:32 a=3 --grid 4 --block 8
NX_KERNEL(scale, (NX_INOUT(float) x, NX_VALUE(float) a)) { x[NX_GLOBAL_ID(0)] *= a * FACTOR; }
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A source that includes a file beside it, in another folder than the one in which the command runs."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    (folder / "factor.h").write_text("#ifndef FACTOR\n#define FACTOR 1\n#endif\n")
    (folder / "scale.cpp").write_text(SOURCE)
    return folder / "scale.cpp"


@pytest.mark.parametrize(
    ("options", "factor"),
    [
        ([], 3),
        (["a=2"], 2),
        (["arange:32", "5"], 5),
        (["--define", "FACTOR=2"], 6),
        (["--option=-DFACTOR=4"], 12),
        (["--define", "FACTOR"], 3),
        (["--language", "nexus"], 3),
        (["--grid", "4"], 3),
    ],
)
def test_source_with_a_run_line(
    nexus_command: CommandLine, tmp_path: Path, source: Path, options: list[str], factor: int
) -> None:
    called = nexus_command("run", source, "scale", *options, "--out", "x=r.npy", "--check", "cpu")
    if "a=2" in options:  # there is one kernel only, so its name may be left out
        assert nexus_command("run", source, *options).out.splitlines()[2:] == called.out.splitlines()[2:3]
    assert called.code == 0, called.err
    assert "grid 4, block 8" in called.out
    assert np.array_equal(np.load(tmp_path / "r.npy"), factor * np.arange(32))


def test_the_command_line_goes_before_the_run_line(nexus_command: CommandLine, tmp_path: Path, source: Path) -> None:
    called = nexus_command("run", source, "scale", "--grid", "2", "--block", "8", "--out", "x=r.npy")
    assert called.code == 0, called.err
    assert np.array_equal(np.load(tmp_path / "r.npy"), [*range(0, 48, 3), *range(16, 32)])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x=arange:32 3 --grid 4 --block 8", "arguments need their names here, as in n=1024"),
        ("x=arange --grid 4 --block 8", "'x=arange' lacks its shape"),
        ("x=arange:32 a=3 --grid 4x", "argument --grid: '4x' is no size"),
        ("x=arange:32 a=3 --speed 4", "unrecognized arguments: --speed 4"),
        ("x='arange:32 a=3", "No closing quotation"),
    ],
)
def test_a_wrong_run_line(nexus_command: CommandLine, source: Path, line: str, message: str) -> None:
    source.write_text(SOURCE.replace("x=arange:32 a=3 --grid 4 --block 8", line))
    called = nexus_command("run", source, "scale")
    assert called.code == 1
    assert f"scale.cpp, line 3: 'nexus run: scale ...': {message}" in called.err
    assert called.err.count("\n") == 1


@pytest.mark.parametrize("barrier", ["", "NX_BARRIER();"])
def test_a_compiled_source_tells_the_access(nexus_command: CommandLine, source: Path, barrier: str) -> None:
    parameters = "(NX_IN(float) x, NX_OUT(float) y, NX_INOUT(float) z)"
    source.write_text(f"NX_KERNEL(k, {parameters}) {{ {barrier} y[NX_LOCAL_ID(0)] = x[0]; z[0] = 1; }}")
    called = nexus_command("run", source, "--device", "cpu")
    assert called.out == "k(x: in float32*, y: out float32*, z: inout float32*)\n"


def test_a_source_that_does_not_compile(nexus_command: CommandLine, source: Path) -> None:
    source.write_text(SOURCE.replace("FACTOR;", "FACTER;"))
    called = nexus_command("run", source)
    assert called.code == 1
    assert "scale.cpp:4" in called.err
    assert "FACTER" in called.err


def test_a_language_that_the_device_does_not_take(nexus_command: CommandLine, source: Path) -> None:
    called = nexus_command("run", source, "--language", "fortran", "--device", "cpu")
    assert called.code == 1
    assert "fortran" in called.err
    assert "nexus" in called.err


def test_a_file_that_is_no_text(nexus_command: CommandLine, library_path: Path) -> None:
    called = nexus_command("run", library_path, "--language", "nexus")
    assert called.code == 1
    assert "is no text, so it cannot be compiled; leave --language out to load a built library" in called.err


def test_interrupt(library_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "nexus",
        "run",
        str(library_path),
        "spin",
        "--grid",
        "1",
        "--block",
        "1",
        "60000000",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        # Only what has begun to run can be interrupted there.
        while f"{process.pid}" and not _is_spinning(process.pid):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert (out, err) == ("", "")


def _is_spinning(pid: int) -> bool:
    """Whether a thread of the process beside the first has used a tenth of a second of a processor."""
    ticks = os.sysconf("SC_CLK_TCK")
    for task in Path(f"/proc/{pid}/task").iterdir():
        if task.name != str(pid):
            used = int((task / "stat").read_text().rpartition(")")[2].split()[11])
            if used > ticks / 10:
                return True
    return False


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_on_a_terminal() -> None:
    terminal = _Terminal()
    with Progress("counting", 4, terminal) as progress:
        progress.advance()
        while "1/4" not in terminal.getvalue():
            time.sleep(0.01)
        assert "\rcounting: [######..................] 1/4, " in terminal.getvalue().replace("\033[K", "")
        progress.begin("waiting")
        while "waiting: " not in terminal.getvalue():
            time.sleep(0.01)
    assert terminal.getvalue().endswith("\r\033[K")


def test_no_progress_elsewhere() -> None:
    file = io.StringIO()
    with Progress("counting", 4, file):
        time.sleep(0.7)
    assert file.getvalue() == ""


def test_the_device_is_chosen_as_everywhere(
    nexus_command: CommandLine, library_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEXUS_DEVICE", "none:0")
    called = nexus_command("run", library_path, "noop", *SIZE)
    assert called.code == 1
    assert "NEXUS_DEVICE" in called.err
    assert nexus.get_device("cpu").id in nexus_command("run", library_path, "noop", *SIZE, "--device", "cpu").out
