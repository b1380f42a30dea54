"""The entry of the H100 against what the CUDA driver reported of an H100 80GB HBM3 and an H200.

measured_h100_h200.csv: cuDeviceGetAttribute, cuDeviceGetName, cuDeviceTotalMem and nvidia-smi, driver API 13.0,
2026-11-22. measured_h100_occupancy.csv: cuOccupancyMaxActiveBlocksPerMultiprocessor on the H100; rows with no barrier
are of an empty kernel (driver API 13.0, 2026-11-22), the others of kernels that keep a number of values in registers,
have static shared memory or use several barriers (driver 580.159.04, 2026-11-22).
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import entries
from entries import Entry

HERE = Path(__file__).parent
ENTRY = "nvidia-gpu-sm_90"
PRODUCTS = {"h100_80gb_hbm3": "NVIDIA H100 80GB HBM3", "h200": "NVIDIA H200"}

# CU_DEVICE_ATTRIBUTE_... of every device of the architecture: where the entry says it.
OF_ARCHITECTURE = {
    "MAX_THREADS_PER_BLOCK": "/ExecutionLimits/MaxThreadsPerBlock",
    "MAX_BLOCK_DIM_X": "/ExecutionLimits/MaxBlockDims/0",
    "MAX_BLOCK_DIM_Y": "/ExecutionLimits/MaxBlockDims/1",
    "MAX_BLOCK_DIM_Z": "/ExecutionLimits/MaxBlockDims/2",
    "MAX_GRID_DIM_X": "/ExecutionLimits/MaxGridDims/0",
    "MAX_GRID_DIM_Y": "/ExecutionLimits/MaxGridDims/1",
    "MAX_GRID_DIM_Z": "/ExecutionLimits/MaxGridDims/2",
    "MAX_SHARED_MEMORY_PER_BLOCK": "/ExecutionLimits/DefaultMaxSharedMemoryPerBlock",
    "MAX_SHARED_MEMORY_PER_BLOCK_OPTIN": "/ExecutionLimits/MaxSharedMemoryPerBlock",
    "RESERVED_SHARED_MEMORY_PER_BLOCK": "/ExecutionLimits/SharedMemoryReservedPerBlock",
    "MAX_REGISTERS_PER_BLOCK": "/ExecutionLimits/MaxRegistersPerBlock",
    "MAX_REGISTERS_PER_MULTIPROCESSOR": "/ExecutionLimits/RegistersPerCore",
    "MAX_THREADS_PER_MULTIPROCESSOR": "/ExecutionLimits/MaxThreadsPerCore",
    "MAX_BLOCKS_PER_MULTIPROCESSOR": "/ExecutionLimits/MaxBlocksPerCore",
    "MAX_SHARED_MEMORY_PER_MULTIPROCESSOR": "/MemorySubsystem/SharedMemory/Size",
    "TOTAL_CONSTANT_MEMORY": "/MemorySubsystem/ConstantMemory/Size",
    "WARP_SIZE": "/CoreSubsystem/DefaultSubgroupSize",
    "CLUSTER_LAUNCH": "/Features/ThreadBlockClusters",
    "TENSOR_MAP_ACCESS_SUPPORTED": "/Features/TensorMemoryAccelerator",
}
# Of one product: the member, and what one of the driver's units is in ours.
OF_PRODUCT = {
    "CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT": ("CoreCount", 1),
    "CU_DEVICE_ATTRIBUTE_CLOCK_RATE": ("BoostClock", 1e-3),
    "CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE": ("MemoryClock", 1e-3),
    "CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH": ("MemoryBusWidth", 1),
    "CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE": ("L2Size", 1),
    "total_mem_bytes": ("ReportedMemorySize", 1),
    "power limit W": ("MaxPower", 1),
}


def measured() -> dict[str, dict[str, str]]:
    with (HERE / "measured_h100_h200.csv").open(newline="", encoding="utf-8") as file:
        return {row["attribute"]: row for row in csv.DictReader(file)}


def problems_of_attributes(entry: Entry) -> Iterator[str]:
    rows = measured()
    for attribute, pointer in OF_ARCHITECTURE.items():
        value = entries.find(entry, pointer)
        for device in PRODUCTS:
            reported = rows[f"CU_DEVICE_ATTRIBUTE_{attribute}"][device]
            if value != int(reported):
                yield f"{pointer} is {value}, and {device} reported {attribute} {reported}"
    for device, name in PRODUCTS.items():
        product = entry["Products"].get(name)
        if rows["device_name"][device] != name or product is None:
            yield f"the product that calls itself {rows['device_name'][device]} is not there"
            continue
        for attribute, (member, unit) in OF_PRODUCT.items():
            if product[member] != round(float(rows[attribute][device]) * unit):
                yield f"{name}: {member} is {product[member]}, and the device reported {rows[attribute][device]}"
        pci = int(rows["PCI device id"][device], 16)
        if product["PciIds"] != [f"{pci & 0xFFFF:04x}:{pci >> 16:04x}"]:
            yield f"{name}: the PCI numbers are {product['PciIds']}"
    ratio = int(rows["CU_DEVICE_ATTRIBUTE_SINGLE_TO_DOUBLE_PRECISION_PERF_RATIO"]["h100_80gb_hbm3"])
    vector = entry["Rates"]["Vector"]
    if vector["fp32"]["OpsPerClockPerCore"] != ratio * vector["fp64"]["OpsPerClockPerCore"]:
        yield "the ratio of fp32 to fp64 is not what the device reported"
    capability = ".".join(
        rows[f"CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_{part}"]["h100_80gb_hbm3"] for part in ("MAJOR", "MINOR")
    )
    if entry["Identity"]["ComputeCapability"] != capability:
        yield "the compute capability is not what the device reported"


def round_up(value: int, unit: int) -> int:
    return -(-value // unit) * unit


def blocks_per_core(entry: Entry, block: int, registers: int, shared: int, barriers: int) -> int:
    """The occupancy that the entry gives. Written here once more, so that only the entry is in question."""
    limits = entry["ExecutionLimits"]
    warps = (
        round_up(block, entry["CoreSubsystem"]["DefaultSubgroupSize"]) // entry["CoreSubsystem"]["DefaultSubgroupSize"]
    )
    partitions = limits["SubgroupAllocationUnit"]
    of_warp = round_up(registers * entry["CoreSubsystem"]["DefaultSubgroupSize"], limits["RegisterAllocationUnit"])
    warps_by_registers = limits["RegistersPerCore"] // partitions // of_warp * partitions
    if of_warp * round_up(warps, partitions) > limits["MaxRegistersPerBlock"]:
        return 0
    of_block = round_up(shared + limits["SharedMemoryReservedPerBlock"], limits["SharedMemoryAllocationUnit"])
    return int(
        min(
            limits["MaxSubgroupsPerCore"] // warps,
            limits["MaxBlocksPerCore"],
            limits["MaxBarriersPerCore"] // max(barriers, 1),
            warps_by_registers // warps,
            entry["MemorySubsystem"]["SharedMemory"]["Size"] // of_block,
        )
    )


def problems_of_occupancy(entry: Entry) -> Iterator[str]:
    with (HERE / "measured_h100_occupancy.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            block, registers, static, dynamic, barriers, blocks = (int(value) for value in row.values())
            found = blocks_per_core(entry, block, registers, static + dynamic, barriers)
            if found != blocks:
                yield f"{row}: the entry gives {found}"


def problems(entry: Entry) -> list[str]:
    return [*problems_of_attributes(entry), *problems_of_occupancy(entry)]


def test_attributes_are_what_the_devices_reported() -> None:
    assert list(problems_of_attributes(entries.load(ENTRY))) == []


def test_occupancy_is_what_the_driver_says() -> None:
    with (HERE / "measured_h100_occupancy.csv").open(encoding="utf-8") as file:
        assert sum(1 for _ in file) - 1 == 108 + 828 + 28
    assert list(problems_of_occupancy(entries.load(ENTRY))) == []
