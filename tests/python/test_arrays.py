"""Arrays of other libraries in and out."""

import array
import ctypes
import gc
import os
import weakref
from typing import Any

import numpy as np
import pytest
from producers import OnlyArrayInterface, OnlyCudaArrayInterface, OnlyDLPack

import nexus

NUMPY_TYPES = ["bool", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]


@pytest.mark.parametrize("code", NUMPY_TYPES)
def test_round_trip(device: nexus.Device, code: str) -> None:
    values = np.arange(24).astype(code).reshape(2, 3, 4)
    buffer = device.create_buffer(values)
    assert (buffer.shape, buffer.dtype, buffer.strides) == (values.shape, values.dtype, values.strides)
    back = np.empty_like(values)
    buffer.copy_to(back)
    for result in (back, buffer.numpy(), np.asarray(buffer), np.from_dlpack(buffer) if code != "bool" else back):
        assert result.dtype == values.dtype
        assert np.array_equal(result, values)
    assert memoryview(buffer).shape == values.shape


@pytest.mark.parametrize("versioned", [False, True])
@pytest.mark.parametrize("code", ["f4", "i8", "u2", "c8"])
def test_dlpack_in(device: nexus.Device, code: str, versioned: bool) -> None:
    values = np.arange(6).astype(code).reshape(2, 3)
    assert np.array_equal(device.create_buffer(OnlyDLPack(values, versioned)).numpy(), values)


def test_dlpack_read_only_is_respected(device: nexus.Device) -> None:
    values = np.zeros(3, np.float32)
    values.flags.writeable = False
    with pytest.raises(nexus.InvalidArgumentError, match="read-only"):
        device.create_buffer(3).copy_to(OnlyDLPack(values, True))


def test_dlpack_of_another_device(device: nexus.Device) -> None:
    with pytest.raises(nexus.InvalidArgumentError, match="device type 2, number 1"):
        device.create_buffer(OnlyDLPack(np.zeros(3), True, device=(2, 1)))


@pytest.mark.skipif("NEXUS_GPU" in os.environ, reason="there is a runtime that knows such memory: tests/gpu")
def test_memory_of_cuda(device: nexus.Device) -> None:
    with pytest.raises(nexus.InvalidArgumentError, match=r"cuda:0 .*copy it to the host first"):
        device.create_buffer(OnlyCudaArrayInterface(np.zeros(3)))


def test_lists_and_numbers(device: Any) -> None:
    for values, dtype in [
        ([1, -2, 3], "int8"),
        ([[1, 2], (3, 4)], "fp16"),
        ([], "fp32"),
        ([[], []], "fp32"),
        (2.5, "bf16"),
        (True, "bool"),
        (1 + 2j, "c64"),
        ([1j, 2, 0.5, np.float32(3)], "c128"),
        ([2**64 - 1, 2**63 + 1], "u64"),
        ([2**53 + 1], "int64"),
    ]:
        buffer = device.create_buffer(values, dtype)
        assert buffer.dtype == dtype
        expected = np.array(values)
        assert buffer.shape == expected.shape
        if dtype != "bf16":
            assert buffer.numpy().tolist() == expected.tolist()
    for wrong, dtype, text in [
        ([1, 300], "int8", r"item \[1\]: the value 300 does not fit int8"),
        ([[1], [2, 3]], "int8", r"item \[1\] is a list of 2, expected a list of 1"),
        ([1, [2]], "int8", r"item \[1\] is a list"),
        ([[1], 2], "int8", r"item \[1\] is of type 'int'"),
        ([1.5], "int32", r"item \[0\].*convert it to an integer"),
        ([1j], "fp32", "complex"),
        (["1"], "int8", r"item \[0\] must be a number, not 'str'"),
        ([None], "int8", "'NoneType'"),
        ([np.zeros(3)], "fp32", r"numpy\.stack"),
        ([2**64], "u64", "64 bits"),
        (1e40, "fp32", "infinite"),
        ([[[[[[[[[1]]]]]]]]], "int8", "8 levels"),
    ]:
        with pytest.raises(nexus.InvalidArgumentError, match=text):
            device.create_buffer(wrong, dtype)


