"""Tensors of PyTorch in, out and into kernels."""

import gc
import sys
import weakref
from typing import Any

import numpy as np
import pytest

import nexus

torch: Any = pytest.importorskip("torch")

TYPES = {
    "bool": "bool",
    "int8": "int8",
    "int16": "int16",
    "int32": "int32",
    "int64": "int64",
    "uint8": "uint8",
    "uint16": "uint16",
    "uint32": "uint32",
    "uint64": "uint64",
    "float16": "float16",
    "bfloat16": "bfloat16",
    "float32": "float32",
    "float64": "float64",
    "complex64": "complex64",
    "complex128": "complex128",
    "float8_e4m3fn": "float8_e4m3fn",
    "float8_e5m2": "float8_e5m2",
}


@pytest.mark.parametrize("name", TYPES)
def test_types(any_device: nexus.Device, name: str) -> None:
    dtype = getattr(torch, name)
    tensor = torch.arange(6).reshape(2, 3).to(dtype)
    buffer = any_device.create_buffer(tensor)
    assert (buffer.shape, buffer.dtype) == ((2, 3), name)
    assert buffer.dtype == dtype
    assert any_device.create_buffer(3, dtype).dtype is nexus.DType(name) is nexus.DType(dtype)
    size = dtype.itemsize
    assert bytes(buffer.view("uint8").numpy()) == tensor.view(torch.uint8).numpy().tobytes()
    assert buffer.itemsize == size


def test_packed_pairs(any_device: nexus.Device) -> None:
    pairs = torch.arange(6, dtype=torch.uint8).reshape(2, 3).view(torch.float4_e2m1fn_x2)
    buffer = any_device.create_buffer(pairs)
    assert (buffer.shape, buffer.dtype, buffer.nbytes) == ((2, 6), "fp4", 6)
    assert bytes(buffer.view("uint8").numpy()) == bytes(range(6))
    assert nexus.DType(torch.float4_e2m1fn_x2) is nexus.float4_e2m1fn


@pytest.mark.parametrize(
    "part",
    [
        lambda t: t.T,
        lambda t: t[::2, 1:],
        lambda t: t[1],
        lambda t: t.expand(2, 4, 6),
        lambda t: t[:0],
        lambda t: t[1, 2],
        lambda t: t.permute(1, 0)[2:],
        lambda t: torch.nn.Parameter(t, requires_grad=False),
    ],
)
def test_layouts(any_device: nexus.Device, part: Any) -> None:
    tensor = part(torch.arange(24, dtype=torch.float32).reshape(4, 6))
    buffer = any_device.create_buffer(tensor)
    assert np.array_equal(buffer.numpy(), tensor.numpy())


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: torch.ones(3, requires_grad=True), r"requires a gradient.*tensor\.detach\(\)"),
        (lambda: torch.nn.Parameter(torch.ones(3)), "detach"),
        (lambda: torch.ones(3, dtype=torch.complex64).conj(), "resolve_conj"),
        (lambda: torch.ones(3, dtype=torch.complex64).conj().imag, "resolve_neg"),
        (lambda: torch.ones(3).to_sparse(), "torch.strided"),
        (lambda: torch.ones(3, device="meta"), "meta"),
        (lambda: torch.zeros((1,) * 9), "9 dimensions"),
    ],
)
def test_tensors_that_are_not_their_memory(device: Any, library: Any, make: Any, text: str) -> None:
    tensor = make()
    for call in (device.create_buffer, device.wrap, device.create_buffer(3).copy_from, device.create_buffer(3).copy_to):
        with pytest.raises(nexus.InvalidArgumentError, match=text):
            call(tensor)
    with pytest.raises(nexus.InvalidArgumentError, match=text):
        library["vadd"][1, 3](tensor, tensor, tensor, 3)


def test_shared_memory(device: Any) -> None:
    tensor = torch.zeros(4)
    buffer = device.wrap(tensor)
    buffer.fill(2)
    assert tensor.tolist() == [2.0] * 4
    back = torch.from_dlpack(buffer)
    back[1] = 7
    assert tensor[1] == 7
    assert torch.from_dlpack(buffer[::2]).tolist() == [2.0, 2.0]
    assert torch.asarray(buffer).data_ptr() == tensor.data_ptr()


def test_memory_is_kept_alive(device: Any) -> None:
    tensor = torch.arange(1000.0)
    buffer = device.wrap(tensor)
    gone = weakref.ref(tensor)
    del tensor
    gc.collect()
    junk = [torch.zeros(1000) for _ in range(8)]
    assert buffer.numpy().tolist() == list(range(1000))
    back = torch.from_dlpack(buffer)
    del buffer, junk
    gc.collect()
    assert back.sum() == 499500
    assert gone is not None


def test_into_kernels(any_library: nexus.Library) -> None:
    x, y, result = torch.ones(8)[::2], torch.full((4,), 2.0), torch.zeros(4)
    any_library["vadd"][1, 4](x, y, result, torch.tensor(4))
    assert result.tolist() == [3.0] * 4
    any_library["saxpy"][1, 4](x, y, torch.tensor(2.0), np.uint64(4))
    assert y.tolist() == [4.0] * 4
    with pytest.raises(nexus.InvalidArgumentError, match=r"'n'.*floating-point"):
        any_library["vadd"][1, 4](x, y, result, torch.tensor(4.0))
    with pytest.raises(nexus.InvalidArgumentError, match=r"takes a buffer of float32, but a Buffer.*float64"):
        any_library["vadd"][1, 4](x, y.double(), result, 4)


def test_out_of_buffers(any_device: nexus.Device) -> None:
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    buffer, tensor = any_device.create_buffer(values), torch.zeros(3, 2)
    buffer.copy_to(tensor.T)
    assert tensor.T.tolist() == values.tolist()
    other = torch.empty((2, 3))
    buffer.copy_to(other)
    assert other.tolist() == values.tolist()


def test_references_are_given_back(device: nexus.Device, library: nexus.Library) -> None:
    tensor, result = torch.ones(4), torch.zeros(4)
    before = sys.getrefcount(tensor), sys.getrefcount(torch.Tensor)
    for _ in range(50):
        device.create_buffer(tensor)
        device.wrap(tensor)
        library["vadd"][1, 4](tensor, tensor, result, 4)
        with pytest.raises(nexus.InvalidArgumentError):
            device.create_buffer(2).copy_from(tensor)
    gc.collect()
    assert (sys.getrefcount(tensor), sys.getrefcount(torch.Tensor)) == before


def test_import_order_does_not_matter() -> None:
    from conftest import run_python

    code = "import nexus, sys; nexus.get_device('cpu').create_buffer(3); print('torch' in sys.modules)"
    assert run_python(code).stdout.strip() == "False"
