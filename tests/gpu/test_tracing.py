"""Traces of a GPU: when its commands ran, by its own clock."""

import itertools
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
    (wait,) = [event for event in waits if event["name"].startswith(f"synchronize {device.id} stream")]
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
