"""Sum of many numbers in two launches: one sum for each block, then the sum of those.

Usage: reduction.py [COUNT]
"""

import sys
from pathlib import Path

import numpy as np

import nexus

BLOCK = 256
BLOCKS = 64
count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000

device = nexus.get_device()
source = Path(__file__).with_name("kernels.cpp").read_text()
sum_blocks = device.create_library(source, defines={"BLOCK": BLOCK}).get_kernel("sum_blocks")

values = np.random.default_rng(0).random(count, dtype=np.float32)
# What stays on the device between two launches is a buffer.
sums = device.create_buffer(BLOCKS, dtype="float32")
total = np.empty(1, dtype=np.float32)
sum_blocks[BLOCKS, BLOCK](values, sums, count)
sum_blocks[1, BLOCK](sums, total, BLOCKS)

expected = values.sum(dtype=np.float64)
error = abs(total[0] - expected) / expected
print(f"{device.id}: the sum of {count} numbers is {total[0]:.1f}, relative difference from NumPy {error:.1e}")
assert error < 1e-5
