"""Find the edges in a photograph with a kernel, compare them with NumPy's, and save both pictures side by side.

Usage: edges.py [PICTURE [RESULT.png]]. Without a picture it takes the photograph that comes with matplotlib.
"""

import sys
import time
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from build_kernels import build_kernels
from matplotlib import cbook
from numpy.typing import NDArray

import nexus

Image = NDArray[np.float32]


def read_grey(picture: str | None) -> Image:
    """Read a picture as grey values from 0 to 1."""
    if picture is None:
        with cbook.get_sample_data("grace_hopper.jpg") as file:
            pixels = plt.imread(file, format="jpg")
    else:
        pixels = plt.imread(picture)
    values = pixels.astype(np.float32) / (255 if pixels.dtype == np.uint8 else 1)
    if values.ndim == 3:
        values = values[..., :3] @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return np.ascontiguousarray(values, dtype=np.float32)


def sobel_numpy(image: Image) -> Image:
    """Sobel's operator in NumPy, as a reference."""
    edges = np.zeros_like(image)
    up, mid, down = image[:-2], image[1:-1], image[2:]
    dx = (up[:, 2:] + 2 * mid[:, 2:] + down[:, 2:]) - (up[:, :-2] + 2 * mid[:, :-2] + down[:, :-2])
    dy = (down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]) - (up[:, :-2] + 2 * up[:, 1:-1] + up[:, 2:])
    edges[1:-1, 1:-1] = np.sqrt(dx * dx + dy * dy)
    return edges


def main() -> int:
    """Run the example; returns the exit status."""
    picture = sys.argv[1] if len(sys.argv) > 1 else None
    target = Path(sys.argv[2] if len(sys.argv) > 2 else "edges.png")
    image = read_grey(picture)
    height, width = image.shape

    device = nexus.get_device()
    kernel = device.load_library(build_kernels()).get_kernel("sobel")
    source = device.create_buffer(image)
    result = device.create_buffer(image.shape, dtype="float32")

    block = (64, 4)
    grid = (-(-width // block[0]), -(-height // block[1]))
    command = (schedule := device.create_schedule()).create_command(kernel, (source, result, width, height), grid, block)
    schedule.run()
    start = time.perf_counter()
    schedule.run()
    seconds = time.perf_counter() - start

    edges = result.numpy()
    start = time.perf_counter()
    reference = sobel_numpy(image)
    numpy_seconds = time.perf_counter() - start
    error = float(np.abs(edges - reference).max())
    print(f"{device.get_property_str('Name')}: {width} x {height} pixels in {seconds * 1e3:.3f} ms (NumPy {numpy_seconds * 1e3:.3f} ms)")
    print(f"{command}: largest difference from NumPy {error:.2g}")

    figure, axes = plt.subplots(1, 2, figsize=(10, 6))
    for axis, pixels, title in zip(axes, (image, edges), ("photograph", f"edges, by {device.id}"), strict=True):
        axis.imshow(pixels, cmap="gray")
        axis.set_title(title)
        axis.axis("off")
    figure.tight_layout()
    figure.savefig(target, dpi=100)
    print(f"saved {target.resolve()}")
    return 0 if error < 1e-5 else 1


if __name__ == "__main__":
    sys.exit(main())
