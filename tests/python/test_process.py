"""The package in its process: what it imports, signals, forks, plugins."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import run_python

import nexus


@pytest.mark.skipif("NEXUS_BUILD_DIR" not in os.environ, reason="needs a plugin of the build tree")
def test_only_what_is_asked_for_is_opened() -> None:
    code = """
import sys, nexus
for ask in (lambda: nexus.get_device("cpu"), nexus.get_device, nexus.get_plugin_records):
    print(ask, file=sys.stderr)
    ask()
"""
    plugins = Path(os.environ["NEXUS_BUILD_DIR"], "tests", "plugins", "unavailable")
    result = run_python(code, NEXUS_LOG="warn", NEXUS_PLUGIN_PATH=str(plugins))
    before, after = result.stderr.split("get_plugin_records")
    assert "libfoo.so.1 not found" not in before
    assert "libfoo.so.1 not found" in after


def test_import_is_light() -> None:
    code = """
import sys
before = set(sys.modules)
import nexus
[device.id for runtime in nexus.get_runtimes() for device in runtime.devices]
device = nexus.get_device()
device.get_property_str("Name"), repr(device), device.create_buffer(4)
print(*sorted(set(sys.modules) - before))
"""
    result = run_python(code)
    assert result.stderr == ""
    loaded = set(result.stdout.split())
    assert {name for name in loaded if name.startswith("nexus")} == {"nexus", "nexus._nexus"}
    assert not loaded & {
        "argparse",
        "collections",
        "ctypes",
        "enum",
        "inspect",
        "json",
        "numpy",
        "pathlib",
        "re",
        "typing",
    }


def test_import_opens_no_plugin() -> None:
    code = "import nexus; print(open('/proc/self/maps').read().count('libnexus_plugin'))"
    assert run_python(code).stdout.strip() == "0"


@pytest.mark.parametrize(
    "wait",
    [
        "event.wait(1)",
        "event.wait(1, timeout=60)",
        "stream.synchronize()",
        "schedule.run(stream)",
    ],
)
def test_ctrl_c(wait: str) -> None:
    code = f"""
import nexus
device = nexus.get_device("cpu")
event, stream, schedule = device.create_event(), device.create_stream(), device.create_schedule()
schedule.create_wait_command(event, 1)
if {"stream" in wait}:
    stream.wait(event, 1)
print("ready", flush=True)
try:
    {wait}
except KeyboardInterrupt:
    print("interrupted", event.value)
event.signal(1)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (out, err, process.returncode) == ("interrupted 0\n", "", 0)


def test_signal_handlers_run_and_their_errors_come_out() -> None:
    code = """
import nexus, signal
calls = []
def handler(number, frame):
    calls.append(number)
    if len(calls) == 2:
        raise ZeroDivisionError("from the handler")
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)
try:
    nexus.get_device("cpu").create_event().wait(1, timeout=30)
except ZeroDivisionError as error:
    print(error, len(calls))
"""
    assert run_python(code).stdout == "from the handler 2\n"


@pytest.mark.skipif(
    "libtsan" in os.environ.get("NEXUS_SANITIZER_RUNTIME", ""),
    reason="ThreadSanitizer cannot follow threads that a forked child starts",
)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_fork(library_path: Path) -> None:
    code = f"""
import os, sys, warnings, nexus
warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of every fork beside threads
device = nexus.get_device("cpu")
library = device.load_library({str(library_path)!r})
kernel, buffer = library.get_kernel("noop"), device.create_buffer(4)
event, stream = device.create_event(), device.create_stream()
schedule = device.create_schedule()
schedule.create_command(kernel, (), 1, 1)
kernel.launch(4, 4, stream=stream)
stream.synchronize()
child = os.fork()
if child == 0:
    refused = 0
    calls = [
        lambda: kernel.launch(1, 1), lambda: buffer.fill(1), lambda: event.signal(1), lambda: event.wait(1),
        lambda: stream.query(), lambda: stream.synchronize(), schedule.run, lambda: device.create_buffer(4),
        lambda: library.get_kernel("saxpy"), lambda: device.create_event(), lambda: device.create_stream(),
        lambda: device.load_library({str(library_path)!r}),
    ]
    for i, call in enumerate(calls):
        try:
            call()
            print("call", i, "went through", flush=True)
        except nexus.UnavailableError as error:
            refused += "parent" in str(error)
    for thing in (device, library, kernel, buffer, event, stream, schedule):
        repr(thing)
    fresh = nexus.get_device("cpu")
    fresh.load_library({str(library_path)!r}).get_kernel("noop").launch(4, 4, blocking=True)
    print(refused == len(calls), fresh != device, flush=True)
    del device, library, kernel, buffer, event, stream, schedule, fresh
    sys.exit(0)
_, status = os.waitpid(child, 0)
schedule.run()
print("child", status, "parent works")
"""
    result = run_python(code)
    assert (result.stdout, result.stderr) == ("True True\nchild 0 parent works\n", "")


