"""Product of two matrices, with shared memory and a constant that is set when the kernel is compiled.

Usage: matmul.py [SIZE]
"""

import sys
from pathlib import Path

import numpy as np

import nexus

TILE = 16
size = int(sys.argv[1]) if len(sys.argv) > 1 else 500

device = nexus.get_device()
source = Path(__file__).with_name("kernels.cpp").read_text()
matmul = device.create_library(source, defines={"TILE": TILE}).get_kernel("matmul")

random = np.random.default_rng(0)
a = random.random((size, size), dtype=np.float32)
b = random.random((size, size), dtype=np.float32)
c = np.empty_like(a)
blocks = (size + TILE - 1) // TILE
matmul[(blocks, blocks), (TILE, TILE)](a, b, c, size)

expected = a @ b
error = np.abs(c - expected).max() / expected.max()
print(f"{device.id}: {size} x {size}, largest difference from NumPy {error:.1e} of the largest element")
assert error < 1e-5
