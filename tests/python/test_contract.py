"""The calls that the API promises literally."""

from typing import Any

import numpy as np
import pytest

import nexus


def test_runtimes_and_devices() -> None:
    runtimes = nexus.get_runtimes()
    rt0 = runtimes.get(0)
    assert rt0.get_property_str("Name") == "cpu"
    dev0 = rt0.get_device(0)
    assert dev0.get_property_str("Architecture")
    assert nexus.get_runtime("cpu") == rt0
    assert nexus.get_device("cpu:0") == dev0 == nexus.get_device("cpu")


def test_buffers_and_schedules(library: nexus.Library) -> None:
    dev0 = nexus.get_device("cpu:0")
    tensor0 = np.arange(6, dtype=np.float32).reshape(2, 3)
    buf0 = dev0.create_buffer(tensor0)
    buf1 = dev0.create_buffer((1024, 1024), dtype="fp16")
    assert (buf0.shape, buf0.dtype, buf0.strides, buf0.nbytes, buf0.device) == ((2, 3), "float32", (12, 4), 24, dev0)
    assert (buf1.shape, buf1.dtype, buf1.strides, buf1.nbytes) == ((1024, 1024), "fp16", (2048, 2), 2 << 20)
    kernel = library.get_kernel("fill_index")
    sched0 = dev0.create_schedule()
    cmd0 = sched0.create_command(kernel)
    result = dev0.create_buffer(24, "int32")
    cmd0.set_arg(0, result)
    cmd0.finalize((2, 1, 3), (2, 2, 1))
    sched0.run()
    assert result.numpy().tolist() == list(range(24))


@pytest.mark.parametrize("typed", ["str", "int", "flt", "str_vec", "int_vec", "flt_vec"])
def test_typed_property_readers(device: nexus.Device, typed: str) -> None:
    types = {"str": "str", "int": "int", "flt": "float", "str_vec": "list of str", "int_vec": "list of int"}
    for owner in (device, device.runtime):
        read = getattr(owner, f"get_property_{typed}")
        for info in nexus.properties():
            if info.type == types.get(typed) and info.name in owner.properties and not info.is_live:
                assert read(info.name) == owner.get_property(info.name) == owner.properties[info.name]


def test_integers_read_as_float(device: nexus.Device) -> None:
    assert device.get_property_flt("CoreCount") == float(device.get_property_int("CoreCount"))


def test_property_map(device: nexus.Device) -> None:
    properties = device.properties
    assert list(properties) == [info.name for info in nexus.properties() if info.name in properties]
    assert len(properties) == len(dict(properties)) > 10
    assert properties.get("Nothing") is None
    assert properties.get("Nothing", 7) == 7
    assert "Nothing" not in properties
    with pytest.raises(nexus.NotFoundError):
        properties["Nothing"]


def test_property_table() -> None:
    rows = {info.name: info for info in nexus.properties()}
    assert rows["MemorySize"].unit == "B"
    assert rows["MemorySize"].type == "int"
    assert rows["MemoryFree"].is_live
    assert rows["Name"].meaning.endswith(".")


def test_launch_forms(device: nexus.Device, library: nexus.Library) -> None:
    kernel = library.get_kernel("saxpy")
    x, y = device.create_buffer(np.ones(100, np.float32)), device.create_buffer(np.zeros(100, np.float32))
    stream = device.create_stream()
    kernel.launch(4, 32, x, y, 2.0, 100)
    kernel[4, 32](x, y, 2.0, 100)
    device.default_stream.synchronize()
    kernel.launch((4, 1), [32], x, y, 2.0, 100, stream=stream, shared_bytes=0)
    kernel[4, 32, stream](x, y, 2.0, 100)
    assert stream.synchronize()
    kernel.launch(4, 32, x, y, 2.0, 100, blocking=True)
    assert set(y.numpy().tolist()) == {10.0}


def test_all_commands(device: nexus.Device, library: nexus.Library) -> None:
    source, target = device.create_buffer(8, "int32"), device.create_buffer(8, "int32")
    event = device.create_event()
    schedule = device.create_schedule()
    schedule.create_fill_command(source, 5)
    schedule.create_copy_command(target, source)
    schedule.create_signal_command(event, 3)
    schedule.create_wait_command(event, 3)
    schedule.create_command(library.get_kernel("noop"), (), 1, 1)
    assert [command.kind for command in schedule.commands] == ["fill", "copy", "signal", "wait", "launch"]
    assert schedule.commands[4].kernel.name == "noop"
    schedule.run(blocking=False)
    assert event.wait(3, timeout=10)
    device.default_stream.synchronize()
    assert target.numpy().tolist() == [5] * 8
    assert event.value == 3


def test_documentation() -> None:
    import inspect
    import pydoc

    assert str(inspect.signature(nexus.Kernel.launch)).startswith("(self, /, grid, block, *args, stream=None")
    assert str(inspect.signature(nexus.get_device)) == "(id=None)"
    owners: list[Any] = [nexus, *(value for value in list(vars(nexus).values()) if inspect.isclass(value))]
    for owner in owners:
        assert owner.__doc__, owner
        for name, member in list(vars(owner).items()):
            if not name.startswith("_") and callable(member) and not isinstance(member, (str, nexus.DType)):
                assert member.__doc__, f"{owner.__name__}.{name}"
    text = pydoc.plain(pydoc.render_doc(nexus))
    assert "Nexus Device API" in text
    assert "create_schedule(self, /)" in text
    assert "disown" not in text
