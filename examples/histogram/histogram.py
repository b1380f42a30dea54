"""How often each byte occurs in a file, with atomic operations.

Usage: histogram.py [FILE]; without a file it counts its own interpreter.
"""

import sys
from pathlib import Path

import numpy as np

import nexus

path = sys.argv[1] if len(sys.argv) > 1 else sys.executable

device = nexus.get_device()
source = Path(__file__).with_name("kernels.cpp").read_text()
histogram = device.create_library(source).get_kernel("histogram")

data = np.fromfile(path, dtype=np.uint8)
counts = np.zeros(256, dtype=np.uint32)
histogram[64, 256](data, counts, data.size)

assert np.array_equal(counts, np.bincount(data, minlength=256))
print(f"{device.id}: of {data.size} bytes, as NumPy counts them too, the most frequent are")
for byte in np.argsort(counts)[:-6:-1]:
    print(f"  0x{byte:02x}  {counts[byte]:9}  {100 * counts[byte] / data.size:4.1f} %")
