"""Element types."""

import pickle

import numpy as np
import pytest

import nexus
from nexus import _nexus, dtypes


def test_spellings() -> None:
    assert nexus.float16 == "fp16" == nexus.float16
    assert nexus.float16 == np.float16
    assert nexus.float16 == np.dtype("float16")
    assert np.dtype("float16") == nexus.float16
    assert nexus.float16 != "fp32"
    assert nexus.float16 != None  # noqa: E711
    assert nexus.float64 == float
    assert nexus.int64 == int
    assert nexus.bool_ == bool
    assert nexus.DType("bf16") is nexus.bfloat16
    assert str(nexus.float8_e4m3fn) == "float8_e4m3fn"
    assert repr(nexus.float8_e4m3fn) == "nexus.float8_e4m3fn"
    assert {nexus.int8: 1}[nexus.DType("int8")] == 1
    for ambiguous in ("i4", "i8", "u4", "u8"):
        with pytest.raises(nexus.InvalidArgumentError, match=rf"{ambiguous!r} is u?int\d to compilers and u?int\d\d "):
            nexus.DType(ambiguous)
    assert np.zeros(3, dtype=nexus.int16).dtype == np.int16


def test_table_is_complete() -> None:
    names = {"bool_" if row[1] == "bool" else row[1] for row in _nexus._dtype_table()}
    assert names | {"DType"} == set(dtypes.__all__)
    assert set(dtypes.__all__) <= set(nexus.__all__) <= set(dir(nexus))
    assert all(getattr(nexus, name) is getattr(dtypes, name) for name in dtypes.__all__)


@pytest.mark.parametrize("spelling", ["fp16", "float16", np.float16, np.dtype("f2"), nexus.float16])
def test_create_buffer_takes_every_spelling(device: nexus.Device, spelling: object) -> None:
    assert device.create_buffer(3, spelling).dtype is nexus.float16


@pytest.mark.parametrize("wrong", ["float17", "", 16, np.dtype(">f4"), np.dtype("M8[s]"), str, [("a", "f4")]])
def test_unknown_types(device: nexus.Device, wrong: object) -> None:
    with pytest.raises(nexus.InvalidArgumentError):
        device.create_buffer(3, wrong)
    with pytest.raises(nexus.InvalidArgumentError):
        nexus.DType(wrong)
    assert nexus.float32 != wrong


def test_pickle_and_immutability() -> None:
    assert pickle.loads(pickle.dumps(nexus.int8)) is nexus.int8
    with pytest.raises(AttributeError):
        nexus.int8.name = "int9"


def test_every_type_makes_a_buffer(device: nexus.Device) -> None:
    for name in dtypes.__all__[1:]:
        dtype = getattr(nexus, name)
        buffer = device.create_buffer((2, 3), dtype)
        assert buffer.dtype is dtype
        assert buffer.strides == (3 * dtype.itemsize, dtype.itemsize)
        assert buffer.nbytes == 6 * dtype.bits // 8
