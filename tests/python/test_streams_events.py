"""Streams and events."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import run_python

import nexus


def test_event_values(device: nexus.Device) -> None:
    event = device.create_event(initial=5)
    assert event.value == 5
    assert event.wait(5, timeout=0)
    assert not event.wait(6, timeout=0.01)
    event.signal(2**64 - 1)
    assert event.value == 2**64 - 1
    assert event.wait(7)
    with pytest.raises(nexus.InvalidArgumentError):
        event.signal(3)
    for wrong in (-1, 2**64, 1.0, None, "1", True):
        with pytest.raises(nexus.InvalidArgumentError):
            event.signal(wrong)  # type: ignore[arg-type]
        with pytest.raises(nexus.InvalidArgumentError):
            event.wait(wrong)  # type: ignore[arg-type]
        with pytest.raises(nexus.InvalidArgumentError):
            device.create_event(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [-1, -0.001, float("nan"), "1", [1]])
def test_wrong_timeouts(device: nexus.Device, wrong: Any) -> None:
    with pytest.raises(nexus.InvalidArgumentError, match="timeout"):
        device.create_event().wait(1, timeout=wrong)
    with pytest.raises(nexus.InvalidArgumentError, match="timeout"):
        device.create_stream().synchronize(timeout=wrong)


def test_an_event_that_nobody_signals(device: nexus.Device) -> None:
    event, stream = device.create_event(), device.create_stream()
    start = time.monotonic()
    assert not event.wait(1, timeout=0.1)
    assert 0.1 <= time.monotonic() - start < 5
    stream.wait(event, 1)
    assert not stream.query()
    assert not stream.synchronize(timeout=0.05)
    event.signal(1)
    assert stream.synchronize(timeout=10)
    assert stream.query()


def test_order_across_streams(device: nexus.Device, library: nexus.Library) -> None:
    first, second, event = device.create_stream(), device.create_stream(), device.create_event()
    second.wait(event, 1)
    second.signal(event, 2)
    library.get_kernel("spin").launch(1, 1, 2000, stream=first)
    first.signal(event, 1)
    assert event.wait(2, timeout=10)
    assert first.device == second.device == event.device == device


def test_signalled_by_another_thread(device: nexus.Device) -> None:
    event = device.create_event()
    thread = threading.Timer(0.05, event.signal, [9])
    thread.start()
    assert event.wait(9, timeout=10)
    thread.join()


def test_wrong_objects(device: nexus.Device) -> None:
    stream = device.create_stream()
    for call in (stream.wait, stream.signal):
        for wrong in (None, 1, stream):
            with pytest.raises(nexus.InvalidArgumentError, match="event must be an Event"):
                call(wrong, 1)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            call(device.create_event())  # type: ignore[call-arg]


def test_other_threads_run_meanwhile(device: Any, library: Any) -> None:
    spin = library.get_kernel("spin")
    schedule = device.create_schedule()
    schedule.create_command(spin, (300_000,), 1, 1)
    event, stream = device.create_event(), device.create_stream()
    waits: list[Any] = [
        schedule.run,
        lambda: spin.launch(1, 1, 300_000, blocking=True),
        lambda: event.wait(1, timeout=0.3),
        lambda: (spin.launch(1, 1, 300_000, stream=stream), stream.synchronize()),
    ]
    for wait in waits:
        turns = 0
        thread = threading.Thread(target=wait)
        thread.start()
        while thread.is_alive():
            time.sleep(0.001)
            turns += 1
        assert turns > 20


def test_many_threads_feed_one_stream(device: nexus.Device, library: nexus.Library) -> None:
    kernel, stream = library.get_kernel("saxpy"), device.create_stream()
    ones, sums = device.create_buffer(64), device.create_buffer(64)
    ones.fill(1)
    sums.fill(0)

    def feed() -> None:
        for _ in range(200):
            kernel.launch(1, 64, ones, sums, 1.0, 64, stream=stream)

    threads = [threading.Thread(target=feed) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stream.synchronize()
    assert set(sums.numpy().tolist()) == {800.0}


def test_an_event_that_nobody_can_signal_any_more(device: nexus.Device) -> None:
    stream = device.create_stream()
    stream.wait(device.create_event(), 1)
    with pytest.raises(nexus.LaunchFailedError, match="every handle of the event was dropped"):
        stream.synchronize(timeout=10)
    assert stream.synchronize(timeout=10)


def test_submitting_lets_functions_of_the_host_run(library_path: Path) -> None:
    # The submitting thread is far ahead of its stream, which waits for a function that needs the interpreter lock.
    # Threads are not switched by the clock, so that only a call that lends out the lock lets the function run.
    code = f"""
import sys, threading, nexus
device = nexus.get_device("cpu")
spin = device.load_library({str(library_path)!r}).get_kernel("spin")
entered, calls = threading.Event(), []
schedules = [device.create_schedule() for _ in range(8)]
for schedule in schedules:
    schedule.create_call_command(lambda: calls.append(1))
streams = [device.create_stream() for _ in schedules]
work = device.create_schedule()
work.create_command(spin, (5,), 1, 1)
stream, event = device.create_stream(), device.create_event()
sys.setswitchinterval(1000)
for schedule, other in zip(schedules, streams):
    schedule.run(other, blocking=False)
    schedule.run(stream, blocking=False)
for i in range(1, 3001):
    spin.launch(1, 1, 5, stream=stream)
    work.run(stream, blocking=False)
    if i % 100 == 0:
        stream.signal(event, i)
        stream.wait(event, i)
stream.synchronize()
for other in streams:
    other.synchronize()
print(len(calls), event.value)
"""
    result = run_python(code, timeout=60)
    assert (result.stdout, result.stderr) == ("16 3000\n", "")
