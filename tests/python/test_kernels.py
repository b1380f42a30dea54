"""Libraries, kernels and their arguments."""

import functools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nexus


@pytest.fixture
def scalars(library: nexus.Library, device: nexus.Device) -> Any:
    result = device.create_buffer(4, "float64")
    kernel = library.get_kernel("scalars")

    def call(*values: Any) -> list[float]:
        kernel.launch(1, 1, result, *values, blocking=True)
        return result.numpy().tolist()  # type: ignore[no-any-return]

    return call


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((-128, 2**63, 1.5, True), [-128, 2.0**63, 1.5, 1]),
        ((np.int8(3), np.uint64(5), np.float32(0.5), np.bool_(False)), [3, 5, 0.5, 0]),
        ((np.int64(127), np.uint8(255), np.float16(2), 1), [127, 255, 2, 1]),
        ((False, 0, 3, 0), [0, 0, 3, 0]),
    ],
)
def test_scalars(scalars: Any, values: tuple[Any, ...], expected: list[float]) -> None:
    assert scalars(*values) == expected


def test_other_integers(scalars: Any) -> None:
    class Index:
        def __index__(self) -> int:
            return 7

    class Fancy(int):
        pass

    assert scalars(Index(), Fancy(8), 1.0, 0)[:2] == [7, 8]


@pytest.mark.parametrize(
    ("position", "value", "text"),
    [
        (0, 128, r"'i8'.*-128 to 127"),
        (0, -129, r"'i8'"),
        (0, 1.0, r"'i8'.*convert it to an integer"),
        (0, np.float64(1), r"'i8'"),
        (1, -1, r"'u64'"),
        (1, 2**64, "does not fit 64 bits"),
        (1, -(2**70), "does not fit 64 bits"),
        (3, 2, "0 or 1"),
        (0, None, "'NoneType': every argument needs a value"),
        (0, "1", "'str': kernels take no text"),
        (0, b"1", "'bytes'"),
        (0, [1], "'list'"),
        (0, (1,), "'tuple'"),
        (0, 1j, "it is complex"),
        (0, np.complex64(1), r"\(1\+0j\) does not fit int8: it is complex"),
        (0, np.zeros(3), r"'numpy.ndarray': make a Buffer with device.create_buffer\(array\)"),
        (0, np.datetime64(1, "s"), "datetime64"),
        (0, np.longdouble(1), "longdouble"),
        (0, np.str_("1"), "str"),
        (0, object(), "'object'"),
        (0, nexus.float16, "'DType'"),
    ],
)
def test_wrong_scalars(scalars: Any, position: int, value: Any, text: str) -> None:
    values = [1, 2, 3.0, True]
    values[position] = value
    with pytest.raises(nexus.InvalidArgumentError, match=text) as caught:
        scalars(*values)
    assert f"argument {position + 1}" in str(caught.value)


def test_wrong_buffers(device: Any, library: Any) -> None:
    kernel = library.get_kernel("saxpy")
    x, doubles = device.create_buffer(4), device.create_buffer(4, "float64")
    for arguments, text in (
        ((doubles, x, 1.0, 4), r"float32.*float64"),
        ((x, 3, 1.0, 4), "'y' takes a buffer"),
        ((x, x, x, 4), "'a' takes a float32"),
        ((x, x, 1.0), r"takes 4 arguments \(x, y, a, n\), but 3 were given"),
        ((x, x, 1.0, 4, 5), "but 5 were given"),
        ((), "but 0 were given"),
        ((device, x, 1.0, 4), "'nexus.Device'"),
    ):
        with pytest.raises(nexus.InvalidArgumentError, match=text):
            kernel.launch(1, 1, *arguments)
        with pytest.raises(nexus.InvalidArgumentError, match=text):
            kernel[1, 1](*arguments)


