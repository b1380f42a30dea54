"""Traces of a GPU: when its commands ran, by its own clock."""

import itertools
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from trace_slices import end, slices

import nexus

BURN = """
NX_KERNEL(burn, (NX_INOUT(float) x, NX_VALUE(int32_t) rounds)) {
  float value = x[NX_GLOBAL_ID(0)];
  for (int32_t i = 0; i < rounds; ++i) value = value * 0.999f + 0.001f;
  x[NX_GLOBAL_ID(0)] = value;
}
"""


@pytest.fixture(scope="module")
def burn(device: nexus.Device) -> nexus.Kernel:
    return device.create_library(BURN).get_kernel("burn")


@pytest.fixture
def x(device: nexus.Device) -> nexus.Buffer:
    return device.create_buffer(np.zeros(32, dtype=np.float32))


@pytest.fixture(scope="module")
def rounds(is_fake: bool) -> int:
    """So that a kernel takes some milliseconds."""
    return 20_000 if is_fake else 2_000_000


def test_commands_lie_in_the_call_that_waits_for_them(
    device: nexus.Device, burn: nexus.Kernel, x: nexus.Buffer, rounds: int, tmp_path: Path
) -> None:
    stream = device.create_stream()
    path = tmp_path / "trace.json"
    with nexus.trace(path):
        for _ in range(3):
            burn.launch(1, 32, x, rounds, stream=stream)
        stream.synchronize()
        x.fill(1.0)
    told = slices(path)
    (kernels,) = [events for line, events in told.items() if line.startswith(f"{device.id} stream")]
    assert [event["name"] for event in kernels] == ["burn"] * 3
    assert all(event["cat"] == "device" and event["dur"] > 0 for event in kernels)
    waits = [event for line, events in told.items() if line.startswith("host thread") for event in events]
    wait = [event for event in waits if event["name"].startswith(f"synchronize {device.id} stream")][-1]
    for before, after in itertools.pairwise(kernels):
        assert end(before) <= after["ts"] + 0.002
    assert end(kernels[-1]) <= end(wait) + 0.002
    (fill,) = told[f"{device.id} default stream"]
    assert fill["ts"] + 0.002 >= end(wait)


