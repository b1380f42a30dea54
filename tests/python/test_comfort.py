"""What makes the objects pleasant to use: iteration, `with`, asyncio, progress, notebooks, weak references."""

import asyncio
import gc
import os
import pydoc
import threading
import time
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nexus


def test_iteration(device: nexus.Device, library: nexus.Library) -> None:
    system = nexus.get_system()
    assert list(system) == list(system.runtimes)
    assert device in list(device.runtime)
    assert [kernel.name for kernel in library] == [kernel.name for kernel in library.kernels]
    assert library["vadd"] == library.get_kernel("vadd")
    assert "vadd" in library
    assert "nothing" not in library
    assert 3 not in library
    with pytest.raises(nexus.NotFoundError, match="'vadd'"):
        library["nothing"]
    with pytest.raises(nexus.InvalidArgumentError, match="name must be a str"):
        library[0]  # type: ignore[index]
    schedule = device.create_schedule()
    schedule.create_command(library["noop"], (), 1, 1)
    assert list(schedule) == list(schedule.commands)


def test_stream_in_a_with_block(device: nexus.Device, library: nexus.Library) -> None:
    event = device.create_event()
    with device.create_stream() as stream:
        library["spin"].launch(1, 1, 20_000, stream=stream)
        stream.signal(event, 1)
    assert event.value == 1
    with pytest.raises(nexus.LaunchFailedError, match="code 3"), device.create_stream() as stream:
        library["throws"].launch(1, 1, 3, stream=stream)
    stream = device.create_stream()

    def both_fail() -> None:
        with stream:
            library["throws"].launch(1, 1, 3, stream=stream)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        both_fail()
    assert stream.query()


def test_weak_references(device: nexus.Device, library: nexus.Library) -> None:
    buffer = device.create_buffer(4)
    called: list[Any] = []
    reference = weakref.ref(buffer, called.append)
    assert reference() is buffer
    del buffer
    gc.collect()
    assert reference() is None
    assert called == [reference]
    for value in (
        device,
        library,
        library["noop"],
        device.create_event(),
        device.create_schedule(),
        nexus.get_system(),
    ):
        assert weakref.ref(value)() is value
    assert weakref.WeakKeyDictionary({device: 1})[nexus.get_device("cpu")] == 1


def test_properties_by_attribute(device: nexus.Device) -> None:
    properties = device.properties
    assert properties.CoreCount == properties["CoreCount"]
    assert "CoreCount" in dir(properties)
    assert "keys" in dir(properties)
    assert properties._ipython_key_completions_() == list(properties)
    with pytest.raises(AttributeError, match="did you mean 'CoreCount'"):
        _ = properties.CoresCount


def test_tables_for_notebooks(device: Any) -> None:
    for value in (device, device.runtime, device.runtime.devices, nexus.get_runtimes(), nexus.get_system()):
        html = value._repr_html_()
        assert html.count("<table>") == html.count("</table>") >= 1
        assert html.count("<tr>") == html.count("</tr>") > 1
        assert "cpu:0" in html
    assert device.properties["Name"].split()[0].split("(")[0] in device._repr_html_()
    assert "GiB" in device.properties._repr_html_()
    assert "&lt;" in nexus.display._table(["<"], [])


def test_text_of_devices(device: nexus.Device) -> None:
    gib = device.get_property_int("MemorySize") / 2**30
    assert repr(device).endswith(f", {gib:.1f} GiB>")


def test_help_reads_as_documentation() -> None:
    text = pydoc.plain(pydoc.render_doc(nexus))
    for piece in (
        "create_buffer(self, /, array_or_shape, dtype=None)",
        "launch(self, /, grid, block, *args, stream=None, shared_bytes=0, blocking=False, ",
        "wait_async(self, /, value, timeout=None)",
        "copy_from(self, /, source, progress=None)",
        "class Buffer",
    ):
        assert piece in text, piece
    for foreign in ("SWIG", "Swig", "swig", "object at 0x"):
        assert foreign not in text, foreign