@pytest.mark.parametrize(
    ("dtype", "values", "nibbles", "refused"),
    [
        ("int4", [-8, -1, 0, 7], [8, 15, 0, 7], [8, -9, 1.5, 1j]),
        ("uint4", [0, 1, 15], [0, 1, 15], [-1, 16, 0.5]),
        ("fp4", [0.5, -6, 0.25, 0.75, 5.0, 6.9, 2], [1, 15, 0, 2, 6, 7, 4], [7.0, float("nan"), float("inf"), 5, 1j]),
    ],
)
def test_packed_types(any_device: Any, dtype: str, values: list[Any], nibbles: list[int], refused: list[Any]) -> None:
    buffer = any_device.create_buffer(values, dtype)
    packed = buffer.view("uint8").numpy()
    assert [(byte >> shift) & 15 for byte in packed.tolist() for shift in (0, 4)][: len(values)] == nibbles
    buffer.fill(values[-1])
    assert set(buffer.view("uint8").numpy()[:1].tolist()) == {nibbles[-1] * 17}
    for wrong in refused:
        with pytest.raises(nexus.InvalidArgumentError, match="does not fit"):
            any_device.create_buffer([wrong], dtype)


def test_fill_with_every_number(device: Any) -> None:
    for dtype, value in [
        ("uint64", 2**64 - 1),
        ("int64", 2**53 + 1),
        ("c64", 1 - 2j),
        ("c128", 3),
        ("bool", True),
        ("int8", np.int64(3)),
    ]:
        buffer, recorded = device.create_buffer(3, dtype), device.create_buffer(3, dtype)
        buffer.fill(value)
        schedule = device.create_schedule()
        schedule.create_fill_command(recorded, value)
        schedule.run()
        assert buffer.numpy().tolist() == recorded.numpy().tolist() == [value] * 3


def test_read_only_arrays(device: Any, library: nexus.Library) -> None:
    values = np.arange(4, dtype=np.float32)
    values.flags.writeable = False
    buffer = device.wrap(values)
    assert buffer.is_read_only
    assert buffer[1:].is_read_only
    assert not buffer.copy().is_read_only
    assert not buffer.numpy().flags.writeable
    assert not np.from_dlpack(buffer).flags.writeable
    assert memoryview(buffer).readonly
    assert device.wrap(b"bytes").is_read_only
    result = device.create_buffer(4)
    library["vadd"].launch(1, 4, buffer, buffer, result, 4, blocking=True)
    assert result.numpy().tolist() == [0, 2, 4, 6]
    for call in (
        lambda: buffer.fill(1),
        lambda: buffer[1:].fill(1),
        lambda: buffer.copy_from(result),
        lambda: library["vadd"].launch(1, 4, result, result, buffer, 4),
    ):
        with pytest.raises(nexus.InvalidArgumentError, match="read-only"):
            call()
    with pytest.raises(BufferError, match="read-only"):
        buffer.__dlpack__()
    assert values.tolist() == [0, 1, 2, 3]


def test_copies_of_arrays_are_no_destinations(device: nexus.Device) -> None:
    class Copying:
        def __dlpack_device__(self) -> tuple[int, int]:
            return 1, 0

        def __dlpack__(self, **keywords: Any) -> Any:
            return np.zeros(3, np.float32).__dlpack__(**keywords, copy=True)

    device.create_buffer(Copying())
    for call in (device.create_buffer(3).copy_to, device.wrap):
        with pytest.raises(nexus.InvalidArgumentError, match="only a copy of its memory"):
            call(Copying())


def test_dlpack_out(device: Any) -> None:
    buffer = device.create_buffer(np.arange(6, dtype=np.int32))
    assert buffer.__dlpack_device__() == (1, 0)
    shared = np.from_dlpack(buffer)
    buffer.fill(3)
    assert shared.tolist() == [3] * 6
    copied = np.from_dlpack(buffer, copy=True)
    buffer.fill(4)
    assert copied.tolist() == [3] * 6
    assert "dltensor_versioned" in repr(buffer.__dlpack__(max_version=(1, 0)))
    assert "dltensor_versioned" not in repr(buffer.__dlpack__())
    with pytest.raises(BufferError):
        buffer.__dlpack__(dl_device=(2, 0))
    for bad in ({"max_version": "1"}, {"dl_device": 3}, {"copies": True}):
        with pytest.raises((nexus.InvalidArgumentError, TypeError)):
            buffer.__dlpack__(**bad)