def test_kernels_take_as_long_as_without_a_trace(
    device: nexus.Device, burn: nexus.Kernel, x: nexus.Buffer, rounds: int, is_fake: bool, tmp_path: Path
) -> None:
    schedule = device.create_schedule()
    long = schedule.create_command(burn, [x, rounds], 1, 32)
    short = schedule.create_command(burn, [x, rounds // 10], 1, 32)
    schedule.timed = True
    schedule.run()
    schedule.run()
    untraced = (long.duration / 1000, short.duration / 1000)
    stream = device.create_stream()
    path = tmp_path / "trace.json"
    with nexus.trace(path):
        for _ in range(5):
            schedule.run(stream, blocking=False)
        stream.synchronize()
        traced = (long.duration / 1000, short.duration / 1000)
    (kernels,) = [events for line, events in slices(path).items() if line.startswith(f"{device.id} stream")]
    assert len(kernels) == 10
    assert 0 < traced[1] < traced[0]
    assert median(event["dur"] for event in kernels[1::2]) < median(event["dur"] for event in kernels[::2])
    if is_fake:
        return  # it runs on a machine that does other things too
    for expected, found in ((untraced[0], kernels[-2]["dur"]), (untraced[1], kernels[-1]["dur"])):
        assert found == pytest.approx(expected, rel=0.05, abs=10)


def test_a_trace_holds_up_nothing(
    device: nexus.Device, burn: nexus.Kernel, x: nexus.Buffer, is_fake: bool, tmp_path: Path
) -> None:
    stream = device.create_stream()
    path = tmp_path / "trace.json"
    with nexus.trace(path):
        burn.launch(1, 32, x, 20_000, stream=stream)
        for _ in range(200):
            burn.launch(1, 32, x, 10_000, stream=stream)
        stream.synchronize()
    (kernels,) = [events for line, events in slices(path).items() if line.startswith(f"{device.id} stream")]
    assert len(kernels) == 201
    gaps = [after["ts"] - end(before) for before, after in itertools.pairwise(kernels)]
    assert min(gaps) > -0.002
    if not is_fake:
        # A kernel takes longer than its launch, so that the next one is there when it ends.
        # A call of the host in between would take 10 us and more.
        assert median(gaps) < 5


def test_streams_are_seen_side_by_side(
    device: nexus.Device, burn: nexus.Kernel, rounds: int, is_fake: bool, tmp_path: Path
) -> None:
    streams = [device.create_stream() for _ in range(2)]
    buffers = [device.create_buffer(np.zeros(32, dtype=np.float32)) for _ in streams]
    path = tmp_path / "trace.json"
    with nexus.trace(path):
        for _ in range(3):
            for stream, buffer in zip(streams, buffers, strict=True):
                burn.launch(1, 32, buffer, rounds, stream=stream)
        for stream in streams:
            stream.synchronize()
    first, second = [events for line, events in slices(path).items() if line.startswith(f"{device.id} stream")]
    assert len(first) == len(second) == 3
    if not is_fake:
        assert first[1]["ts"] < end(second[1])
        assert second[1]["ts"] < end(first[1])


def test_what_the_driver_refuses_is_refused_at_once(
    device: nexus.Device, burn: nexus.Kernel, x: nexus.Buffer, tmp_path: Path
) -> None:
    if not device.get_property_int("HasCooperativeLaunch"):
        pytest.skip("the device has no cooperative launches, of which some are refused")
    stream = device.create_stream()
    path = tmp_path / "trace.json"
    with nexus.trace(path):
        burn.launch(1, 32, x, 1, stream=stream)
        with pytest.raises(nexus.LaunchFailedError, match="burn"):
            burn.launch(1_000_000, 1024, x, 1, stream=stream, cooperative=True)
        burn.launch(1, 32, x, 2, stream=stream)
        stream.synchronize()
    (kernels,) = [events for line, events in slices(path).items() if line.startswith(f"{device.id} stream")]
    assert [event["cat"] for event in kernels] == ["device", "device"]


CLOCK = """
struct timespec { long tv_sec, tv_nsec; };
extern "C" int clock_gettime(int clock, timespec* time);
static long long now() {
  timespec time;
  clock_gettime(1, &time);
  return time.tv_sec * 1000000000ll + time.tv_nsec;
}
extern "C" __global__ void note(long long* times, long long nanoseconds) {
  times[0] = now();
  while ((times[1] = now()) < times[0] + nanoseconds) {}
}
"""


def test_times_are_those_at_which_kernels_really_ran(
    device: nexus.Device, is_fake: bool, language: str, tmp_path: Path
) -> None:
    if not is_fake:
        pytest.skip("a kernel of a real device cannot read the clock of the host")
    milliseconds, tolerance = 20, 10_000  # what takes longer than a time slice, and half of one, in microseconds
    note = device.create_library(CLOCK, language=language).get_kernel("note")
    runs = [device.create_buffer(np.zeros(2, dtype=np.int64)) for _ in range(3)]
    stream = device.create_stream()
    path = tmp_path / "trace.json"
    # Between the two the trace begins, from which its times count.
    before = time.monotonic_ns()
    with nexus.trace(path):
        after = time.monotonic_ns()
        for times in runs:
            note.launch(1, 1, times, milliseconds * 1_000_000, stream=stream)
            time.sleep(0.005)
        stream.synchronize()
    (kernels,) = [events for line, events in slices(path).items() if line.startswith(f"{device.id} stream")]
    for event, times in zip(kernels, runs, strict=True):
        first, last = (int(moment) for moment in times.numpy())
        assert event["ts"] <= (first - before) / 1000 + tolerance
        assert end(event) >= (last - after) / 1000 - tolerance
        assert event["dur"] >= 1000 * milliseconds - tolerance


LOST = """
import nexus
device = nexus.get_device({id!r})
source = 'extern "C" __global__ void good(int* p) {{ }} extern "C" __global__ void culprit(int* p) {{ __trap(); }}'
library = device.create_library(source, language={language!r})
out = device.create_buffer((16,), dtype="int32")
stream = device.create_stream()
trace = nexus.trace({path!r}).start()
library.get_kernel("good").launch(1, 1, out, stream=stream)
stream.synchronize()
library.get_kernel("culprit").launch(1, 1, out, stream=stream)
try:
    stream.synchronize()
except nexus.DeviceLostError:
    print("lost")
trace.stop()
"""


def test_what_breaks_the_device_is_seen(device: nexus.Device, language: str, tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    program = LOST.format(id=device.id, language=language, path=str(path))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=180, check=False)
    assert (done.returncode, done.stdout) == (0, "lost\n"), done.stderr
    (told,) = [events for line, events in slices(path).items() if line.startswith(f"{device.id} stream")]
    assert [(event["name"], event["cat"]) for event in told] == [("good", "device"), ("culprit", "failed")]
