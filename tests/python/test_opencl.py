"""The OpenCL runtime from Python: what is particular to it. Launches, copies and events are those of every device."""

import os
import threading
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from conftest import run_python
from trace_slices import end, slices

import nexus

SCALE = """
__kernel void scale(__global const float* x, __global float* y, const float factor, const uint n) {
  size_t i = get_global_id(0);
  if (i < n) y[i] = x[i] * factor * FACTOR;
}
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("NEXUS_CACHE_DIR", str(folder))
    return folder


@pytest.fixture(scope="module")
def opencl() -> nexus.Device:
    try:
        return nexus.get_device("opencl:0")
    except nexus.UnavailableError as error:
        pytest.skip(str(error))


def scaled(library: nexus.Library) -> list[float]:
    device = library.device
    x, y = device.create_buffer(np.arange(4, dtype=np.float32)), device.create_buffer((4,))
    library.get_kernel("scale").launch(1, 4, x, y, 2.0, 4, blocking=True)
    result = np.empty(4, np.float32)
    y.copy_to(result)
    values: list[float] = result.tolist()
    return values


def test_names_are_those_of_the_database(opencl: nexus.Device) -> None:
    assert opencl.get_property_str("Type") in ("cpu", "gpu", "accelerator")
    if opencl.get_property_str("Type") == "cpu":
        cpu = nexus.get_device("cpu:0")
        for name in ("Vendor", "Architecture"):
            assert opencl.get_property_str(name) == cpu.get_property_str(name)
    assert "opencl" in opencl.get_property_str_vec("KernelLanguages")


def test_arguments_are_known(opencl: nexus.Device) -> None:
    kernel = opencl.create_library(SCALE, "opencl", defines={"FACTOR": 1}).get_kernel("scale")
    assert str(kernel) == "<Kernel scale(x: in float32*, y: inout float32*, factor: float32, n: uint32)>"
    with pytest.raises(nexus.InvalidArgumentError, match=r"argument 2 'factor'.*takes a float32"):
        kernel.launch(1, 4, opencl.create_buffer((4,)), opencl.create_buffer((4,)), opencl.create_buffer((4,)), 4)


def test_second_compilation_loads_the_first(opencl: nexus.Device, cache: Path) -> None:
    assert scaled(opencl.create_library(SCALE, "opencl", defines={"FACTOR": 1})) == [0, 2, 4, 6]
    entries = list(cache.rglob("*.entry"))
    assert len(entries) == 1
    kernel = opencl.create_library(SCALE, "opencl", defines={"FACTOR": 1}).get_kernel("scale")
    assert [argument.name for argument in kernel.arguments or ()] == ["x", "y", "factor", "n"]
    assert scaled(kernel.library) == [0, 2, 4, 6]
    assert scaled(opencl.create_library(SCALE, "opencl", defines={"FACTOR": 2})) == [0, 4, 8, 12]
    assert len(list(cache.rglob("*.entry"))) == 2


def test_texts_that_include_files_are_not_kept(opencl: nexus.Device, cache: Path, tmp_path: Path) -> None:
    for factor in (1, 5):
        (tmp_path / "factor.h").write_text(f"#define FACTOR {factor}\n")
        library = opencl.create_library('#include "factor.h"\n' + SCALE, "opencl", options=f"-I{tmp_path}")
        assert scaled(library) == [0, 2 * factor, 4 * factor, 6 * factor]
    assert not list(cache.rglob("*.entry"))


def test_error_names_the_line_and_keeps_the_text(opencl: nexus.Device, cache: Path) -> None:
    text = "NX_KERNEL(wrong, (NX_OUT(float) x)) {\n  x[0] = 1;\n  x[1] = missing;\n}\n"
    with pytest.raises(nexus.CompileFailedError) as caught:
        opencl.create_library(text)
    message = str(caught.value)
    assert "missing" in message
    assert "CL_BUILD_PROGRAM_FAILURE" in message
    assert "options: -cl-kernel-arg-info" in message
    kept = Path(message.rpartition("kept in: ")[2])
    assert kept.is_relative_to(cache)
    assert kept.read_text() == text


def test_shared_memory_is_that_of_the_launch(opencl: nexus.Device) -> None:
    text = """
    __kernel void reverse(__global int* values, __local int* shared) {
      size_t i = get_local_id(0), n = get_local_size(0);
      shared[i] = values[i];
      barrier(CLK_LOCAL_MEM_FENCE);
      values[i] = shared[n - 1 - i];
    }
    """
    kernel = opencl.create_library(text, "opencl").get_kernel("reverse")
    assert [argument.name for argument in kernel.arguments or ()] == ["values"]
    buffer = opencl.create_buffer(np.arange(16, dtype=np.int32))
    kernel.launch(1, 16, buffer, shared_bytes=64, blocking=True)
    result = np.empty(16, np.int32)
    buffer.copy_to(result)
    assert result.tolist() == list(range(15, -1, -1))


def test_two_local_arguments_are_refused(opencl: nexus.Device) -> None:
    text = "__kernel void two(__local int* a, __local int* b, __global int* c) { *c = 1; }"
    kernel = opencl.create_library(text, "opencl").get_kernel("two")
    with pytest.raises(nexus.UnsupportedError, match="several __local arguments, 0 and 1"):
        kernel.launch(1, 1, opencl.create_buffer((1,), dtype="int32"), blocking=True)


def test_block_that_the_kernel_excludes_is_refused(opencl: nexus.Device) -> None:
    text = "__attribute__((reqd_work_group_size(8, 1, 1))) __kernel void eight(__global int* c) { *c = 1; }"
    kernel = opencl.create_library(text, "opencl").get_kernel("eight")
    buffer = opencl.create_buffer((1,), dtype="int32")
    with pytest.raises(
        nexus.InvalidArgumentError,
        match=r"'eight' with grid \(1, 1, 1\) and block \(4, 1, 1\): CL_INVALID_WORK_GROUP_SIZE",
    ):
        kernel.launch(1, 4, buffer, blocking=True)
    kernel.launch(1, 8, buffer, blocking=True)


def test_parts_of_buffers(opencl: nexus.Device) -> None:
    library = opencl.create_library(SCALE, "opencl", defines={"FACTOR": 1})
    x, y = opencl.create_buffer(np.arange(10, dtype=np.float32)), opencl.create_buffer(np.zeros(10, np.float32))
    if opencl.get_property_int("MemoryIsHostVisible"):
        library.get_kernel("scale").launch(1, 4, x[1:5], y[3:7], 1.0, 4, blocking=True)
        result = np.empty(10, np.float32)
        y.copy_to(result)
        assert result.tolist() == [0, 0, 0, 1, 2, 3, 4, 0, 0, 0]


@pytest.mark.usefixtures("opencl")
def test_unaligned_part_of_a_memory_object_is_refused() -> None:
    code = f"""
