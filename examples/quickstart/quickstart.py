"""Find a device, look at it, compile a kernel, run it."""

from pathlib import Path

import numpy as np

import nexus

# Discover: every runtime has a plugin, every plugin offers devices. NEXUS_DEVICE chooses another than the first.
for runtime in nexus.get_runtimes():
    print("runtime:", runtime.name, "with", ", ".join(device.id for device in runtime.devices))
device = nexus.get_device()

# Characterise.
print("device: ", device.id, device.get_property_str("Name"))
print("target: ", device.get_property_str("Architecture"))

# Compile. The same text runs on every device; the second time it comes from a cache.
source = Path(__file__).with_name("kernels.cpp")
saxpy = device.create_library(source.read_text(), name=source.name).get_kernel("saxpy")
print("kernel: ", saxpy)

# Run on arrays: 1024 items in each block, and blocks enough for all elements.
n = 1_000_000
grid, block = (n + 1023) // 1024, 1024
x = np.arange(n, dtype=np.float32)
y = np.ones(n, dtype=np.float32)
saxpy[grid, block](x, y, 2.0, n)
assert np.array_equal(y, 1 + 2 * x)

# Keep the arrays on the device, record a command once, and run it as often as you like.
x_there, y_there = device.create_buffer(x), device.create_buffer(y)
schedule = device.create_schedule()
command = schedule.create_command(saxpy, (x_there, y_there, 2.0, n), grid, block)
schedule.run()
command.set_arg(2, -1.0)
schedule.run()
assert np.array_equal(y_there.numpy(), 1 + 3 * x)
print("result: ", y_there.numpy()[:4])

# Wrong use is refused before anything runs, and says what to do.
try:
    command.set_arg(2, "two")  # type: ignore[arg-type]
except nexus.InvalidArgumentError as error:
    print("refused:", error)