def test_ways_to_call(device: Any, library: Any) -> None:
    x, y = device.create_buffer(np.ones(4, np.float32)), device.create_buffer(np.zeros(4, np.float32))
    configured = library.get_kernel("saxpy")[1, 4]
    arguments = [x, y, 1.0, 4]
    configured(x, y, 1.0, 4)
    configured(*arguments)
    configured(*arguments)
    type(configured).__call__(configured, *arguments)
    functools.partial(configured, x, y)(1.0, 4)
    assert list(map(configured, [x], [y], [np.float32(1)], [4])) == [None]
    assert callable(configured)
    library.get_kernel("saxpy").launch(1, 4, x, y, 1.0, 4, blocking=True)
    assert y.numpy().tolist() == [7] * 4
    with pytest.raises(TypeError, match="takes no keyword arguments"):
        configured(*arguments, stream=None)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "x = 0"),
        (-1, "x = -1"),
        ((1, 0), "y = 0"),
        ((1, 1, -5), "z = -5"),
        (2**63 - 1, "takes 1 to"),
        (2**63, "does not fit 64 bits"),
        (-(2**80), "does not fit 64 bits"),
        ((), "0 dimensions"),
        ((1, 1, 1, 1), "4 dimensions"),
        (1.0, "'float'"),
        (True, "'bool'"),
        ((1, True), "'bool'"),
        ("1", "'str'"),
        (None, "'NoneType'"),
        ((1, None), "'NoneType'"),
        (np.ones(3, int), "'numpy.ndarray'"),
    ],
)
def test_wrong_sizes(library: nexus.Library, size: Any, text: str) -> None:
    kernel = library.get_kernel("noop")
    with pytest.raises(nexus.InvalidArgumentError, match=text) as caught:
        kernel.launch(size, 1)
    assert "grid" in str(caught.value)
    with pytest.raises(nexus.InvalidArgumentError, match=text) as caught:
        kernel.launch(1, size)
    assert "block" in str(caught.value)


def test_sizes_over_the_limits(device: nexus.Device, library: nexus.Library) -> None:
    kernel = library.get_kernel("noop")
    threads = device.get_property_int("MaxThreadsPerBlock")
    grid = device.get_property_int_vec("MaxGridDims")
    with pytest.raises(nexus.InvalidArgumentError, match="block"):
        kernel.launch(1, (threads, 2))
    with pytest.raises(nexus.InvalidArgumentError, match="grid"):
        kernel.launch(grid[0] + 1, 1)
    with pytest.raises(nexus.InvalidArgumentError, match=r"2\^63"):
        kernel.launch(tuple(grid), threads)
    shared = device.get_property_int("MaxSharedMemoryPerBlock")
    for wrong in (-1, shared + 1, 2**70, "1", 1.0, None):
        with pytest.raises(nexus.InvalidArgumentError):
            kernel.launch(1, 1, shared_bytes=wrong)  # type: ignore[arg-type]


def test_wrong_call_shapes(device: Any, library: Any) -> None:
    kernel = library.get_kernel("noop")
    kernel.launch(grid=1, block=1)
    kernel.launch(1, block=1)
    get_device: Any = nexus.get_device
    calls: list[Any] = [
        lambda: kernel.launch(),
        lambda: kernel.launch(1),
        lambda: kernel.launch(block=1),
        lambda: kernel.launch(1, 1, grid=1),
        lambda: kernel.launch(1, 1, streams=None),
        lambda: kernel[1],
        lambda: kernel[1, 1, None, 0, 0],
        lambda: kernel[1, 1](stream=None),
        lambda: device.create_buffer(),
        lambda: device.create_buffer(1, "f4", 3),
        lambda: device.create_buffer(1, type="f4"),
        lambda: device.load_library(),
        lambda: device.create_stream(1),
        lambda: library.get_kernel(),
        lambda: get_device("cpu", 1),
        lambda: device.get_property_int(),
        lambda: device.get_property_int("Name", 1),
    ]
    for call in calls:
        with pytest.raises(TypeError):
            call()
    for stream in (device, 3, "default"):
        with pytest.raises(nexus.InvalidArgumentError, match="stream must be a Stream or None"):
            kernel.launch(1, 1, stream=stream)
        with pytest.raises(nexus.InvalidArgumentError, match="stream must be a Stream or None"):
            kernel[1, 1, stream]
    with pytest.raises(nexus.InvalidArgumentError, match="blocking must be True or False"):
        kernel.launch(1, 1, blocking=1)


