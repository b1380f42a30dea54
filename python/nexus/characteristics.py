"""What fits on a device at the same time. docs/characteristics.md gives the formulas and where they come from."""

import math

from nexus._nexus import Device, Info, InvalidArgumentError, Kernel, Occupancy, _occupancy

__all__ = ["occupancy"]


def occupancy(
    kernel_or_threads: Kernel | int | tuple[int, ...],
    device: Device | Info | str | None = None,
    *,
    block: int | tuple[int, ...] | None = None,
    registers: int = 0,
    shared_bytes: int = 0,
    scalar_registers: int = 0,
    subgroup_size: int = 0,
    barriers: int = 1,
) -> Occupancy:
    """How many blocks one core of a device holds at the same time, and what sets the limit.

        nexus.occupancy(256, "H100", registers=64, shared_bytes=32768)
        nexus.occupancy(kernel, block=(16, 16), registers=64)

    Takes the threads of one block and a device (a Device, a database entry, or the name of an architecture or a
    product), or a kernel and its block: then the device is the kernel's, and the shared memory that the kernel declares
    is added to shared_bytes.

    registers are the 32-bit registers of one thread, as the compiler reports them (nvcc -Xptxas -v, hipcc
    -Rpass-analysis=kernel-resource-usage); 0 sets no limit. scalar_registers are those of an AMD wave. subgroup_size
    chooses between the waves of 32 and 64 that some AMD devices have. barriers are those of one block on NVIDIA GPUs.

    Raises UnsupportedError if there is no formula for the device.
    """
    if isinstance(kernel_or_threads, Kernel):
        if block is None:
            raise InvalidArgumentError(
                "block is missing: the occupancy of a kernel depends on its block; pass block=256"
            )
        shared_bytes += kernel_or_threads.shared_bytes
        device = kernel_or_threads.device if device is None else device
        threads = block
    elif block is not None:
        raise InvalidArgumentError(
            "block goes with a kernel; here the first argument is the threads of a block already"
        )
    else:
        threads = kernel_or_threads
    if device is None:
        raise InvalidArgumentError("device is missing: pass a Device, or the name of one such as 'H100'")
    if isinstance(threads, tuple):
        threads = math.prod(threads)
    return _occupancy(device, threads, registers, shared_bytes, scalar_registers, subgroup_size, barriers)
