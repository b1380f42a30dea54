"""Arrays that are passed to kernels as they are."""

import sys
from typing import Any

import numpy as np
import pytest
from producers import OnlyArrayInterface, OnlyDLPack

import nexus


@pytest.fixture
def vadd(any_library: nexus.Library) -> nexus.Kernel:
    return any_library["vadd"]


def test_copied_or_shared_as_declared(vadd: nexus.Kernel) -> None:
    x, y, result = (np.full(4, value, np.float32) for value in (1, 2, 0))
    vadd[1, 4](x, y, result, 4)
    assert result.tolist() == [3.0] * 4
    vadd.launch(1, 4, result, OnlyDLPack(y, True), OnlyArrayInterface(x), 4)
    assert x.tolist() == [5.0] * 4


def test_beside_buffers(vadd: nexus.Kernel) -> None:
    buffer, result = vadd.device.create_buffer(np.ones(4, np.float32)), np.zeros(4, np.float32)
    vadd[1, 4](buffer, buffer, result, np.int64(4))
    assert result.tolist() == [2.0] * 4


@pytest.mark.parametrize("key", [slice(None, None, 2), slice(None, None, -2), slice(7, 3, -1)])
def test_any_strides(vadd: nexus.Kernel, key: slice) -> None:
    memory = np.zeros(8, np.float32)
    part = memory[key]
    vadd[1, 4](np.arange(8, dtype=np.float32)[::2], np.arange(4, dtype=np.float32)[::-1], part, 4)
    assert part.tolist() == [3, 4, 5, 6]
    assert np.count_nonzero(memory) == 4


def test_the_same_array_twice(any_library: nexus.Library) -> None:
    x = np.ones(4, np.float32)
    any_library["saxpy"][1, 4](x, x, 2.0, 4)
    assert x.tolist() == [3.0] * 4


def test_overlapping_arrays(vadd: nexus.Kernel) -> None:
    memory = np.ones(8, np.float32)
    vadd[1, 4](memory[:4], memory[2:6], np.zeros(4, np.float32), 4)
    if vadd.device.id == "cpu:0":
        return  # shared, so that the kernel sees what it was given
    with pytest.raises(nexus.InvalidArgumentError, match="argument 2 overlaps another array"):
        vadd[1, 4](memory[:4], memory[:4], memory[2:6], 4)


def test_read_only_arrays(vadd: nexus.Kernel) -> None:
    x, result = np.ones(4, np.float32), np.zeros(4, np.float32)
    x.flags.writeable = False
    vadd[1, 4](x, x, result, 4)
    assert result.tolist() == [2.0] * 4
    with pytest.raises(nexus.InvalidArgumentError, match=r"'result'.*written.*read-only"):
        vadd[1, 4](result, result, x, 4)
    assert x.tolist() == [1.0] * 4


def test_on_a_stream(vadd: nexus.Kernel) -> None:
    x, result = np.ones(4, np.float32), np.zeros(4, np.float32)
    stream = vadd.device.create_stream()
    vadd[1, 4, stream](x, x, result, 4)
    assert result.tolist() == [2.0] * 4
    vadd.launch(1, 4, x, result, result, 4, stream=stream)
    assert result.tolist() == [3.0] * 4


def test_single_numbers_in_arrays(any_library: nexus.Library) -> None:
    result = np.zeros(4)
    any_library["scalars"][1, 1](result, np.array(-3), np.array(5, np.uint8), np.array(0.5, np.float16), np.array(True))
    assert result.tolist() == [-3, 5, 0.5, 1]
    with pytest.raises(nexus.InvalidArgumentError, match=r"'i8'.*-128 to 127"):
        any_library["scalars"][1, 1](result, np.array(200), 1, 1.0, True)
    with pytest.raises(nexus.InvalidArgumentError, match=r"argument 1.*'numpy.ndarray'"):
        any_library["scalars"][1, 1](result, np.zeros(1, int), 1, 1.0, True)


def test_wrong_arrays(vadd: Any) -> None:
    good = np.zeros(4, np.float32)
    for bad, text in [
        (np.zeros(4), "'y' takes a buffer of float32, but a Buffer.*float64"),
        (np.zeros(4, ">f4"), "big-endian"),
        (np.zeros(4, object), "'O'"),
        ([1.0] * 4, "'list': make a Buffer"),
        (None, "every argument needs a value"),
        ("text", "kernels take no text"),
    ]:
        with pytest.raises(nexus.InvalidArgumentError, match=text):
            vadd[1, 4](good, bad, good.copy(), 4)
    with pytest.raises(nexus.InvalidArgumentError, match=r"takes 4 arguments.*but 5"):
        vadd[1, 4](good, good, good, 4, good)
    schedule = vadd.device.create_schedule()
    with pytest.raises(nexus.InvalidArgumentError, match="make a Buffer with"):
        schedule.create_command(vadd, (good, good, good, 4), 1, 4)


def test_without_elements(any_library: nexus.Library) -> None:
    any_library["vadd"][1, 4](*(np.zeros(0, np.float32) for _ in range(3)), 0)


def test_kernel_that_declares_nothing(any_cpu: nexus.Device, plain_library_path: Any) -> None:
    values = np.zeros(8)
    kernel = any_cpu.load_library(plain_library_path)["scale_index"]
    kernel[2, 4](values, 0.5)
    assert values.tolist() == [0.5 * i for i in range(8)]


@pytest.mark.usefixtures("any_cpu")
def test_failure_of_the_kernel(any_library: nexus.Library) -> None:
    with pytest.raises(nexus.LaunchFailedError, match="code 7"):
        any_library["throws"].launch(1, 1, np.array(7), blocking=True)


def test_references_are_given_back(vadd: nexus.Kernel) -> None:
    arrays = [np.ones(8, np.float32)[::2], np.ones(4, np.float32), np.zeros(4, np.float32)]
    before = [sys.getrefcount(array) for array in arrays]
    for _ in range(100):
        vadd[1, 4](*arrays, 4)
        with pytest.raises(nexus.InvalidArgumentError):
            vadd[1, 4](*arrays, -(2**40))
    assert [sys.getrefcount(array) for array in arrays] == before
    arrays[1].resize(0, refcheck=False)  # NumPy refuses while the memory is exported