def test_array_interface_in(device: nexus.Device) -> None:
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert np.array_equal(device.create_buffer(OnlyArrayInterface(values)).numpy(), values)
    with pytest.raises(nexus.InvalidArgumentError, match="big-endian"):
        device.create_buffer(OnlyArrayInterface(values, typestr=">f4"))
    with pytest.raises(nexus.InvalidArgumentError, match="typestr"):
        device.create_buffer(OnlyArrayInterface(values, typestr=None))
    with pytest.raises(nexus.InvalidArgumentError, match="V4"):
        device.create_buffer(OnlyArrayInterface(values, typestr="|V4"))
    with pytest.raises(nexus.InvalidArgumentError, match="mask"):
        device.create_buffer(OnlyArrayInterface(values, mask=values))
    with pytest.raises(nexus.InvalidArgumentError, match="strides"):
        device.create_buffer(OnlyArrayInterface(values, strides=(4,)))
    with pytest.raises(nexus.InvalidArgumentError, match="address is 0"):
        device.create_buffer(OnlyArrayInterface(values, data=(0, False)))
    turned = np.asfortranarray(values)
    assert np.array_equal(device.create_buffer(OnlyArrayInterface(turned)).numpy(), values)


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (b"abc", "uint8"),
        (bytearray(b"abc"), "uint8"),
        (array.array("l", [1, 2]), "int64"),
        (array.array("f", [1, 2]), "float32"),
        ((ctypes.c_int32 * 3)(1, 2, 3), "int32"),
        (memoryview(b"abcd").cast("H"), "uint16"),
        (np.float32(3), "float32"),
        (np.zeros(()), "float64"),
    ],
)
def test_other_sources(device: nexus.Device, values: Any, dtype: str) -> None:
    buffer = device.create_buffer(values)
    assert buffer.dtype == dtype
    assert bytes(buffer) == bytes(memoryview(values))


@pytest.mark.parametrize("shape", [5, (5,), np.int64(5), (np.int32(5),)])
def test_shapes(device: nexus.Device, shape: Any) -> None:
    assert device.create_buffer(shape).shape == (5,)
    assert device.create_buffer(shape).dtype is nexus.float32


def test_dtype_beside_array(device: nexus.Device) -> None:
    values = np.zeros(3, np.float32)
    assert device.create_buffer(values, "fp32").dtype == "float32"
    with pytest.raises(nexus.InvalidArgumentError, match=r"float64.*float32"):
        device.create_buffer(values, "float64")


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (np.zeros(3, ">f4"), "big-endian"),
        (np.zeros(3, "M8[s]"), "datetime64"),
        (np.zeros(3, object), "'O'"),
        (np.zeros(3, [("a", "f4")]), "T{f:a:}"),
        (np.zeros(3, "U5"), "5w"),
        (np.zeros(3, np.longdouble), "'g'"),
        (np.zeros((1,) * 9), "9 dimensions"),
        ("text", "must be an array"),
        (None, "must be an array"),
        (3.5, "dtype must be given"),
        (True, "dtype must be given"),
        ({}, "must be an array"),
        ([1.5, 2.5], "dtype must be given"),
        ([5], "a shape is an int or a tuple"),
        ((1.5, 2.5), "pass a list and a dtype"),
        ((1, True), "'bool', not int"),
        ((1,) * 9, "9 dimensions"),
        (-4, "no size may be negative"),
        ((3, -1), "no size may be negative"),
        (2**70, "does not fit 64 bits"),
    ],
)
def test_refused_sources(device: nexus.Device, wrong: Any, text: str) -> None:
    with pytest.raises(nexus.InvalidArgumentError, match=text):
        device.create_buffer(wrong)


@pytest.mark.parametrize("shape", [2**60, (2**40, 2**40), (2**62, 2**62)])
def test_sizes_beyond_memory(device: nexus.Device, shape: Any) -> None:
    with pytest.raises(nexus.OutOfMemoryError):
        device.create_buffer(shape)


