"""A live device beside its database entry: every property that both know, with the reason where they differ."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import nexus

# Reasons for which a device may show less than its architecture or product has.
_LESS = {
    "CoreCount": "only some of the cores may be used (affinity, container, MIG, hypervisor)",
    "MemorySize": "the driver, error correction or a container takes a part of the memory",
    "L1DataCacheSize": "a hypervisor may show less cache than the processor has",
    "L1InstructionCacheSize": "a hypervisor may show less cache than the processor has",
    "L2CacheSize": "one core or one partition sees a part of the cache",
    "L3CacheSize": "one core or one partition sees a part of the cache",
    "MaxThreadsPerBlock": "the runtime allows less than the hardware has",
    "MaxSharedMemoryPerBlock": "without asking for more, the runtime gives less than the hardware has",
    "MaxBlockDims": "the runtime allows less than the hardware has",
    "MaxGridDims": "the runtime allows less than the hardware has",
    "SimdWidth": "the system or a hypervisor hides the wider registers",
}
# Reasons for which it may show more or less.
_EITHER_WAY = {
    "MaxClockRate": "boards differ, and power settings change the highest clock",
}
_FEATURES_HIDDEN = "a hypervisor, the firmware or the system hides them, or the system has no name for them"

# LLVM's names of x86 features that the Linux kernel calls otherwise; others differ in '-', '.' and '_' only.
_KERNEL_NAMES = {
    "64bit": "lm",
    "bmi": "bmi1",
    "crc32": "sse42",
    "ermsb": "erms",
    "lzcnt": "abm",
    "pclmul": "pclmulqdq",
    "prfchw": "3dnowprefetch",
    "rdrnd": "rdrand",
    "sahf": "lahflm",
    "sha": "shani",
    "shstk": "usershstk",
    "sse3": "pni",
    "x87": "fpu",
}


class Row(NamedTuple):
    """One property as both sides have it. `verdict` is 'same', 'explained' or 'different'; `note` says why."""

    name: str
    runtime: Any
    entry: Any
    verdict: str
    note: str


def check(device: nexus.Device) -> list[Row]:
    """Every property that the runtime and the entry know. Raises NotFoundError if the device has no entry."""
    info = device.get_info()
    return [_identity(device, info), *_properties(device)]


def _identity(device: nexus.Device, info: nexus.Info) -> Row:
    architecture = device.get_property_str("Architecture")
    name = f"{device.get_property_str('Vendor')}-{device.get_property_str('Type')}-{architecture.split(':')[0]}"
    if name == info.entry_name:
        return Row("Architecture", architecture, info.Architecture, "same", "")
    note = "the vendor has no entry of its own for this architecture"
    return Row("Architecture", architecture, info.entry_name, "explained", note)


def _properties(device: nexus.Device) -> Iterator[Row]:
    for name in device.properties:
        if device.get_property_source(name) != "runtime":
            continue
        try:
            known = device.get_property_from("database", name)
        except nexus.NotFoundError:
            continue
        value = device.get_property(name)
        yield _features(value, known) if name == "Features" else Row(name, value, known, *_judge(name, value, known))


def _judge(name: str, value: Any, known: Any) -> tuple[str, str]:
    if value == known:
        return "same", ""
    if name in _EITHER_WAY:
        return "explained", _EITHER_WAY[name]
    if name in _LESS and _is_less(value, known):
        return "explained", _LESS[name]
    return "different", "no reason is known: the entry may be wrong, please report it"


def _is_less(value: Any, known: Any) -> bool:
    if isinstance(value, list) and isinstance(known, list):
        return len(value) == len(known) and all(ours <= theirs for ours, theirs in zip(value, known, strict=True))
    return bool(value <= known)


def _features(value: Any, known: Any) -> Row:
    """What the architecture has must be there, by whichever name; what the device has beyond is its own."""
    have = {_plain(feature) for feature in value}
    missing = [feature for feature in known if not {_plain(feature), _KERNEL_NAMES.get(feature, "")} & have]
    found = f"{len(known) - len(missing)} of these"
    if not missing:
        return Row("Features", found, f"{len(known)} of the architecture", "same", "")
    note = f"not shown: {' '.join(missing)}; {_FEATURES_HIDDEN}"
    return Row("Features", found, f"{len(known)} of the architecture", "explained", note)


def _plain(feature: str) -> str:
    return re.sub(r"[-._]", "", feature)
