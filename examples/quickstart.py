"""Find a device, look at it, run a kernel on it."""

import numpy as np
from build_kernels import build_kernels

import nexus

# Discover: every runtime has a plugin, every plugin offers devices.
runtimes = nexus.get_runtimes()
rt0 = runtimes.get(0)
print("runtime:", rt0.get_property_str("Name"))
dev0 = rt0.get_device(0)

# Characterise.
print("device: ", dev0.get_property_str("Name"))
print("target: ", dev0.get_property_str("Architecture"))
print("threads:", dev0.get_property_int("ThreadCount"))

# Arrays in: a copy of an array, and new memory by shape and type.
n = 1_000_000
tensor0 = np.arange(n, dtype=np.float32)
buf0 = dev0.create_buffer(tensor0)
buf1 = dev0.create_buffer((1024, 1024), dtype="fp16")
result = dev0.create_buffer(np.ones(n, dtype=np.float32))
print("buffers:", buf0, buf1)

# Run: record a command once, run it as often as you like.
kernel = dev0.load_library(build_kernels()).get_kernel("saxpy")
sched0 = dev0.create_schedule()
cmd0 = sched0.create_command(kernel)
cmd0.set_args(buf0, result, 2.0, n)
cmd0.finalize(grid=(n + 1023) // 1024, block=1024)
sched0.run()

# The same again, without a schedule.
kernel[(n + 1023) // 1024, 1024](buf0, result, 2.0, n)

# Arrays out.
assert np.array_equal(result.numpy(), 1 + 4 * tensor0)
print("result: ", result.numpy()[:4])

# Wrong use is refused before anything runs, and says what to do.
try:
    cmd0.set_arg(2, "two")
except nexus.InvalidArgumentError as error:
    print("refused:", error)
