"""Schedules on a GPU: graphs of the driver, changed in place, and measured."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

import nexus

STEP = """
NX_KERNEL(advance_by, (NX_INOUT(float) x, NX_VALUE(float) factor, NX_VALUE(float) summand)) {
  x[NX_GLOBAL_ID(0)] = x[NX_GLOBAL_ID(0)] * factor + summand;
}
"""


def test_a_chain_of_launches_keeps_its_order(device: nexus.Device) -> None:
    kernel = device.create_library(STEP).get_kernel("advance_by")
    x = device.create_buffer(np.zeros(32, dtype=np.float32))
    schedule = device.create_schedule()
    for i in range(20):
        schedule.create_command(kernel, [x, 0.5, float(i)], 1, 32)
    expected = np.float32(0)
    for _ in range(3):
        schedule.run()
        for i in range(20):
            expected = expected * np.float32(0.5) + np.float32(i)
    assert np.allclose(x.numpy(), expected)


def test_arguments_change_between_runs(device: nexus.Device) -> None:
    kernel = device.create_library(STEP).get_kernel("advance_by")
    x = device.create_buffer(np.zeros(32, dtype=np.float32))
    schedule = device.create_schedule()
    schedule.create_fill_command(x, 1.0)
    command = schedule.create_command(kernel, [x, 1.0, 0.0], 1, 32)
    for i in range(10):
        command.set_arg(2, float(i))
        schedule.run()
        assert (x.numpy() == 1 + i).all()


def test_copies_and_fills_of_any_pattern(device: nexus.Device) -> None:
    a = device.create_buffer((1000,), dtype="float64")
    b = device.create_buffer((1000,), dtype="float64")
    schedule = device.create_schedule()
    schedule.create_fill_command(a, 1.5)
    schedule.create_copy_command(b, a)
    schedule.create_fill_command(a, 0.1)
    schedule.run()
    assert (b.numpy() == 1.5).all()
    assert (a.numpy() == 0.1).all()


def test_commands_are_measured(device: nexus.Device) -> None:
    large = device.create_buffer((64 << 20,), dtype="uint8")
    small = device.create_buffer((16,), dtype="uint8")
    schedule = device.create_schedule()
    first = schedule.create_fill_command(small, 1)
    second = schedule.create_fill_command(large, 1)
    schedule.timed = True
    schedule.run()
    assert 0 <= first.duration < second.duration


def test_durations_are_told_to_any_thread(device: nexus.Device) -> None:
    schedule = device.create_schedule()
    schedule.create_fill_command(device.create_buffer((1 << 20,), dtype="uint8"), 1)
    schedule.timed = True
    schedule.run()
    with ThreadPoolExecutor(1) as other:
        assert other.submit(lambda: schedule.duration).result() > 0
