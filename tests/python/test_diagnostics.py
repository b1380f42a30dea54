"""NEXUS_VALIDATION and NEXUS_LOG."""

from pathlib import Path

from conftest import run_python

import nexus

LEAKS = """
import ctypes, nexus
device = nexus.get_device("cpu")

def leak(thing):
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))

leak(device.create_buffer(4))
leak(device.create_buffer(bytearray(8)))
leak(device.create_event())
schedule = device.create_schedule()
schedule.create_fill_command(device.create_buffer(4), 1)
schedule.run()
leak(schedule)
leak(device.load_library(LIBRARY))
"""


def test_leaks_are_told_with_the_line_that_made_them(tmp_path: Path, library_path: Path) -> None:
    program = tmp_path / "leaks.py"
    program.write_text(LEAKS.replace("LIBRARY", repr(str(library_path))))
    result = run_python(f"import runpy; runpy.run_path({str(program)!r})", NEXUS_VALIDATION="1")
    warnings = {
        f"nexus: validation: cpu: {what} made at {program}:{line} was never given back"
        for what, line in (
            ("a buffer", 8),
            ("a buffer", 9),
            ("an event", 10),
            ("a buffer", 12),
            ("a schedule", 13),
            ("a library", 15),
        )
    }
    assert set(result.stderr.splitlines()) == warnings
    assert result.returncode == 0


def test_a_right_program_is_let_through(library_path: Path) -> None:
    code = f"""
import nexus
device = nexus.get_device("cpu")
library = device.load_library({str(library_path)!r})
x, y = device.create_buffer(64), device.create_buffer(64)
x.fill(1), y.fill(2)
stream, event = device.create_stream(), device.create_event()
library.get_kernel("saxpy").launch(1, 64, x, y, 2.0, 64, stream=stream)
stream.signal(event, 1)
event.wait(1)
print(y.numpy()[0])
"""
    result = run_python(code, NEXUS_VALIDATION="1")
    assert (result.stdout, result.stderr) == ("4.0\n", "")


def test_log_names_plugin_and_object() -> None:
    code = """
import nexus
device = nexus.get_device("cpu")
device.create_stream()
try:
    device.create_event(5).signal(1)
except nexus.InvalidArgumentError:
    pass
"""
    lines = run_python(code, NEXUS_LOG="debug").stderr.splitlines()
    plugin = nexus.get_runtime("cpu").plugin_path
    assert f"nexus: info: loader: {plugin}: available" in lines
    assert "nexus: debug: cpu:0 stream 1: created" in lines
    assert "nexus: debug: cpu:0 stream 1: destroyed" in lines
    assert "nexus: debug: cpu:0 event: created at 5" in lines
    assert any(line.startswith("nexus: debug: cpu: cpu:0: cannot signal an event to 1") for line in lines)
    lines = run_python(code, NEXUS_LOG="info").stderr.splitlines()
    assert f"nexus: info: loader: {plugin}: available" in lines
    assert not any("debug" in line for line in lines)


def test_warnings_are_logged(tmp_path: Path) -> None:
    broken = tmp_path / "libnexus_plugin_broken.so"
    broken.write_text("no library")
    lines = run_python(
        "import nexus; nexus.get_device('cpu')", NEXUS_LOG="warn", NEXUS_PLUGIN_PATH=str(tmp_path)
    ).stderr.splitlines()
    assert any(line.startswith(f"nexus: warn: loader: {broken}: refused") for line in lines)
    assert not any("info" in line for line in lines)
    assert run_python("import nexus; nexus.get_device('cpu')", NEXUS_PLUGIN_PATH=str(tmp_path)).stderr == ""


def test_wrong_values_of_variables_are_told() -> None:
    code = "import nexus; nexus.get_device('cpu').create_buffer(4)"
    result = run_python(code, NEXUS_LOG="yes")
    assert result.stderr == "nexus: NEXUS_LOG: it takes debug, info or warn; nothing is logged\n"
    result = run_python(code, NEXUS_VALIDATION="yes")
    assert result.stderr == "nexus: NEXUS_VALIDATION: it takes 0 or 1; nothing is validated\n"
