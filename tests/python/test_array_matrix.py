"""Every producer of arrays, element type, layout and kind of device, combined at random."""

from typing import Any

import numpy as np
import pytest

import nexus

pytest.importorskip("hypothesis")
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from producers import PRODUCERS, bits

TYPES = ["bool", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]
MORE_TYPES = ["bfloat16", "float8_e4m3fn", "float8_e5m2", "int4", "uint4", "float4_e2m1fn"]
few = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def filled(dtype: Any, shape: tuple[int, ...], seed: int) -> Any:
    """Any bits that the type can hold."""
    dtype = np.dtype(dtype)
    generator = np.random.default_rng(seed)
    if dtype == np.bool_:
        return generator.integers(0, 2, shape).astype(bool)
    raw = generator.integers(0, 256, (*shape, dtype.itemsize), np.uint8)
    if dtype.name in ("int4", "uint4", "float4_e2m1fn"):
        raw &= 15
    return raw.view(dtype)[..., 0] if shape else raw.view(dtype).reshape(())


@st.composite
def slices(draw: st.DrawFn, size: int) -> "slice | int":
    if size and draw(st.integers(0, 3)) == 0:
        return draw(st.integers(-size, size - 1))
    bounds = st.none() | st.integers(-size - 2, size + 2)
    return slice(draw(bounds), draw(bounds), draw(st.sampled_from([None, 1, 2, 3, -1, -2])))


@st.composite
def keys(draw: st.DrawFn, shape: tuple[int, ...]) -> Any:
    key = tuple(draw(slices(size)) for size in shape[: draw(st.integers(0, len(shape)))])
    if draw(st.booleans()) and len(shape) == len(key):
        return (..., *key)
    return key


@st.composite
def layouts(draw: st.DrawFn, values: Any) -> Any:
    """The values or a part of them, with strides of every kind."""
    view = values[draw(keys(values.shape))]
    if isinstance(view, np.generic):
        view = np.asarray(view)
    kind = draw(st.sampled_from(["as it is", "turned", "Fortran", "repeated"]))
    if kind == "turned":
        return view.T
    if kind == "Fortran":
        return np.asfortranarray(view)
    if kind == "repeated" and view.ndim < 4:
        return np.broadcast_to(view, (draw(st.integers(0, 3)), *view.shape))
    return view


shapes = st.lists(st.integers(0, 5), max_size=4).map(tuple)


@few
@given(st.data())
def test_in_and_out(any_device: nexus.Device, data: st.DataObject) -> None:
    dtype = data.draw(st.sampled_from(TYPES))
    values = data.draw(layouts(filled(dtype, data.draw(shapes), data.draw(st.integers(0, 99)))))
    producer = data.draw(st.sampled_from(sorted(PRODUCERS)))
    # NumPy cannot tell an old consumer that memory is read-only, and so refuses.
    source = values.copy() if producer == "DLPack" and not values.flags.writeable else values
    buffer = any_device.create_buffer(PRODUCERS[producer](source))
    assert (buffer.shape, buffer.dtype, buffer.is_contiguous) == (values.shape, values.dtype, True)
    assert bits(buffer.numpy()) == bits(values)
    again = any_device.create_buffer(values.shape, dtype if dtype == "bool" else str(values.dtype))
    again.copy_from(PRODUCERS[producer](source))
    target = np.zeros(tuple(2 * size for size in values.shape), dtype)
    key: Any = (..., *(slice(1, None, 2) for _ in values.shape))
    part = target[key]
    again.copy_to(part)
    assert bits(part) == bits(values)
    part[...] = 0
    assert not target.any(), "nothing beside the part was written"


@few
@given(st.data())
def test_types_of_extensions(any_device: nexus.Device, data: st.DataObject) -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    dtype = getattr(ml_dtypes, data.draw(st.sampled_from(MORE_TYPES)))
    values = data.draw(layouts(filled(dtype, data.draw(shapes), data.draw(st.integers(0, 99)))))
    buffer = any_device.create_buffer(values)
    assert (buffer.shape, str(buffer.dtype)) == (values.shape, values.dtype.name)
    assert bits(buffer.numpy()) == bits(values)


@few
@given(st.data())
def test_views(any_device: nexus.Device, data: st.DataObject) -> None:
    values = filled(data.draw(st.sampled_from(TYPES)), data.draw(shapes), data.draw(st.integers(0, 99)))
    buffer, expected = any_device.create_buffer(values), values.copy()
    key = data.draw(keys(values.shape))
    part, array = buffer[key], np.asarray(expected[key])
    assert part.shape == array.shape
    assert bits(part.numpy()) == bits(array)
    assert bits(part.copy().numpy()) == bits(array)
    assert part.is_contiguous == (array.flags.c_contiguous or array.size == 0)
    other = filled(values.dtype, array.shape, 7)
    if data.draw(st.booleans()):
        buffer[key] = other
    else:
        part.copy_from(any_device.create_buffer(other))
    expected[key] = other
    assert bits(buffer.numpy()) == bits(expected)
    part.fill(1)
    expected[key] = 1
    assert bits(buffer.numpy()) == bits(expected)


@few
@given(st.data())
def test_copies_between_views(any_device: nexus.Device, data: st.DataObject) -> None:
    values = np.arange(60, dtype=np.int16).reshape(3, 4, 5)
    buffer, expected = any_device.create_buffer(values), values.copy()
    source = data.draw(keys(values.shape))
    shape = expected[source].shape
    candidates = [
        key for key in data.draw(st.lists(keys(values.shape), min_size=4, max_size=9)) if expected[key].shape == shape
    ]
    target = data.draw(st.sampled_from([*candidates, source]))
    buffer[target].copy_from(buffer[source])
    expected[target] = expected[source].copy()
    assert bits(buffer.numpy()) == bits(expected)


def test_between_devices(device: nexus.Device, any_device: nexus.Device) -> None:
    values = np.arange(24, dtype=np.float32).reshape(4, 6)
    here, there = device.create_buffer(values), any_device.create_buffer((4, 6))
    there.copy_from(here)
    here.fill(0)
    there[1:3].copy_to(here[::2])
    assert np.array_equal(here.numpy()[::2], values[1:3])
    assert np.array_equal(device.create_buffer(there[:, ::-2]).numpy(), values[:, ::-2])
