"""What all objects have in common in Python."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nexus
from nexus import _nexus

CLASSES = [
    value
    for value in list(vars(_nexus).values())
    if isinstance(value, type) and value.__module__ == "nexus" and not issubclass(value, Exception)
]


@pytest.fixture
def objects(device: nexus.Device, library: nexus.Library) -> list[Any]:
    schedule = device.create_schedule()
    kernel = library.get_kernel("saxpy")
    return [
        nexus.get_system(),
        nexus.get_runtimes(),
        device.runtime,
        device.runtime.devices,
        device,
        device.create_buffer((3, 4), "fp16"),
        library,
        kernel,
        (kernel.arguments or ())[0],
        kernel[1, 1],
        device.create_stream(),
        device.create_event(7),
        schedule,
        schedule.create_command(kernel),
        nexus.get_plugin_records()[0],
        nexus.properties()[0],
    ]


@pytest.mark.parametrize("cls", CLASSES)
def test_sealed(cls: Any) -> None:
    with pytest.raises(TypeError, match="cannot create"):
        cls()
    with pytest.raises(TypeError):
        cls.__new__(cls)
    with pytest.raises(TypeError):
        object.__new__(cls)
    with pytest.raises(TypeError):
        type("Derived", (cls,), {})
    with pytest.raises(TypeError):
        cls.surprise = 1


@pytest.mark.parametrize("cls", CLASSES)
def test_shows_only_the_api(cls: Any) -> None:
    foreign = {"append", "next", "own", "disown", "acquire", "this", "thisown", "__int__", "__dict__"}
    assert not foreign & set(dir(cls))
    assert cls.__module__ == "nexus"


def test_attributes_are_read_only(objects: list[Any]) -> None:
    for value in objects:
        with pytest.raises(AttributeError):
            value.surprise = 1
        for name in dir(value):
            if not name.startswith("_"):
                with pytest.raises((AttributeError, TypeError, nexus.InvalidArgumentError)):
                    setattr(value, name, 1)


def test_text(objects: list[Any], device: nexus.Device) -> None:
    texts = [repr(value) for value in objects]
    name = device.get_property_str("Name")
    assert texts[2] == "<Runtime cpu, 1 device>"
    assert texts[4].startswith(f"<Device cpu:0 '{name}' {device.get_property_str('Architecture')}, ")
    assert texts[5] == "<Buffer (3, 4) float16 on cpu:0>"
    assert texts[6].endswith("basic.so' on cpu:0>")
    assert texts[7] == "<Kernel saxpy(x: in float32*, y: inout float32*, a: float32, n: uint64)>"
    assert texts[11] == "<Event at 7 on cpu:0>"
    assert texts[12] == "<Schedule of 1 command on cpu:0>"
    assert all(text.startswith("<") and "object at 0x" not in text for text in texts)


def test_identity(device: nexus.Device) -> None:
    again = device.runtime.devices[0]
    assert again == device
    assert again is not device
    assert hash(again) == hash(device)
    assert not (again != device)  # noqa: SIM202
    assert device != device.runtime
    assert device != 1
    assert device.create_event() != device.create_event()
    with pytest.raises(TypeError):
        device < again  # type: ignore[operator] # noqa: B015


def test_truth(objects: list[Any]) -> None:
    assert all(objects)


def test_not_a_number(objects: list[Any]) -> None:
    for value in objects:
        # int() reads the text in a bytes-like object, which a Buffer is.
        with pytest.raises(ValueError if isinstance(value, nexus.Buffer) else TypeError):
            int(value)


def test_refuses_pickling(objects: list[Any]) -> None:
    for value in objects:
        with pytest.raises(TypeError, match="belongs to this process"):
            pickle.dumps(value)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_copies(objects: list[Any], duplicate: Callable[[Any], Any]) -> None:
    for value in objects:
        if isinstance(value, (nexus.Schedule, nexus.Command)):
            with pytest.raises(TypeError, match=r"from what it was made of"):
                duplicate(value)
        elif isinstance(value, nexus.Buffer):
            value.fill(1)
            other = duplicate(value)
            value.fill(2)
            assert set(other.numpy().flat) == {1}
        else:
            assert duplicate(value) is value


def test_sequences(device: nexus.Device) -> None:
    runtimes, devices = nexus.get_runtimes(), device.runtime.devices
    assert len(runtimes) == len(list(runtimes)) >= 1
    assert runtimes["cpu"] == device.runtime
    assert "cpu" in runtimes
    assert "nothing" not in runtimes
    assert device.runtime in runtimes
    assert device in devices
    assert None not in devices
    assert devices[-1] == devices[len(devices) - 1] == devices[np.int64(0)]
    assert devices[:] == tuple(devices)
    assert devices[5:] == ()
    for sequence in (runtimes, devices):
        for index in (len(sequence), -len(sequence) - 1, 2**62):
            with pytest.raises(nexus.NotFoundError):
                sequence[index]
        for bad in (1.5, None, 2**70, True):
            with pytest.raises(nexus.InvalidArgumentError):
                sequence[bad]  # type: ignore[index]
    with pytest.raises(nexus.NotFoundError, match="cpu"):
        runtimes["nothing"]
    with pytest.raises(nexus.InvalidArgumentError):
        devices["cpu"]  # type: ignore[call-overload]


def test_records() -> None:
    (record,) = [record for record in nexus.get_plugin_records() if record.name == "cpu"]
    assert (record.state, record.reason, record.version) == ("available", "", nexus.__version__)
    assert record.path == nexus.get_runtime("cpu").plugin_path


def test_kernel_description(library: nexus.Library) -> None:
    kernel = library.get_kernel("vadd")
    assert kernel.arguments is not None
    rows = [(a.name, a.is_buffer, str(a.dtype), a.size, a.access) for a in kernel.arguments]
    assert rows == [
        ("x", True, "float32", 4, "read"),
        ("y", True, "float32", 4, "read"),
        ("result", True, "float32", 4, "write"),
        ("n", False, "int32", 4, "read"),
    ]
    assert kernel.library == library
    assert kernel.device == library.device
    assert library.get_kernel("block_sum").shared_bytes == 1024
    assert [k.name for k in library.kernels] == sorted(k.name for k in library.kernels)
