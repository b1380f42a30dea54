"""Traces of what devices do."""

from pathlib import Path

import pytest
from conftest import run_python
from trace_slices import Slice, slices

import nexus


def names(events: list[Slice]) -> list[str]:
    return [event["name"] for event in events]


def test_context_manager(device: nexus.Device, library: nexus.Library, tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    spin, buffer = library.get_kernel("spin"), device.create_buffer(64)
    with nexus.trace(path) as trace:
        spin.launch(1, 1, 2000)
        buffer.fill(1)
        assert not device.create_event().wait(1, timeout=0.001)
        with pytest.raises(nexus.InvalidArgumentError, match=r"trace\.json' is being written already; stop it"):
            nexus.trace(tmp_path / "second.json").start()
    trace.stop()
    spin.launch(1, 1, 1, blocking=True)
    told = slices(path)
    assert names(told["cpu:0 default stream"]) == ["spin", "fill 256 B"]
    first, second = told["cpu:0 default stream"]
    assert first["dur"] >= 2000
    assert second["ts"] >= first["ts"] + first["dur"] - 0.002
    assert any(line.startswith("host thread") for line in told)
    assert not (tmp_path / "second.json").exists()


def test_every_kind_of_run(device: nexus.Device, library: nexus.Library, tmp_path: Path) -> None:
    schedule, stream, event = device.create_schedule(), device.create_stream(), device.create_event()
    spin = schedule.create_command(library.get_kernel("spin"), (2000,), 1, 1)
    schedule.create_wait_command(event, 1)
    schedule.create_call_command(lambda: None)
    event.signal(1)
    path = tmp_path / "trace.json"
    trace = nexus.trace(path).start()
    schedule.run(stream, blocking=False)
    schedule.timed = True
    schedule.run(stream)
    trace.stop()
    (told,) = [events for line, events in slices(path).items() if line.startswith("cpu:0 stream")]
    assert names(told) == ["spin", "wait for 1", "host call"] * 2
    assert all(event["cat"] == "device" for event in told)
    assert 2_000_000 <= spin.duration <= schedule.duration


def test_a_block_that_fails_still_closes_its_file(device: nexus.Device, tmp_path: Path) -> None:
    path = tmp_path / "trace.json"

    def fail() -> None:
        with nexus.trace(path):
            device.create_buffer(4).fill(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert "cpu:0 default stream" in slices(path)


def test_functions(device: nexus.Device, tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    nexus.start_trace(path)
    device.create_buffer(4).fill(1)
    nexus.stop_trace()
    nexus.stop_trace()
    assert names(slices(path)["cpu:0 default stream"]) == ["fill 16 B"]


def test_wrong_paths() -> None:
    with (
        pytest.raises(nexus.UnavailableError, match=r"cannot write the trace '/no/such/folder/t.json': No such file"),
        nexus.trace("/no/such/folder/t.json"),
    ):
        pass
    for wrong in (None, 3):
        with pytest.raises(nexus.InvalidArgumentError, match="path must be"):
            nexus.trace(wrong).start()  # type: ignore[arg-type]
    nexus.trace("/no/such/folder/t.json").stop()


PROGRAM = """
import nexus
device = nexus.get_device("cpu")
device.create_buffer(4).fill(1)
schedule = device.create_schedule()
schedule.create_fill_command(device.create_buffer(8), 2)
schedule.run(device.create_stream(), blocking=False)
"""


def test_variable(tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    result = run_python(PROGRAM, NEXUS_TRACE=str(path))
    assert (result.stderr, result.returncode) == ("", 0)
    told = slices(path)
    assert names(told["cpu:0 default stream"]) == ["fill 16 B"]
    assert names(told["cpu:0 stream 1"]) == ["fill 32 B"]


def test_variable_with_a_wrong_path() -> None:
    result = run_python(PROGRAM, NEXUS_TRACE="/no/such/folder/t.json")
    expected = "nexus: NEXUS_TRACE: cannot write the trace '/no/such/folder/t.json': No such file or directory\n"
    assert (result.stderr, result.returncode) == (expected, 0)
