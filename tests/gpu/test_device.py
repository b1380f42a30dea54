"""What a GPU tells of itself."""

import re
import subprocess
import sys
import time

import pytest

import nexus

LISTING = """
import ctypes, nexus
device = nexus.get_device({id!r})
print({{name: device.properties[name] for name in device.properties}}, list(device.runtime))
ask = ctypes.CDLL({library!r})[{function!r}]
flags, is_active = ctypes.c_uint(), ctypes.c_int(-1)
def state():
    assert ask({ordinal}, ctypes.byref(flags), ctypes.byref(is_active)) == 0
    return is_active.value
assert state() == 0
buffer = device.create_buffer(1)
assert state() == 1
"""


def test_listing_makes_no_context(device: nexus.Device) -> None:
    function = {"cuda": "cuDevicePrimaryCtxGetState", "hip": "hipDevicePrimaryCtxGetState"}[device.runtime.name]
    library = {"cuda": "libcuda.so.1", "hip": "libamdhip64.so.6"}[device.runtime.name]
    code = LISTING.format(id=device.id, library=library, function=function, ordinal=device.id.split(":")[1])
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_version_of_the_driver(device: nexus.Device, is_fake: bool) -> None:
    interface = rf"{device.runtime.name.upper()} \d+\.\d+"
    version = device.get_property_str("DriverVersion")
    assert re.match(rf"^{interface}" if is_fake else rf"^(\d+\.\S*, )?{interface}", version), version


@pytest.mark.parametrize(
    "name", ["Name", "Vendor", "Type", "Architecture", "DriverVersion", "PciAddress", "Uuid", "ComputeCapability"]
)
def test_text(device: nexus.Device, name: str) -> None:
    assert device.get_property_str(name)


@pytest.mark.parametrize(
    "name",
    [
        "CoreCount",
        "MaxClockRate",
        "MemorySize",
        "MemoryBusWidth",
        "MemoryClockRate",
        "L2CacheSize",
        "WarpSize",
        "MaxThreadsPerBlock",
        "MaxThreadsPerCore",
        "MaxBlocksPerCore",
        "RegistersPerBlock",
        "RegistersPerCore",
        "SharedMemoryPerCore",
        "MaxSharedMemoryPerBlock",
        "ConstantMemorySize",
    ],
)
def test_number(device: nexus.Device, name: str) -> None:
    assert device.get_property_int(name) > 0


def test_languages(device: nexus.Device, language: str) -> None:
    languages = device.get_property_str_vec("KernelLanguages")
    assert "nexus" in languages
    assert language in languages


def test_sensors(device: nexus.Device, is_fake: bool) -> None:
    if is_fake:
        with pytest.raises(nexus.NotFoundError):
            device.get_property_flt("Power")
    else:
        assert device.get_property_flt("Power") > 0
        assert 0 < device.get_property_flt("Temperature") < 120
        assert 0 <= device.get_property_flt("Utilization") <= 100


def test_free_memory_follows_buffers(device: nexus.Device) -> None:
    device.create_buffer((1,)).fill(0)  # the context
    before = device.get_property_int("MemoryFree")
    buffer = device.create_buffer((256 << 20,), dtype="uint8")
    assert device.get_property_int("MemoryFree") <= before
    assert buffer.nbytes == 256 << 20


def test_a_buffer_that_does_not_fit_is_refused(device: nexus.Device) -> None:
    size = device.get_property_int("MemorySize")
    kept = device.create_buffer((size // 2,), dtype="uint8")
    with pytest.raises(nexus.OutOfMemoryError, match="bytes"):
        device.create_buffer((size - (size >> 4),), dtype="uint8")
    kept.fill(1)


def test_host_buffers_are_arrays_of_the_host(device: nexus.Device) -> None:
    pinned = device.create_host_buffer((1000,), dtype="int32")
    pinned.numpy()[:] = range(1000)
    copy = device.create_buffer((1000,), dtype="int32")
    copy.copy_from(pinned.numpy())
    pinned.numpy()[:] = 0
    copy.copy_to(pinned.numpy())
    assert pinned.numpy().tolist() == list(range(1000))


def test_freed_memory_goes_back_to_others(device: nexus.Device) -> None:
    size = device.get_property_int("MemorySize")
    device.create_buffer((1,)).fill(0)  # the context
    before = device.get_property_int("MemoryFree")
    kept = [device.create_buffer((before // 4,), dtype="uint8") for _ in range(2)]
    assert device.get_property_int("MemoryFree") < before - size // 4
    del kept
    end = time.monotonic() + 10
    while device.get_property_int("MemoryFree") < before - size // 16 and time.monotonic() < end:
        time.sleep(0.05)
    assert device.get_property_int("MemoryFree") >= before - size // 16
