"""Recorded commands."""

import gc
import sys
import time
import weakref
from typing import Any

import numpy as np
import pytest

import nexus


@pytest.fixture
def schedule(device: nexus.Device) -> nexus.Schedule:
    return device.create_schedule()


@pytest.fixture
def kernel(library: nexus.Library) -> nexus.Kernel:
    return library.get_kernel("saxpy")


def test_arguments_change_between_runs(device: nexus.Device, schedule: nexus.Schedule, kernel: nexus.Kernel) -> None:
    x, y = device.create_buffer(np.ones(8, np.float32)), device.create_buffer(np.zeros(8, np.float32))
    command = schedule.create_command(kernel, [x, y, 1.0, 8], 1, 8)
    schedule.run()
    command.set_arg(2, 10)
    schedule.run(stream=device.create_stream())
    command.set_args(x, y, np.float32(100), np.uint64(4))
    schedule.run()
    assert y.numpy().tolist() == [111.0] * 4 + [11.0] * 4
    command.finalize(1, (2, 1, 1), shared_bytes=16)
    schedule.run(None, True)
    assert y.numpy().tolist() == [211.0] * 2 + [111.0] * 2 + [11.0] * 4
    assert command.schedule == schedule
    assert command.kernel == kernel
    assert schedule.commands == (command,)


def test_running_unfinished_commands(device: nexus.Device, schedule: nexus.Schedule, kernel: nexus.Kernel) -> None:
    command = schedule.create_command(kernel)
    with pytest.raises(nexus.InvalidArgumentError, match=r"finaliz"):
        schedule.run()
    with pytest.raises(nexus.InvalidArgumentError, match=r"'x'"):
        command.finalize(1, 1)
    buffer = device.create_buffer(4)
    command.set_args(buffer, buffer, 1.0, 4)
    with pytest.raises(nexus.InvalidArgumentError, match=r"finaliz"):
        schedule.run()


def test_wrong_arguments(device: Any, schedule: Any, kernel: Any) -> None:
    command = schedule.create_command(kernel)
    buffer = device.create_buffer(4)
    for index, value in [
        (4, 1),
        (-1, 1),
        (2**40, 1),
        (2**70, 1),
        ("x", 1),
        (None, 1),
        (1.0, 1),
        (0, 1),
        (2, buffer),
        (3, -1),
        (3, None),
    ]:
        with pytest.raises(nexus.InvalidArgumentError):
            command.set_arg(index, value)
    for arguments in [(), (buffer,), (buffer, buffer, 1.0, 4, 5), (buffer, buffer, "1", 4)]:
        with pytest.raises(nexus.InvalidArgumentError):
            command.set_args(*arguments)
    calls: list[Any] = [lambda: command.set_arg(0), lambda: command.set_arg(0, 1, 2), lambda: command.finalize(1)]
    for call in calls:
        with pytest.raises(TypeError):
            call()
    command.set_args(buffer, buffer, 1.0, 4)
    for sizes in [(0, 1), (1, 0), (1, 2**40), (True, 1), ("1", 1)]:
        with pytest.raises(nexus.InvalidArgumentError):
            command.finalize(*sizes)


def test_wrong_commands(device: Any, schedule: Any, kernel: Any) -> None:
    floats, ints, more = device.create_buffer(4), device.create_buffer(4, "int32"), device.create_buffer(5)
    event = device.create_event()
    calls: list[Any] = [
        lambda: schedule.create_command(None),
        lambda: schedule.create_command("saxpy"),
        lambda: schedule.create_command(kernel, [floats, floats, 1.0, 4]),
        lambda: schedule.create_command(kernel, shared_bytes=3),
        lambda: schedule.create_command(kernel, 3, 1, 1),
        lambda: schedule.create_command(kernel, [floats], 1, 1),
        lambda: schedule.create_copy_command(floats, ints),
        lambda: schedule.create_copy_command(floats, more),
        lambda: schedule.create_copy_command(floats, floats),
        lambda: schedule.create_copy_command(floats, np.zeros(4)),
        lambda: schedule.create_fill_command(ints, 1.5),
        lambda: schedule.create_fill_command(ints, 2**53 + 1),
        lambda: schedule.create_fill_command(ints, "1"),
        lambda: schedule.create_signal_command(event, -1),
        lambda: schedule.create_signal_command(event, 2**64),
        lambda: schedule.create_signal_command(floats, 1),
        lambda: schedule.create_wait_command(event, "1"),
        lambda: schedule.run(3),
        lambda: schedule.run(blocking=0),
    ]
    for call in calls:
        with pytest.raises(nexus.InvalidArgumentError):
            call()
    assert schedule.commands == ()
    with pytest.raises(TypeError):
        schedule.run(None, True, 3)
    with pytest.raises(TypeError):
        schedule.run(streams=None)
    with pytest.raises(nexus.InvalidArgumentError):
        _ = schedule.create_fill_command(ints, 1).kernel


