"""Values of one entry that follow from each other."""

import itertools
from collections.abc import Iterator

import entries
import pytest
from entries import Entry, Json

# What one pin of a kind of memory transfers, from the slowest parts sold to the fastest, in Gbit/s.
PIN_RATES = {
    "HBM": (0.9, 1.1),
    "HBM2": (1.2, 2.45),
    "HBM2e": (2.4, 3.8),
    "HBM3": (4.4, 6.6),
    "HBM3e": (6.2, 9.8),
    "GDDR5": (3.5, 9.1),
    "GDDR5X": (9.0, 12.1),
    "GDDR6": (9.5, 20.2),
    "GDDR6X": (18.0, 24.1),
    "GDDR7": (18.0, 36.0),
    "LPDDR4": (1.1, 4.3),
    "LPDDR4X": (3.1, 4.3),
    "LPDDR5": (4.2, 6.5),
    "LPDDR5X": (6.4, 10.7),
}
TOLERANCE = 0.01  # published figures are rounded to three or four digits


def about(value: float, expected: float, tolerance: float = TOLERANCE) -> bool:
    return abs(value / expected - 1) <= tolerance


def rates(node: Json, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Entry]]:
    """Every rate below a section Rates with the names that lead to it."""
    for key, child in node.items():
        if isinstance(child, dict) and key != "ValueSources":
            if "OpsPerClockPerCore" in child:
                yield (*path, key), child
            else:
                yield from rates(child, (*path, key))


def numbers(node: Json, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], float]]:
    for key, child in node.items():
        if isinstance(child, dict):
            yield from numbers(child, (*path, key))
        elif isinstance(child, (int, float)):
            yield (*path, key), child


def problems_of_products(entry: Entry) -> Iterator[str]:
    common = dict(rates(entry.get("Rates", {})))
    level2 = entry.get("MemorySubsystem", {}).get("L2", {})
    last = entry.get("MemorySubsystem", {}).get("LastLevel", {})
    for name, product in entry.get("Products", {}).items():
        if {"MemoryBusWidth", "MemoryClock", "MemoryTransfersPerClock", "MemoryBandwidth"} <= set(product):
            bits = product["MemoryBusWidth"] * product["MemoryClock"] * 1e6 * product["MemoryTransfersPerClock"]
            if not about(product["MemoryBandwidth"], bits / 8, 0.001):
                yield f"{name}: bandwidth {product['MemoryBandwidth']}, but bus width x clock gives {bits / 8:.0f}"
            slowest, fastest = PIN_RATES[product["MemoryType"]] if "MemoryType" in product else (0, 40)
            rate = product["MemoryClock"] * product["MemoryTransfersPerClock"] / 1000
            if not slowest <= rate <= fastest:
                yield f"{name}: {rate} Gbit/s at a pin of {product['MemoryType']}"
        elif "MemoryClock" in product or "MemoryTransfersPerClock" in product:
            yield f"{name}: a memory clock without the other three values of the bandwidth"
        own = {**common, **dict(rates(product.get("Rates", {})))}
        for path, peak in numbers(product.get("PublishedPeaks", {})):
            if path not in own:
                yield f"{name}: a peak for {path}, but no rate"
                continue
            clock = product["BoostClock"]
            if own[path].get("Clock") == "Matrix":
                clock = product.get("MatrixClock", clock)
            expected = own[path]["OpsPerClockPerCore"] * product["CoreCount"] * clock * 1e6
            if not about(peak, expected):
                yield f"{name}: peak {peak:.4g} for {path}, but rate x cores x clock gives {expected:.4g}"
        if product.get("BaseClock", 0) > product.get("BoostClock", float("inf")):
            yield f"{name}: the base clock is above the boost clock"
        if product.get("MatrixClock", 0) > product.get("BoostClock", float("inf")):
            yield f"{name}: the clock of the matrix units is above the boost clock"
        if {"MemorySize", "ReportedMemorySize"} <= set(product):
            fraction = product["ReportedMemorySize"] / product["MemorySize"]
            if not (0.95 if entry["Vendor"] == "nvidia" else 0.93) <= fraction <= 1:
                yield f"{name}: {fraction:.0%} of the memory that was sold is reported"
        dies = product.get("DiesPerDevice", 1)
        if level2.get("Scope") == "Die" and "L2Size" in product and product["L2Size"] != level2["Size"] * dies:
            yield f"{name}: L2 of {product['L2Size']}, but {dies} dies have {level2['Size']} each"
        if last.get("Scope") == "Device" and product.get("LastLevelSize", last["Size"]) != last["Size"]:
            yield f"{name}: a last level of {product['LastLevelSize']}, but the architecture has {last['Size']}"


