"""Parts of buffers that share the memory."""

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nexus


@pytest.fixture
def buffer(any_device: nexus.Device) -> nexus.Buffer:
    return any_device.create_buffer(np.arange(24, dtype=np.float32).reshape(2, 3, 4))


def test_attributes(buffer: nexus.Buffer) -> None:
    part = buffer[1, ::-2]
    assert (part.shape, part.strides, part.offset) == ((2, 4), (-32, 4), 80)
    assert (part.ndim, part.size, part.itemsize, part.nbytes) == (2, 8, 4, 32)
    assert not part.is_contiguous
    assert part.device == buffer.device
    assert part != buffer


def test_sequence(buffer: nexus.Buffer, any_device: nexus.Device) -> None:
    assert len(buffer) == 2
    assert [row.shape for row in buffer] == [(3, 4), (3, 4)]
    assert [int(item.numpy()) for item in buffer[1, 2]] == [20, 21, 22, 23]
    empty, single = any_device.create_buffer(0), any_device.create_buffer(())
    assert list(empty) == []
    assert empty
    with pytest.raises(TypeError, match="without dimensions"):
        len(single)
    with pytest.raises(TypeError, match="without dimensions"):
        iter(single)
    assert single[()].shape == single[...].shape == ()


@pytest.mark.parametrize(
    ("key", "error", "text"),
    [
        (2, nexus.NotFoundError, "index 2 is out of bounds for dimension 0 with size 2"),
        ((0, -4), nexus.NotFoundError, "index -4 is out of bounds for dimension 1 with size 3"),
        ((0, 0, 0, 0), nexus.InvalidArgumentError, "3 dimensions, but 4"),
        ((..., ...), nexus.InvalidArgumentError, "at most one"),
        (None, nexus.InvalidArgumentError, "'NoneType'"),
        (1.0, nexus.InvalidArgumentError, "'float'"),
        (True, nexus.InvalidArgumentError, "'bool'"),
        ([0, 1], nexus.InvalidArgumentError, "'list'"),
        (np.array([True, False]), nexus.InvalidArgumentError, "'numpy.ndarray'"),
        (2**70, nexus.InvalidArgumentError, "64 bits"),
        (slice(None, None, 0), ValueError, "step"),
    ],
)
def test_wrong_keys(buffer: Any, key: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        buffer[key]
    with pytest.raises(error, match=text):
        buffer[key] = 1


def test_assignment(buffer: Any) -> None:
    expected = buffer.numpy().copy()
    for key, value in [
        ((0, 1), 7),
        ((slice(None), 2, ...), 2.5),
        ((1, slice(None, None, 2)), np.ones((2, 4), np.float32)),
        ((0, 0), [1, 2, 3, 4]),
        ((0, 0, 0), np.float32(9)),
        ((0, 0, 1), True),
    ]:
        buffer[key] = value
        expected[key] = value
        assert np.array_equal(buffer.numpy(), expected)
    buffer[0] = buffer[1]
    assert np.array_equal(buffer.numpy()[0], expected[1])
    for wrong, text in [
        (np.zeros(4, np.float32), r"shape \(4,\) cannot be put in a part of shape \(3, 4\)"),
        (np.zeros((3, 4)), "element type is float64"),
        ([1, 2], "shape"),
        ("text", "must be a number"),
        (1j, "complex"),
        (1e40, "infinite"),
    ]:
        with pytest.raises(nexus.InvalidArgumentError, match=text):
            buffer[0] = wrong
    with pytest.raises((nexus.InvalidArgumentError, TypeError)):
        del buffer[0]


def test_reshape_and_view(buffer: Any) -> None:
    values = buffer.numpy()
    assert np.array_equal(buffer.reshape(4, -1).numpy(), values.reshape(4, -1))
    assert np.array_equal(buffer.reshape((24,)).numpy(), values.ravel())
    assert np.array_equal(buffer[1].reshape([12]).numpy(), values[1].ravel())
    assert np.array_equal(buffer.view("uint8").numpy(), values.view(np.uint8))
    assert np.array_equal(buffer.view(np.float64).numpy(), values.view(np.float64))
    assert np.array_equal(buffer[:, 1].view("i16").numpy(), values[:, 1].view(np.int16))
    refused: list[tuple[Callable[[], object], str]] = [
        (lambda: buffer.reshape(5, 5), "24 elements, not 25"),
        (lambda: buffer.reshape(-1, -1), "only one"),
        (lambda: buffer.reshape("4"), "must be an int"),
        (lambda: buffer[:, 1:].reshape(-1), "strides"),
        (lambda: buffer[..., :3].view("fp64"), "12 bytes"),
        (lambda: buffer.view("i8"), "NumPy"),
        (lambda: buffer.view(None), "dtype"),
    ]
    for call, text in refused:
        with pytest.raises(nexus.InvalidArgumentError, match=text):
            call()


def test_parts_are_kernel_arguments(buffer: nexus.Buffer, any_library: nexus.Library) -> None:
    vadd = any_library["vadd"]
    vadd.launch(1, 4, buffer[0, 0], buffer[0, 1], buffer[1, 2], 4, blocking=True)
    assert buffer[1, 2].numpy().tolist() == [4.0, 6.0, 8.0, 10.0]
    assert buffer[1, 1].numpy().tolist() == [16.0, 17.0, 18.0, 19.0]
    with pytest.raises(nexus.InvalidArgumentError, match=r"'y': .*strides \(-4,\).*copy it"):
        vadd.launch(1, 4, buffer[0, 0], buffer[0, 1, ::-1], buffer[1, 2], 4)


def test_memory_outlives_the_whole(any_device: nexus.Device) -> None:
    part = any_device.create_buffer(np.arange(1000))[500:510]
    junk = [any_device.create_buffer(np.zeros(1000, int)) for _ in range(8)]
    assert part.numpy().tolist() == list(range(500, 510))
    del junk


def test_buffer_protocol_of_views(device: Any) -> None:
    buffer = device.create_buffer(np.arange(12, dtype=np.int32).reshape(3, 4))
    part = buffer[:, ::2]
    assert np.asarray(memoryview(part)).tolist() == [[0, 2], [4, 6], [8, 10]]
    assert np.shares_memory(np.asarray(part), np.asarray(buffer))
    assert np.from_dlpack(part).tolist() == [[0, 2], [4, 6], [8, 10]]
    assert np.from_dlpack(part, copy=True).strides == (8, 4)
    assert memoryview(buffer.reshape(12)[::-1]).tolist() == list(range(11, -1, -1))
    with pytest.raises(BufferError, match="not contiguous"):
        hashlib.sha1(part)


def test_host_cannot_see_an_island(any_device: Any) -> None:
    buffer = any_device.create_buffer(np.arange(4.0))
    if any_device.id == "cpu:0":
        assert memoryview(buffer).tolist() == [0, 1, 2, 3]
        return
    with pytest.raises(BufferError, match=f"{any_device.id} is not visible"):
        memoryview(buffer)
    assert np.asarray(buffer).tolist() == [0, 1, 2, 3]
    assert buffer.numpy().tolist() == [0, 1, 2, 3]
    if any_device.id != "island:0":  # a GPU may share memory of the host, and exports its own
        return
    with pytest.raises(nexus.UnsupportedError, match="cannot use memory of the host"):
        any_device.wrap(np.zeros(4))
    with pytest.raises(BufferError, match="not visible"):
        buffer.__dlpack__()
