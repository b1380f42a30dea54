"""The edges in a photograph, compared with NumPy's, both pictures saved side by side.

Usage: edges.py [PICTURE [RESULT.png]]. Without a picture it takes the photograph that comes with matplotlib.
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib import cbook
from numpy.typing import NDArray

import nexus

Floats = NDArray[np.float32]
BLOCK = (64, 4)


def read_grey(picture: str | None) -> Floats:
    """Read a picture as grey values from 0 to 1."""
    if picture is None:
        picture = str(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))
    pixels = plt.imread(picture)
    values = pixels.astype(np.float32) / np.float32(255 if pixels.dtype == np.uint8 else 1)
    if values.ndim == 3:
        values = values[..., :3] @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return np.asarray(values, dtype=np.float32)


def sobel_numpy(image: Floats) -> Floats:
    """Sobel's operator in NumPy, as a reference."""
    edges = np.zeros_like(image)
    up, mid, down = image[:-2], image[1:-1], image[2:]
    dx = (up[:, 2:] + 2 * mid[:, 2:] + down[:, 2:]) - (up[:, :-2] + 2 * mid[:, :-2] + down[:, :-2])
    dy = (down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]) - (up[:, :-2] + 2 * up[:, 1:-1] + up[:, 2:])
    edges[1:-1, 1:-1] = np.sqrt(dx * dx + dy * dy)
    return edges


image = read_grey(sys.argv[1] if len(sys.argv) > 1 else None)
target = Path(sys.argv[2] if len(sys.argv) > 2 else "edges.png")
height, width = image.shape

device = nexus.get_device()
source = Path(__file__).with_name("kernels.cpp").read_text()
sobel = device.create_library(source).get_kernel("sobel")

edges = np.empty_like(image)
grid = ((width + BLOCK[0] - 1) // BLOCK[0], (height + BLOCK[1] - 1) // BLOCK[1])
sobel[grid, BLOCK](image, edges, width, height)

error = np.abs(edges - sobel_numpy(image)).max()
print(f"{device.id}: {width} x {height} pixels, largest difference from NumPy {error:.1e}")

figure, axes = plt.subplots(1, 2, figsize=(10, 6))
for axis, pixels, title in zip(axes, (image, edges), ("photograph", f"edges, by {device.id}"), strict=True):
    axis.imshow(pixels, cmap="gray")
    axis.set_title(title)
    axis.axis("off")
figure.tight_layout()
figure.savefig(target, dpi=100)
print(f"saved {target.resolve()}")
assert error < 1e-5