def problems_of_cuda_limits(entry: Entry) -> Iterator[str]:
    limits, memory = entry["ExecutionLimits"], entry["MemorySubsystem"]
    subgroup = entry["CoreSubsystem"]["DefaultSubgroupSize"]
    if entry["CoreSubsystem"]["SubgroupSizes"] != [subgroup]:
        yield "subgroups have other sizes than the only one"
    for target, values in entry["CompilerTargets"].items():
        static = values.get("MaxStaticSharedMemoryPerBlock")
        largest = limits.get("MaxSharedMemoryPerBlock", static)
        if static not in (None, limits["DefaultMaxSharedMemoryPerBlock"], largest):
            yield f"the static shared memory of {target} is none of the limits of a block"
    if limits["MaxSubgroupsPerCore"] * subgroup != limits["MaxThreadsPerCore"]:
        yield "subgroups x threads of a subgroup are not the threads of a core"
    if memory["RegisterFile"]["Size"] != 4 * limits["RegistersPerCore"]:
        yield "the register file does not hold the registers of a core"
    if limits["MaxRegistersPerBlock"] > limits["RegistersPerCore"]:
        yield "a block has more registers than the core"
    if entry["CoreSubsystem"]["SimdsPerCore"] != limits["SubgroupAllocationUnit"]:
        yield "subgroups are spread over other than the partitions of the core"
    shared = memory["SharedMemory"]
    reserved = limits.get("SharedMemoryReservedPerBlock", 0)
    largest = limits.get("MaxSharedMemoryPerBlock", shared["Size"] - reserved)
    if largest + reserved > shared["Size"] or (reserved and largest + reserved != shared["Size"]):
        yield "the largest shared memory of a block and what the driver takes are not that of the core"
    if limits["DefaultMaxSharedMemoryPerBlock"] > largest:
        yield "a block gets more shared memory without asking than with"
    sizes = shared.get("Configurations", [shared["Size"]])
    if sizes != sorted(sizes) or sizes[-1] != shared["Size"]:
        yield "the largest configuration is not all of the shared memory"
    if "L1Data" in memory and shared["Size"] > memory["L1Data"]["Size"]:
        yield "the shared memory is larger than the memory that it is part of"
    if (
        limits["MaxThreadsPerBlock"] > limits["MaxThreadsPerCore"]
        or limits["MaxThreadsPerBlock"] != limits["MaxBlockDims"][0]
    ):
        yield "the largest block does not fit"
    major, minor = entry["Identity"]["ComputeCapability"].split(".")
    if entry["Architecture"] != f"sm_{major}{minor}":
        yield "the compute capability is not that of the name"


def problems_of_amd_limits(entry: Entry) -> Iterator[str]:
    limits, core = entry["ExecutionLimits"], entry["CoreSubsystem"]
    memory = entry.get("MemorySubsystem", {})
    shared = memory.get("SharedMemory")
    if not shared or "SimdsPerSharedMemory" not in limits:
        return
    simds = limits["SimdsPerSharedMemory"]
    if simds != core["SimdsPerCore"] * (2 if shared["Scope"] == "CorePair" else 1):
        yield "the SIMD units of the cores are not those that share the shared memory"
    if limits["MaxSharedMemoryPerBlock"] > shared["Size"]:
        yield "a block has more shared memory than there is"
    if {limit["SubgroupSize"] for limit in limits["VectorRegisters"]} != set(core["SubgroupSizes"]):
        yield "the vector registers are not given for every size of a subgroup"
    lanes = {limit["RegistersPerSimd"] * limit["SubgroupSize"] for limit in limits["VectorRegisters"]}
    if len(lanes) != 1:
        yield "the registers of a SIMD unit depend on the size of its subgroups"
    file = memory.get("RegisterFile")
    if file:
        total = file["Size"] + memory.get("AccumulatorFile", {}).get("Size", 0)
        accumulators = 2 if "AccumulatorFile" in memory else 1
        if file["Scope"] != shared["Scope"] or total != 4 * lanes.pop() * simds * accumulators:
            yield "the register file does not hold the registers of its SIMD units"
    scalars = memory.get("ScalarRegisterFile")
    if scalars and scalars["Size"] != 4 * simds * limits["ScalarRegisters"]["RegistersPerSimd"]:
        yield "the scalar register file does not hold the scalar registers of its SIMD units"
    if limits["ScalarRegisters"]["LimitOccupancy"] != ("RegistersPerSimd" in limits["ScalarRegisters"]):
        yield "scalar registers limit the occupancy if and only if subgroups share a number of them"


