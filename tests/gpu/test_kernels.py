"""Kernels in the vendor's own language and in the portable one, checked against NumPy."""

import numpy as np
import pytest

import nexus

SAXPY = """
extern "C" __global__ void saxpy(const float* x, float* y, float a, unsigned n) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] += a * x[i];
}
"""

PORTABLE = """
NX_KERNEL(scale, (NX_IN(float) x, NX_OUT(float) y, NX_VALUE(float) a, NX_VALUE(uint32_t) n)) {
  const size_t i = NX_GLOBAL_ID(0);
  if (i < n) y[i] = a * x[i];
}
"""

TILED_MATMUL = """
#define TILE 16
extern "C" __global__ void matmul(const float* a, const float* b, float* c, int n) {
  __shared__ float left[TILE][TILE];
  __shared__ float right[TILE][TILE];
  int row = blockIdx.y * TILE + threadIdx.y, column = blockIdx.x * TILE + threadIdx.x;
  float sum = 0;
  for (int k = 0; k < n; k += TILE) {
    left[threadIdx.y][threadIdx.x] = a[row * n + k + threadIdx.x];
    right[threadIdx.y][threadIdx.x] = b[(k + threadIdx.y) * n + column];
    __syncthreads();
    for (int i = 0; i < TILE; ++i) sum += left[threadIdx.y][i] * right[i][threadIdx.x];
    __syncthreads();
  }
  c[row * n + column] = sum;
}
"""

TENSOR_CORES = """
#include <mma.h>
#include <cuda_fp16.h>
using namespace nvcuda;
// One warp makes one tile of 16 x 16 of c = a * b.
extern "C" __global__ void matmul(const half* a, const half* b, float* c, int n) {
  int row = blockIdx.y * 16, column = blockIdx.x * 16;
  wmma::fragment<wmma::matrix_a, 16, 16, 16, half, wmma::row_major> left;
  wmma::fragment<wmma::matrix_b, 16, 16, 16, half, wmma::row_major> right;
  wmma::fragment<wmma::accumulator, 16, 16, 16, float> sum;
  wmma::fill_fragment(sum, 0.0f);
  for (int k = 0; k < n; k += 16) {
    wmma::load_matrix_sync(left, a + row * n + k, n);
    wmma::load_matrix_sync(right, b + k * n + column, n);
    wmma::mma_sync(sum, left, right, sum);
  }
  wmma::store_matrix_sync(c + row * n + column, sum, n, wmma::mem_row_major);
}
"""

REVERSE = """
extern __shared__ unsigned numbers[];
extern "C" __global__ void reverse(const unsigned* in, unsigned* out, unsigned n) {
  for (unsigned i = threadIdx.x; i < n; i += blockDim.x) numbers[i] = in[i];
  __syncthreads();
  for (unsigned i = threadIdx.x; i < n; i += blockDim.x) out[i] = numbers[n - 1 - i];
}
"""


