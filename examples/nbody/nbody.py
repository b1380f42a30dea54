"""Bodies that attract each other: many launches in a schedule, on buffers that stay on the device.

Usage: nbody.py [BODIES [STEPS]]
"""

import sys
from pathlib import Path

import numpy as np

import nexus

BLOCK = 64
DT = 1e-2
SOFTENING = 1e-2
n = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
steps = int(sys.argv[2]) if len(sys.argv) > 2 else 20

device = nexus.get_device()
source = Path(__file__).with_name("kernels.cpp").read_text()
advance = device.create_library(source, defines={"BLOCK": BLOCK}).get_kernel("advance")

bodies = np.random.default_rng(0).random((n, 4), dtype=np.float32)  # x, y, z, mass
bodies[:, 3] /= n
there, back = device.create_buffer(bodies), device.create_buffer(bodies)
velocity = device.create_buffer(np.zeros((n, 3), dtype=np.float32))

# Two steps: there and back again.
schedule = device.create_schedule()
for now, following in ((there, back), (back, there)):
    schedule.create_command(advance, (now, following, velocity, n, DT), (n + BLOCK - 1) // BLOCK, BLOCK)
for _ in range(steps // 2):
    schedule.run(blocking=False)
device.default_stream.synchronize()
result = there.numpy()

# The same in NumPy.
place, mass, speed = bodies[:, :3].astype(np.float64), bodies[:, 3], np.zeros((n, 3))
for _ in range(steps // 2 * 2):
    pull = np.empty_like(place)
    for i in range(n):
        distance = place - place[i]
        pull[i] = (mass * (np.sum(distance**2, axis=1) + SOFTENING) ** -1.5) @ distance
    speed += DT * pull
    place += DT * speed
error = np.abs(result[:, :3] - place).max()
moved = np.abs(place - bodies[:, :3]).max()
print(f"{device.id}: {n} bodies moved by up to {moved:.1e}, largest difference from NumPy {error:.1e}")
assert error < 1e-4