def test_a_failure_names_the_kernel(schedule: nexus.Schedule, library: nexus.Library) -> None:
    schedule.create_command(library.get_kernel("throws"), (3,), 1, 1)
    for _ in range(2):
        with pytest.raises(nexus.LaunchFailedError, match="on purpose, code 3"):
            schedule.run()


def test_host_copies(device: nexus.Device, schedule: nexus.Schedule) -> None:
    source, target = np.arange(6, dtype=np.int32), np.zeros((2, 3), np.int32)
    buffer = device.create_buffer(6, "int32")
    schedule.create_copy_from_host_command(buffer, source)
    schedule.create_copy_to_host_command(target, buffer)
    for _ in range(2):
        source += 1
        schedule.run()
        assert target.ravel().tolist() == source.tolist()
    read_only = np.zeros(6, np.int32)
    read_only.flags.writeable = False
    wrong: list[Any] = [None, [0] * 6, np.zeros(5, np.int32), np.zeros(6), np.zeros(12, np.int32)[::2]]
    for array in [*wrong, read_only]:
        with pytest.raises(nexus.InvalidArgumentError):
            schedule.create_copy_to_host_command(array, buffer)
    for array in wrong:
        with pytest.raises(nexus.InvalidArgumentError):
            schedule.create_copy_from_host_command(buffer, array)


def test_host_arrays_are_kept_alive(device: nexus.Device) -> None:
    class Owner(bytearray):
        pass

    owner = Owner(b"12345678")
    gone = weakref.ref(owner)
    buffer = device.create_buffer(8, "uint8")
    schedule = device.create_schedule()
    schedule.create_copy_from_host_command(buffer, owner)
    del owner
    gc.collect()
    schedule.run()
    assert bytes(buffer) == b"12345678"
    assert gone() is not None
    del schedule
    gc.collect()
    assert gone() is None


def test_calls(device: nexus.Device, schedule: nexus.Schedule, library: nexus.Library) -> None:
    seen: list[int] = []
    buffer = device.create_buffer(3, "int32")
    buffer.fill(0)
    schedule.create_call_command(lambda: seen.append(int(buffer.numpy()[0])))
    schedule.create_fill_command(buffer, 7)
    schedule.create_call_command(lambda: seen.append(int(buffer.numpy()[0])))
    schedule.run()
    assert seen == [0, 7]
    stream = device.create_stream()
    for _ in range(50):
        schedule.run(stream, blocking=False)
        library.get_kernel("noop").launch(1, 1, stream=stream)
    stream.synchronize()
    assert seen == [0, 7] + [7, 7] * 50
    for wrong in (None, 3, "print"):
        with pytest.raises(nexus.InvalidArgumentError, match="callable"):
            schedule.create_call_command(wrong)  # type: ignore[arg-type]


def test_a_call_that_raises(schedule: nexus.Schedule, monkeypatch: pytest.MonkeyPatch) -> None:
    errors: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda info: errors.append(info.exc_value))
    schedule.create_call_command(lambda: 1 // 0)
    schedule.run()
    assert [type(error) for error in errors] == [ZeroDivisionError]


def test_functions_are_dropped_with_the_schedule(device: nexus.Device) -> None:
    def function() -> None:
        pass

    gone = weakref.ref(function)
    schedule = device.create_schedule()
    schedule.create_call_command(function)
    stream = device.create_stream()
    schedule.run(stream, blocking=False)
    del function, schedule
    stream.synchronize()
    for _ in range(100):
        if gone() is None:
            break
        time.sleep(0.01)
    assert gone() is None


def test_timing(schedule: nexus.Schedule, library: nexus.Library) -> None:
    command = schedule.create_command(library.get_kernel("spin"), (2000,), 1, 1)
    schedule.create_command(library.get_kernel("noop"), (), 1, 1)
    assert schedule.timed is False
    schedule.run()
    with pytest.raises(nexus.NotFoundError):
        _ = schedule.duration
    schedule.timed = True
    schedule.run()
    assert 2_000_000 <= command.duration <= schedule.duration < 1_000_000_000
    for wrong in (1, None, "yes"):
        with pytest.raises(nexus.InvalidArgumentError):
            schedule.timed = wrong  # type: ignore[assignment]
    with pytest.raises(nexus.InvalidArgumentError):
        del schedule.timed
    schedule.timed = False
    assert not schedule.timed