def test_plugin_folder_that_does_not_exist() -> None:
    code = """
import nexus
record = nexus.get_plugin_records()[0]
print(record.path, record.state, record.reason)
print(nexus.get_device().id)
try:
    nexus.get_runtime("nothing")
except nexus.NotFoundError as error:
    print("/no/such/folder" in str(error))
"""
    lines = run_python(code, NEXUS_PLUGIN_PATH="/no/such/folder").stdout.splitlines()
    assert lines[0].startswith("/no/such/folder refused")
    assert "no such file or directory" in lines[0].lower()
    assert lines[1:] == ["cpu:0", "True"]


def test_device_by_variable() -> None:
    code = "import nexus; print(nexus.get_device().id)"
    assert run_python(code, NEXUS_DEVICE="cpu:0").stdout == "cpu:0\n"
    assert "NotFoundError" in run_python(code, NEXUS_DEVICE="nothing:0").stderr
    assert "NEXUS_DEVICE='cpu:x'" in run_python(code, NEXUS_DEVICE="cpu:x").stderr


@pytest.mark.parametrize("name", ["nothing", "cpu:99", "cpu:-1", "cpu:", ":0", "cpu:0:0", "cpu:x", "cpu :0"])
def test_wrong_device_names(name: str) -> None:
    with pytest.raises((nexus.NotFoundError, nexus.InvalidArgumentError)):
        nexus.get_device(name)


def test_own_system(tmp_path: Path) -> None:
    system = nexus.System.create([nexus.get_runtime("cpu").plugin_path])
    assert system.get_device("cpu:0").create_buffer(4).shape == (4,)
    assert system.get_runtime("cpu") != nexus.get_runtime("cpu")
    assert len(nexus.System.create([tmp_path]).runtimes) == 0
    with pytest.raises(nexus.NotFoundError, match="no device"):
        nexus.System.create([]).get_device()
    for wrong in (None, "path", [None], [3], 5):
        with pytest.raises(nexus.InvalidArgumentError):
            nexus.System.create(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda device: device.get_property_int("Nmae"), nexus.NotFoundError),
        (lambda device: device.get_property_int(""), nexus.NotFoundError),
        (lambda device: device.get_property_int("Name"), nexus.InvalidArgumentError),
        (lambda device: device.get_property_str("CoreCount"), nexus.InvalidArgumentError),
        (lambda device: device.get_property_str_vec("Name"), nexus.InvalidArgumentError),
        (lambda device: device.get_property_flt("Name"), nexus.InvalidArgumentError),
        (lambda device: device.get_property_str(None), nexus.InvalidArgumentError),
        (lambda device: device.get_property(3), nexus.InvalidArgumentError),
        (lambda device: device.runtime.get_property_int("MemorySize"), nexus.NotFoundError),
    ],
)
def test_wrong_properties(device: nexus.Device, call: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        call(device)  # type: ignore[operator]


def test_nearest_property_names(device: nexus.Device) -> None:
    with pytest.raises(nexus.NotFoundError, match="did you mean 'CoreCount'"):
        device.get_property("CoresCount")
