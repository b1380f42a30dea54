"""A picture of the Mandelbrot set: a launch in two dimensions.

Usage: mandelbrot.py [WIDTH [PICTURE.png]]
"""

import sys
from pathlib import Path

import matplotlib.image
import numpy as np
from numpy.typing import NDArray

import nexus

Floats = NDArray[np.float32]
LIMIT = 200
LEFT, TOP = -2.0, 1.0
BLOCK = (16, 4)
width = int(sys.argv[1]) if len(sys.argv) > 1 else 1536
picture = Path(sys.argv[2] if len(sys.argv) > 2 else "mandelbrot.png")
height, side = width * 2 // 3, 3 / width

device = nexus.get_device()
source = Path(__file__).with_name("kernels.cpp").read_text()
mandelbrot = device.create_library(source).get_kernel("mandelbrot")

steps = np.empty((height, width), dtype=np.int32)
grid = ((width + BLOCK[0] - 1) // BLOCK[0], (height + BLOCK[1] - 1) // BLOCK[1])
mandelbrot[grid, BLOCK](steps, width, height, LEFT, TOP, side, LIMIT)
matplotlib.image.imsave(picture, np.log(steps), cmap="inferno")
print(f"{device.id}: saved {width} x {height} pixels as {picture.resolve()}")


def fma(x: Floats, y: Floats | np.float32, z: Floats | np.float32) -> Floats:
    """x * y + z, rounded once: the product of two floats is exact in twice the bits."""
    return np.asarray(x.astype(np.float64) * y + z, dtype=np.float32)


# The same in NumPy, for every eighth row.
cx = fma(np.arange(width, dtype=np.float32), np.float32(side), np.float32(LEFT))
cy = fma(np.arange(0, height, 8, dtype=np.float32)[:, None], np.float32(-side), np.float32(TOP))
cx, cy = np.broadcast_arrays(cx, cy)
x, y, expected = np.zeros_like(cx), np.zeros_like(cy), np.zeros(cx.shape, dtype=np.int32)
for _ in range(LIMIT):
    inside = fma(x, x, y * y) <= 4
    expected += inside
    x, y = np.where(inside, fma(x, x, fma(-y, y, cx)), x), np.where(inside, fma(2 * x, y, cy), y)
assert np.array_equal(steps[::8], expected)