import nexus, numpy as np
device = nexus.get_device("opencl:0")
kernel = device.create_library('''{SCALE}''', "opencl", defines={{"FACTOR": 1}}).get_kernel("scale")
x, y = device.create_buffer(np.arange(1000, dtype=np.float32)), device.create_buffer((1000,))
alignment = device.get_property_int("BufferAlignment") // 4
kernel.launch(1, 4, x[alignment:], y, 1.0, 4, blocking=True)
result = np.empty(1000, np.float32)
y.copy_to(result)
print(result[0] == alignment)
try:
    kernel.launch(1, 4, x[1:], y, 1.0, 4, blocking=True)
except nexus.UnsupportedError as error:
    print(error)
"""
    result = run_python(code, NEXUS_OPENCL_MEMORY="buffer")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("True\n")
    assert "not from byte 4; pass the whole buffer and an index" in result.stdout


def test_binaries_of_others_are_refused(opencl: nexus.Device) -> None:
    if "cl_khr_il_program" not in opencl.get_property_str_vec("Features"):
        with pytest.raises(nexus.UnsupportedError, match=r"is SPIR-V, which .* does not take; give it OpenCL C source"):
            opencl.create_library(b"\x03\x02\x23\x07" + bytes(100))
    with pytest.raises(nexus.InvalidArgumentError, match="is no program that"):
        opencl.create_library(b"not a program")


def test_schedule_measures_its_commands(opencl: nexus.Device) -> None:
    kernel = opencl.create_library(SCALE, "opencl", defines={"FACTOR": 1}).get_kernel("scale")
    size = 1 << 20
    x, y = opencl.create_buffer(np.ones(size, np.float32)), opencl.create_buffer((size,))
    schedule = opencl.create_schedule()
    long = schedule.create_command(kernel, (x, y, 3.0, size), size // 256, 256)
    short = schedule.create_command(kernel, (x, y, 3.0, 1), 1, 1)
    schedule.run()
    schedule.timed = True

    def is_longer() -> bool:
        schedule.run()
        assert schedule.duration == long.duration + short.duration
        return long.duration > short.duration > 0

    assert any(is_longer() for _ in range(20))  # a busy machine may interrupt the short one
    result = np.empty(size, np.float32)
    y.copy_to(result)
    assert np.all(result == 3)


def test_traces_tell_when_the_driver_ran_commands(opencl: nexus.Device, tmp_path: Path) -> None:
    assert opencl.get_property_int("HasTimestamps") == 1
    stream = opencl.create_stream()
    x = opencl.create_buffer((1 << 20,))
    kernel = opencl.create_library(SCALE.replace("FACTOR", "2"), language="opencl").get_kernel("scale")
    path = tmp_path / "trace.json"
    with nexus.trace(path):
        for _ in range(3):
            kernel.launch(1 << 14, 64, x, x, 2.0, 1 << 20, stream=stream)
        stream.synchronize()
    told = slices(path)
    (commands,) = [events for line, events in told.items() if line.startswith("opencl:0 stream")]
    assert [(event["name"], event["cat"]) for event in commands] == [("scale", "device")] * 3
    assert all(event["dur"] > 0 for event in commands)
    for before, after in pairwise(commands):
        assert end(before) <= after["ts"] + 0.002
    waits = [event for line, events in told.items() if line.startswith("host thread") for event in events]
    assert end(commands[-1]) <= end(waits[-1]) + 0.002


def test_streams_wait_for_each_other_in_the_driver(opencl: nexus.Device) -> None:
    # The thread on which the host follows the device is held up. The driver alone gets on.
    scale = opencl.create_library(SCALE, "opencl", defines={"FACTOR": 1}).get_kernel("scale")
    x, y, z = opencl.create_buffer(np.ones(4, np.float32)), opencl.create_buffer((4,)), opencl.create_buffer((4,))
    try:
        seen = np.asarray(memoryview(z))
    except BufferError:
        pytest.skip("the host does not see the device's memory")
    seen[:] = 0
    entered, release = threading.Event(), threading.Event()

    def hold_up() -> None:
        entered.set()
        release.wait(60)

    schedule = opencl.create_schedule()
    schedule.create_call_command(hold_up)
    schedule.run(opencl.create_stream(), blocking=False)
    first, second, event = opencl.create_stream(), opencl.create_stream(), opencl.create_event()
    try:
        assert entered.wait(60)
        scale.launch(1, 4, x, y, 2.0, 4, stream=first)
        first.signal(event, 1)
        second.wait(event, 1)
        scale.launch(1, 4, y, z, 3.0, 4, stream=second)
        deadline = time.monotonic() + 30
        while seen[3] != 6 and time.monotonic() < deadline:
            time.sleep(0.001)
        assert seen.tolist() == [6, 6, 6, 6]
        assert event.value == 0
    finally:
        release.set()
    second.synchronize()
    assert event.value == 1


def test_copies_between_runtimes(opencl: nexus.Device) -> None:
    cpu = nexus.get_device("cpu:0")
    source, back = cpu.create_buffer(np.arange(1000, dtype=np.int64)), cpu.create_buffer((1000,), dtype="int64")
    there = opencl.create_buffer((1000,), dtype="int64")
    schedule = opencl.create_schedule()
    schedule.create_copy_command(there, source)
    schedule.create_copy_command(back, there)
    schedule.run()
    assert np.array_equal(back.numpy(), np.arange(1000))


@pytest.mark.usefixtures("opencl")
def test_forked_child_is_told() -> None:
    code = """
