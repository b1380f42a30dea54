"""The exception classes."""

import builtins
import pickle
import traceback

import pytest
from conftest import run_python

import nexus

BASES = {
    "InvalidArgument": "ValueError",
    "NotFound": "LookupError",
    "OutOfMemory": "MemoryError",
    "Unsupported": "NotImplementedError",
    "Unavailable": "OSError",
    "CompileFailed": "SyntaxError",
    "LaunchFailed": "RuntimeError",
    "DeviceLost": "ConnectionError",
    "Timeout": "TimeoutError",
    "Internal": "RuntimeError",
}


@pytest.mark.parametrize(("status", "base"), BASES.items())
def test_classes(status: str, base: str) -> None:
    cls = getattr(nexus, f"{status}Error")
    assert issubclass(cls, nexus.Error)
    assert issubclass(cls, getattr(builtins, base))
    assert issubclass(cls, RuntimeError)
    assert cls.__module__ == "nexus"
    assert cls.__doc__.endswith(".")
    message = "what failed\nand 'why'"
    error = cls(message)
    assert str(error) == message
    assert (error.status, error.native_code) == (status, 0)
    assert message in "".join(traceback.format_exception(error))


@pytest.mark.parametrize("status", BASES)
def test_pickling(status: str) -> None:
    error = getattr(nexus, f"{status}Error")("text")
    error.native_code = 700
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert (str(copy), copy.status, copy.native_code) == ("text", status, 700)


@pytest.mark.parametrize("status", BASES)
def test_uncaught_error_shows_its_text(status: str) -> None:
    result = run_python(f"import nexus; raise nexus.{status}Error('the whole text')")
    assert result.returncode == 1
    assert f"{status}Error: the whole text" in result.stderr


def test_raised_errors_carry_their_status(device: nexus.Device) -> None:
    with pytest.raises(nexus.NotFoundError) as caught:
        device.get_property("Nmae")
    assert caught.value.status == "NotFound"
    assert "'Name'" in str(caught.value)
    with pytest.raises(LookupError):
        device.get_property("Nmae")