class Test:
    """Programs of asyncio."""

    def test_events(self, any_device: nexus.Device) -> None:
        async def main() -> list[Any]:
            event = any_device.create_event()
            results: list[Any] = [await event.wait_async(0), await event.wait_async(1, timeout=0.01)]
            waits = [asyncio.ensure_future(event.wait_async(value, timeout=30)) for value in (1, 2, 2)]
            await asyncio.sleep(0.01)
            results.append([wait.done() for wait in waits])
            event.signal(1)
            results.append(await waits[0])
            threading.Timer(0.02, event.signal, [7]).start()
            return [*results, *(await asyncio.gather(*waits[1:]))]

        assert asyncio.run(main()) == [True, False, [False, False, False], True, True, True]

    def test_streams_and_schedules(self, any_cpu: nexus.Device, any_library: nexus.Library) -> None:
        async def main() -> None:
            spin, ticks = any_library["spin"], 0

            async def tick() -> None:
                nonlocal ticks
                while True:
                    await asyncio.sleep(0.002)
                    ticks += 1

            ticking = asyncio.ensure_future(tick())
            stream, schedule = any_cpu.create_stream(), any_cpu.create_schedule()
            schedule.create_command(spin, (50_000,), 1, 1)
            spin.launch(1, 1, 50_000, stream=stream)
            assert not await stream.synchronize_async(timeout=0.001)
            assert await stream.synchronize_async()
            assert stream.query()
            await schedule.run_async()
            await schedule.run_async(stream)
            ticking.cancel()
            assert ticks > 10

        asyncio.run(main())

    def test_failures(self, any_cpu: nexus.Device, any_library: nexus.Library) -> None:
        async def main() -> None:
            stream, event = any_cpu.create_stream(), any_cpu.create_event()
            any_library["spin"].launch(1, 1, 10_000, stream=stream)
            any_library["throws"].launch(1, 1, 5, stream=stream)
            stream.signal(event, 1)
            with pytest.raises(nexus.LaunchFailedError):
                await event.wait_async(1, timeout=30)
            with pytest.raises(nexus.LaunchFailedError, match="code 5"):
                await stream.synchronize_async()
            for wrong in (-1, float("nan"), "1"):
                with pytest.raises(nexus.InvalidArgumentError, match="timeout"):
                    await any_cpu.create_event().wait_async(1, timeout=wrong)  # type: ignore[arg-type]
            with pytest.raises(nexus.InvalidArgumentError):
                await any_cpu.create_event().wait_async(-1)

        asyncio.run(main())

    def test_cancelling(self, device: nexus.Device) -> None:
        async def main() -> None:
            event = device.create_event()
            waiting = asyncio.ensure_future(event.wait_async(1))
            await asyncio.sleep(0.01)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            event.signal(1)
            assert await event.wait_async(1)
            unheard = device.create_event()
            for _ in range(50):
                assert not await unheard.wait_async(1, timeout=0.0001)

        before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
        for _ in range(3):
            asyncio.run(main())
        assert not before or len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("shape", [(48 << 20,), (3, 1 << 20, 16)])
def test_progress(any_device: nexus.Device, shape: tuple[int, ...]) -> None:
    values = np.arange(np.prod(shape), dtype=np.int64).astype(np.uint8).reshape(shape)
    buffer, calls = any_device.create_buffer(shape, "uint8"), []
    buffer.copy_from(values, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(part << 24, 48 << 20) for part in (1, 2, 3)]
    back = np.zeros_like(values)
    calls.clear()
    buffer.copy_to(back.reshape(-1), progress=lambda done, total: calls.append((done, total)))
    assert len(calls) == 3
    assert np.array_equal(back, values)


def test_progress_of_parts_and_failures(device: Any) -> None:
    values = np.ones((5 << 20, 8), np.uint8)
    buffer, calls = device.create_buffer((5 << 20, 4), "uint8"), []
    buffer.copy_from(values[:, ::2], lambda *call: calls.append(call))
    assert calls == [(16 << 20, 20 << 20), (20 << 20, 20 << 20)]
    assert buffer.numpy().all()
    small = device.create_buffer(3)
    small.copy_from(np.ones(3, np.float32), progress=lambda done, total: calls.append((done, total)))
    small.copy_from(small, progress=lambda done, total: calls.append((done, total)))
    assert calls[2:] == [(12, 12), (12, 12)]

    def stop(*_: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        buffer.copy_to(values[:, ::2], progress=stop)
    for wrong in (3, "call"):
        with pytest.raises(nexus.InvalidArgumentError, match="progress"):
            small.copy_from(np.ones(3, np.float32), progress=wrong)


def test_other_threads_run_during_copies(device: nexus.Device) -> None:
    values, buffer = np.zeros(1 << 26, np.uint8), device.create_buffer(1 << 26, "uint8")

    def copy() -> None:
        for _ in range(20):
            buffer.copy_from(values)

    thread = threading.Thread(target=copy)
    thread.start()
    turns = 0
    while thread.is_alive():
        time.sleep(0.0005)
        turns += 1
    assert turns > 5