import os, nexus
nexus.get_device("opencl:0").create_buffer((1,))
child = os.fork()
if child == 0:
    try:
        nexus.get_device("opencl:0")
    except nexus.UnavailableError as error:
        os._exit(0 if "start processes with 'spawn'" in str(error) else 1)
    os._exit(2)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    result = run_python(code)
    assert (result.returncode, result.stdout) == (0, "0\n"), result.stderr


@pytest.mark.usefixtures("opencl")
def test_end_of_process_waits_for_the_driver(tmp_path: Path) -> None:
    code = f"""
import nexus, numpy as np
device = nexus.get_device("opencl:0")
kernel = device.create_library('''{SCALE}''', "opencl", defines={{"FACTOR": 1}}).get_kernel("scale")
kernel.launch(1, 7, device.create_buffer((8,)), device.create_buffer((8,)), 1.0, 4)
"""
    # Without what it has compiled before, so that the driver is still compiling when the process ends.
    result = run_python(code, POCL_CACHE_DIR=str(tmp_path), NEXUS_CACHE_DIR="")
    assert result.returncode == 0, result.stderr


def test_no_driver_says_what_to_install() -> None:
    code = "import nexus\ntry: nexus.get_device('opencl:0')\nexcept nexus.UnavailableError as error: print(error)"
    result = run_python(code, OCL_ICD_VENDORS=os.devnull)
    assert "install" in result.stdout, result.stdout + result.stderr