def problems_of_sharing(entry: Entry) -> Iterator[str]:
    """Levels that are parts of one memory name each other."""
    levels = {name: level for name, level in entry.get("MemorySubsystem", {}).items() if isinstance(level, dict)}
    for name, level in levels.items():
        for other in level.get("SharedWith", []) if "Scope" in level else ():
            if name not in levels.get(other, {}).get("SharedWith", []):
                yield f"{name} is part of the same memory as {other}, but not the other way round"


def problems_of_matrix_rates(entry: Entry) -> Iterator[str]:
    """The best instruction of a type gives the rate of the type."""
    best: dict[tuple[str, ...], float] = {}
    simds = entry.get("CoreSubsystem", {}).get("SimdsPerCore")
    for one in entry.get("MatrixUnits", {}).get("Instructions", []):
        if "Cycles" in one and simds and one["A"] == one["B"]:
            m, n, k = one["Shape"]
            rate = 2 * m * n * k * one.get("Blocks", 1) / one["Cycles"] * simds
            key = ("MatrixSparse" if one.get("Sparse") else "Matrix", one["A"], one["D"])
            best[key] = max(best.get(key, 0), rate)
    known = dict(rates(entry.get("Rates", {})))
    for path, rate in best.items():
        if path in known and known[path]["OpsPerClockPerCore"] != rate:
            yield f"{path}: the best instruction does {rate} operations per clock, the rate is {known[path]}"


def problems_of_levels(entry: Entry) -> Iterator[str]:
    """A level of x86-64 is complete if its features are there."""
    needed = {
        "x86-64": {"sse2", "cx8", "fxsr"},
        "x86-64-v2": {"cx16", "sahf", "popcnt", "sse3", "sse4.1", "sse4.2", "ssse3"},
        "x86-64-v3": {"avx", "avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe"},
        "x86-64-v4": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"},
    }
    isa = entry["Isa"]
    if isa.get("Family") != "x86-64":
        return
    level = "none"
    for name, features in needed.items():
        if not features <= set(isa["Features"]):
            break
        level = name
    if isa["Level"] != level:
        yield f"the features make {level}, and the entry says {isa['Level']}"
    width = next(bits for bits, sign in ((512, "avx512f"), (256, "avx"), (128, "sse2")) if sign in isa["Features"])
    if entry["CoreSubsystem"]["VectorWidth"] != width:
        yield f"the features make vectors of {width} bits, and the entry says {entry['CoreSubsystem']['VectorWidth']}"


def problems(entry: Entry) -> list[str]:
    model = entry.get("ExecutionLimits", {}).get("OccupancyModel")
    limits = {"cuda": problems_of_cuda_limits, "amd": problems_of_amd_limits}.get(model)
    return list(
        itertools.chain(
            problems_of_products(entry),
            limits(entry) if limits else (),
            problems_of_sharing(entry),
            problems_of_matrix_rates(entry),
            problems_of_levels(entry),
        )
    )


@pytest.mark.parametrize("name", entries.names())
def test_values_follow_from_each_other(name: str) -> None:
    assert problems(entries.load(name)) == []


def test_enough_is_checked() -> None:
    """The rules above find what they are for."""
    bandwidths, peaks, instructions = 0, 0, 0
    for entry in map(entries.load, entries.names()):
        for product in entry.get("Products", {}).values():
            bandwidths += "MemoryClock" in product
            peaks += len(list(numbers(product.get("PublishedPeaks", {}))))
        instructions += sum("Cycles" in one for one in entry.get("MatrixUnits", {}).get("Instructions", []))
    assert bandwidths > 150
    assert peaks > 300
    assert instructions > 150
