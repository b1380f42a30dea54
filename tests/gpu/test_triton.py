"""Kernels that Triton compiled, launched with its own argument convention: pointers to scratch memory come last."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nexus

triton = pytest.importorskip("triton", reason="Triton is not installed")
tl = pytest.importorskip("triton.language")
torch = pytest.importorskip("torch", reason="Triton compiles for types of PyTorch")


def _add(x, y, out, n, block: tl.constexpr):  # type: ignore  # noqa
    at = tl.program_id(0) * block + tl.arange(0, block)
    tl.store(out + at, tl.load(x + at, mask=at < n) + tl.load(y + at, mask=at < n), mask=at < n)


def _matmul(a, b, c, n, tile: tl.constexpr):  # type: ignore  # noqa
    rows = tl.program_id(0) * tile + tl.arange(0, tile)
    columns = tl.program_id(1) * tile + tl.arange(0, tile)
    inner = tl.arange(0, tile)
    total = tl.zeros((tile, tile), dtype=tl.float32)
    for k in range(0, n, tile):
        left = tl.load(a + rows[:, None] * n + (k + inner)[None, :])
        right = tl.load(b + (k + inner)[:, None] * n + columns[None, :])
        total += tl.dot(left, right)
    tl.store(c + rows[:, None] * n + columns[None, :], total)


@pytest.fixture(autouse=True)
def _needs_a_gpu(device: nexus.Device, is_fake: bool) -> None:
    if is_fake or device.runtime.name != "cuda" or not torch.cuda.is_available():
        pytest.skip("needs a GPU of NVIDIA that PyTorch finds too")


class Compiled:
    """A cubin of Triton's with what its metadata says of a launch."""

    def __init__(self, device: nexus.Device, function: Any, *types: Any, **constants: int) -> None:
        compiled = triton.jit(function).warmup(*types, grid=(1,), **constants)
        metadata = compiled.metadata
        assert getattr(metadata, "global_scratch_size", 0) == 0
        self.threads = 32 * metadata.num_warps
        self.shared_bytes = metadata.shared
        self.kernel = device.create_library(compiled.asm["cubin"]).get_kernel(metadata.name)

    def launch(self, grid: tuple[int, ...], *arguments: Any) -> None:
        declared = self.kernel.arguments
        assert declared is not None
        scratch = [np.uint64(0)] * (len(declared) - len(arguments))
        assert 0 <= len(scratch) <= 2
        self.kernel.launch(grid, self.threads, *arguments, *scratch, shared_bytes=self.shared_bytes)


def test_a_kernel_of_tritons(device: nexus.Device) -> None:
    count = 10_007
    compiled = Compiled(device, _add, torch.float32, torch.float32, torch.float32, count, block=256)
    x, y = np.random.default_rng(1).random((2, count), dtype=np.float32)
    out = device.create_buffer((count,))
    compiled.launch((-(-count // 256),), device.create_buffer(x), device.create_buffer(y), out, np.int32(count))
    assert np.array_equal(out.numpy(), x + y)


def test_a_matmul_of_tritons_in_shared_memory(device: nexus.Device) -> None:
    size = 512
    compiled = Compiled(device, _matmul, torch.float16, torch.float16, torch.float32, size, tile=128)
    assert compiled.shared_bytes > 48 << 10
    a, b = np.random.default_rng(2).random((2, size, size), dtype=np.float32).astype(np.float16)
    c = device.create_buffer((size, size))
    compiled.launch((size // 128, size // 128), device.create_buffer(a), device.create_buffer(b), c, np.int32(size))
    assert np.allclose(c.numpy(), a.astype(np.float32) @ b.astype(np.float32), rtol=2e-3)


def test_it_works_on_tensors(device: nexus.Device) -> None:
    where = f"cuda:{device.get_property_int_vec('DlpackDevice')[1]}"
    compiled = Compiled(device, _add, torch.float32, torch.float32, torch.float32, 1000, block=256)
    x, out = torch.rand(1000, device=where), torch.empty(1000, device=where)
    shared = device.wrap(x)
    compiled.launch((4,), shared, shared, device.wrap(out), np.int32(1000))
    device.default_stream.synchronize()
    assert torch.equal(out, x + x)