def test_shared_memory_and_barriers(device: nexus.Device, library: nexus.Library) -> None:
    values = np.arange(512, dtype=np.float32)
    sums = device.create_buffer(4)
    library.get_kernel("block_sum").launch(4, 128, device.create_buffer(values), sums, blocking=True)
    assert np.array_equal(sums.numpy(), values.reshape(4, 128).sum(axis=1))
    integers = np.arange(64, dtype=np.int32)
    result = device.create_buffer(64, "int32")
    source = device.create_buffer(integers)
    library.get_kernel("reverse").launch(4, 16, source, result, shared_bytes=64, blocking=True)
    expected = integers.reshape(4, 16)[:, ::-1].ravel()
    assert np.array_equal(result.numpy(), expected)
    result.fill(0)
    library.get_kernel("reverse")[4, 16, None, 64](source, result)
    device.default_stream.synchronize()
    assert np.array_equal(result.numpy(), expected)


def test_many_arguments(library: nexus.Library) -> None:
    with pytest.raises(nexus.InvalidArgumentError, match="but 40 were given"):
        library.get_kernel("noop").launch(1, 1, *range(40))


def test_failing_kernel(device: nexus.Device, library: nexus.Library) -> None:
    kernel = library.get_kernel("throws")
    with pytest.raises(nexus.LaunchFailedError, match="on purpose, code 7"):
        kernel.launch(1, 1, 7, blocking=True)
    stream = device.create_stream()
    kernel.launch(1, 1, 8, stream=stream)
    with pytest.raises(nexus.LaunchFailedError, match="code 8"):
        stream.synchronize()
    assert stream.synchronize()
    library.get_kernel("noop").launch(1, 1, blocking=True)


def test_library_without_metadata(device: nexus.Device, plain_library_path: Path) -> None:
    library = device.load_library(str(plain_library_path))
    assert library.kernels == ()
    assert library.path == str(plain_library_path)
    kernel = library.get_kernel("scale_index")
    assert kernel.arguments is None
    assert repr(kernel) == "<Kernel scale_index(unchecked arguments)>"
    values = device.create_buffer(8, "float64")
    kernel.launch(2, 4, values, 0.5, blocking=True)
    assert values.numpy().tolist() == [0.5 * i for i in range(8)]
    with pytest.raises(nexus.NotFoundError, match="nothing"):
        library.get_kernel("nothing")


def test_library_from_memory(device: nexus.Device, library_path: Path) -> None:
    library = device.create_library(library_path.read_bytes())
    assert library.path == ""
    assert repr(library) == "<Library from memory on cpu:0>"
    library.get_kernel("noop").launch(1, 1, blocking=True)


def test_wrong_libraries(device: Any, library: Any, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.so"
    foreign.write_bytes(b"\x7fELF not really")
    with pytest.raises(nexus.UnavailableError, match=r"missing\.so.*No such file"):
        device.load_library(tmp_path / "missing.so")
    with pytest.raises(nexus.UnavailableError, match=r"foreign\.so"):
        device.load_library(foreign)
    with pytest.raises(nexus.UnavailableError):
        device.load_library(tmp_path)
    with pytest.raises(nexus.InvalidArgumentError, match="empty"):
        device.load_library("")
    with pytest.raises(nexus.InvalidArgumentError, match="path"):
        device.load_library("null\0character")
    wrong: Any
    for wrong in (None, 3, 1.5, [str(foreign)]):
        with pytest.raises(nexus.InvalidArgumentError, match=r"path must be a str, bytes or os\.PathLike"):
            device.load_library(wrong)
    for content in (b"", b"no library"):
        with pytest.raises(nexus.Error):
            device.create_library(content)
    for wrong in (None, 3):
        with pytest.raises(nexus.InvalidArgumentError, match="source must be a str, or bytes"):
            device.create_library(wrong)
    with pytest.raises(nexus.NotFoundError, match=r"'block_sum', 'fill_index'.*'vadd'"):
        library.get_kernel("nothing")
    for name in (None, 3, b"noop"):
        with pytest.raises(nexus.InvalidArgumentError, match="name must be a str"):
            library.get_kernel(name)