def random(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(7).random(shape, dtype=np.float32)


def test_source_of_the_vendor(device: nexus.Device, language: str) -> None:
    kernel = device.create_library(SAXPY, language=language).get_kernel("saxpy")
    x, y = random((1000,)), random((1000,))
    on_device = device.create_buffer(y)
    kernel.launch(8, 128, device.create_buffer(x), on_device, np.float32(2), np.uint32(1000))
    assert np.allclose(on_device.numpy(), y + 2 * x)


def test_numbers_take_the_size_of_their_parameter(device: nexus.Device, language: str) -> None:
    kernel = device.create_library(SAXPY, language=language).get_kernel("saxpy")
    if kernel.arguments is None:
        pytest.skip("the driver does not tell the sizes of parameters")
    assert [argument.size for argument in kernel.arguments] == [8, 8, 4, 4]
    x, y = random((100,)), random((100,))
    on_device = device.create_buffer(y)
    kernel.launch(1, 128, device.create_buffer(x), on_device, 3.0, 100)
    assert np.allclose(on_device.numpy(), y + 3 * x)


def test_wrong_arguments_are_refused(device: nexus.Device, language: str) -> None:
    kernel = device.create_library(SAXPY, language=language).get_kernel("saxpy")
    if kernel.arguments is None:
        pytest.skip("the driver does not tell the sizes of parameters")
    x = device.create_buffer(random((10,)))
    with pytest.raises(nexus.InvalidArgumentError, match="takes 4 arguments"):
        kernel.launch(1, 32, x, x, 1.0)
    with pytest.raises(nexus.InvalidArgumentError, match="takes 4 bytes"):
        kernel.launch(1, 32, x, x, x, 1)
    with pytest.raises(nexus.InvalidArgumentError, match="complex"):
        kernel.launch(1, 32, x, x, 1j, 1)
    with pytest.raises(nexus.InvalidArgumentError, match="4294967296"):
        kernel.launch(1, 32, x, x, 1.0, 1 << 32)


def test_portable_source_declares_its_arguments(device: nexus.Device) -> None:
    kernel = device.create_library(PORTABLE).get_kernel("scale")
    assert [(argument.name, argument.is_buffer) for argument in kernel.arguments or ()] == [
        ("x", True),
        ("y", True),
        ("a", False),
        ("n", False),
    ]
    x = random((300,))
    y = device.create_buffer(x.shape)
    kernel.launch(3, 128, device.create_buffer(x), y, 0.5, 300)
    assert np.allclose(y.numpy(), 0.5 * x)


def test_kernels_are_listed(device: nexus.Device, language: str) -> None:
    library = device.create_library(SAXPY + TILED_MATMUL, language=language)
    assert sorted(kernel.name for kernel in library.kernels) == ["matmul", "saxpy"]


def test_a_mistake_is_told_with_its_line(device: nexus.Device, language: str) -> None:
    with pytest.raises(nexus.CompileFailedError, match="no_such_name"):
        device.create_library('extern "C" __global__ void f(int* p) {\n *p = no_such_name;\n}', language=language)


def test_options_reach_the_compiler(device: nexus.Device, language: str) -> None:
    source = 'extern "C" __global__ void f(int* p) { *p = VALUE; }'
    out = device.create_buffer((1,), dtype="int32")
    device.create_library(source, language=language, options="-DVALUE=42").get_kernel("f").launch(1, 1, out)
    assert out.numpy()[0] == 42


def test_garbage_is_no_library(device: nexus.Device) -> None:
    with pytest.raises(nexus.Error):
        device.create_library(b"\x7fELF" + bytes(500))
    with pytest.raises(nexus.Error):
        device.create_library(b"not a binary")


@pytest.mark.parametrize("size", [16, 64, 256])
def test_tiled_matmul(device: nexus.Device, language: str, size: int) -> None:
    kernel = device.create_library(TILED_MATMUL, language=language).get_kernel("matmul")
    a, b = random((size, size)), random((size, size)).T.copy()
    c = device.create_buffer((size, size))
    tiles = size // 16
    kernel.launch((tiles, tiles), (16, 16), device.create_buffer(a), device.create_buffer(b), c, np.int32(size))
    assert np.allclose(c.numpy(), a @ b, rtol=1e-4)


@pytest.mark.parametrize("size", [16, 512, 2048])
def test_tensor_core_matmul(device: nexus.Device, is_fake: bool, language: str, size: int) -> None:
    if is_fake or language != "cuda":
        pytest.skip("needs tensor cores")
    kernel = device.create_library(TENSOR_CORES, language="cuda").get_kernel("matmul")
    a, b = random((size, size)).astype(np.float16), random((size, size)).T.astype(np.float16)
    c = device.create_buffer((size, size))
    tiles = size // 16
    kernel.launch((tiles, tiles), 32, device.create_buffer(a), device.create_buffer(np.ascontiguousarray(b)), c, size)
    assert np.allclose(c.numpy(), a.astype(np.float32) @ b.astype(np.float32), rtol=2e-3)


def test_shared_memory_beyond_48_kib(device: nexus.Device, language: str) -> None:
    count = device.get_property_int("MaxSharedMemoryPerBlock") // 4
    kernel = device.create_library(REVERSE, language=language).get_kernel("reverse")
    numbers = np.arange(count, dtype=np.uint32)
    out = device.create_buffer(numbers)
    arguments = (device.create_buffer(numbers), out, np.uint32(count))
    kernel.launch(1, 256, *arguments, shared_bytes=4 * count)
    assert np.array_equal(out.numpy(), numbers[::-1])
    with pytest.raises(nexus.InvalidArgumentError, match="shared memory"):
        kernel.launch(1, 256, *arguments, shared_bytes=4 * count + 4)


def test_cooperative_launches(device: nexus.Device, language: str) -> None:
    if not device.get_property_int("HasCooperativeLaunch"):
        pytest.skip("the device has no cooperative launches")
    kernel = device.create_library(SAXPY, language=language).get_kernel("saxpy")
    x = device.create_buffer(np.ones(64, dtype=np.float32))
    y = device.create_buffer(np.zeros(64, dtype=np.float32))
    arguments = (x, y, np.float32(1), np.uint32(64))
    kernel.launch(1, 64, *arguments, cooperative=True)
    assert (y.numpy() == 1).all()
    with pytest.raises(nexus.LaunchFailedError, match="saxpy"):
        kernel.launch(1_000_000, 1024, *arguments, cooperative=True, blocking=True)
    kernel.launch(1, 64, *arguments)
    assert (y.numpy() == 2).all()


def test_clusters(device: nexus.Device, language: str) -> None:
    kernel = device.create_library(SAXPY, language=language).get_kernel("saxpy")
    x = device.create_buffer(np.ones(64, dtype=np.float32))
    y = device.create_buffer(np.zeros(64, dtype=np.float32))
    arguments = (x, y, np.float32(1), np.uint32(64))
    if not device.get_property_int("HasClusterLaunch"):
        with pytest.raises(nexus.UnsupportedError, match="cluster"):
            kernel.launch(4, 16, *arguments, cluster=2)
        return
    kernel.launch(4, 16, *arguments, cluster=2)
    assert (y.numpy() == 1).all()
    with pytest.raises(nexus.InvalidArgumentError, match="cluster"):
        kernel.launch(4, 16, *arguments, cluster=3)