def test_wrong_copies(device: nexus.Device) -> None:
    buffer = device.create_buffer(np.arange(6, dtype=np.float32))
    read_only = np.zeros(6, np.float32)
    read_only.flags.writeable = False
    wrong: list[Any] = [
        np.zeros(5, np.float32),
        np.zeros(7, np.float32),
        np.zeros(6, np.float64),
        None,
        [0.0] * 6,
        "text",
        3,
    ]
    for values in wrong:
        with pytest.raises(nexus.InvalidArgumentError):
            buffer.copy_from(values)
        with pytest.raises(nexus.InvalidArgumentError):
            buffer.copy_to(values)
    with pytest.raises(nexus.InvalidArgumentError, match="read-only"):
        buffer.copy_to(read_only)
    buffer.copy_from(read_only.reshape(2, 3))
    assert not buffer.numpy().any()
    for call in (buffer.copy_from, buffer.copy_to):
        with pytest.raises(TypeError):
            call()  # type: ignore[call-arg]
        with pytest.raises(TypeError):
            call(read_only, None, None)  # type: ignore[call-arg]


def test_fill(device: nexus.Device) -> None:
    for dtype, value in [
        ("int8", -128),
        ("uint64", 2**64 - 2048),
        ("float16", 1.5),
        ("bool", True),
        ("int64", 2**62 + 1),
        ("int32", 5.0),
    ]:
        buffer = device.create_buffer(3, dtype)
        buffer.fill(value)
        assert buffer.numpy().tolist() == [value] * 3
    buffer = device.create_buffer(3, "float32")
    buffer.fill(np.float32(0.1))
    assert buffer.numpy().tolist() == [np.float32(0.1)] * 3
    buffer.fill(float("inf"))
    assert np.isinf(buffer.numpy()).all()
    for dtype, bad in [
        ("int8", 128),
        ("uint8", -1),
        ("int32", 1.5),
        ("float16", 1e6),
        ("uint64", 2**64),
        ("int8", "a"),
        ("int8", None),
    ]:
        with pytest.raises(nexus.InvalidArgumentError):
            device.create_buffer(3, dtype).fill(bad)  # type: ignore[arg-type]


def test_wrap_shares_memory(device: nexus.Device) -> None:
    values = np.arange(4, dtype=np.float64)
    buffer = device.wrap(values)
    buffer.fill(2)
    assert values.tolist() == [2.0] * 4
    values[1] = 7
    assert buffer.numpy()[1] == 7


def test_wrap_keeps_the_owner(device: nexus.Device) -> None:
    class Owner(bytearray):
        pass

    owner = Owner(64)
    gone = weakref.ref(owner)
    buffer = device.wrap(owner)
    del owner
    gc.collect()
    assert gone() is not None
    buffer.fill(1)
    del buffer
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("wrong", [np.zeros((4, 4))[:, 1], np.zeros((4, 4)).T, None, 4, (4,), [1.0]])
def test_refused_wraps(device: nexus.Device, wrong: Any) -> None:
    with pytest.raises(nexus.InvalidArgumentError):
        device.wrap(wrong)


def test_views_outlive_the_buffer(device: nexus.Device) -> None:
    views = []
    for make in (memoryview, np.asarray, np.from_dlpack, lambda buffer: buffer.numpy()):
        buffer = device.create_buffer(np.arange(1000, dtype=np.int64))
        views.append(make(buffer))
        del buffer
    gc.collect()
    junk = [device.create_buffer(np.full(1000, 9, np.int64)) for _ in range(8)]
    assert all(np.asarray(view).tolist() == list(range(1000)) for view in views)
    del junk


def test_types_without_a_format(device: nexus.Device) -> None:
    buffer = device.create_buffer((2, 3), "bf16")
    with pytest.raises(BufferError, match="bfloat16"):
        memoryview(buffer)
    raw = np.frombuffer(buffer, np.uint16)  # type: ignore[call-overload]
    buffer.fill(1)
    assert raw.tolist() == [0x3F80] * 6
    try:
        import ml_dtypes  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        with pytest.raises(TypeError, match="ml_dtypes"):
            buffer.numpy()
        with pytest.raises(TypeError, match="ml_dtypes"):
            np.asarray(buffer)
    else:
        assert buffer.numpy().dtype == ml_dtypes.bfloat16
        assert device.create_buffer(buffer.numpy()).dtype is nexus.bfloat16


def test_numpy_conversion(device: nexus.Device) -> None:
    buffer = device.create_buffer(np.arange(3, dtype=np.int32))
    assert np.asarray(buffer, dtype=np.float64).dtype == np.float64
    assert np.array(buffer).base is None
    assert np.shares_memory(np.asarray(buffer), buffer.numpy())
