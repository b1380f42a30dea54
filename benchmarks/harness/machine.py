"""Facts that a figure is worth nothing without: processor, system, versions, command line."""

import os
import platform
import sys
from importlib import metadata
from pathlib import Path


def processor_name() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or "unknown"
    names = [line.split(":", 1)[1].strip() for line in text.splitlines() if line.lower().startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"


def load() -> str:
    return ", ".join(f"{value:.2f}" for value in os.getloadavg())


def huge_pages() -> str:
    try:
        return Path("/sys/kernel/mm/transparent_hugepage/enabled").read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"


def version_of(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "absent"


def describe() -> dict[str, str]:
    """Return the facts by name, in the order in which they are to be shown."""
    return {
        "processor": processor_name(),
        "cores": f"{len(os.sched_getaffinity(0))} usable of {os.cpu_count()}",
        "load at start": load(),
        "transparent huge pages": huge_pages(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Python": platform.python_version(),
        "packages": ", ".join(f"{name} {version_of(name)}" for name in ("numpy", "numba", "pyopencl")),
        "command": " ".join(sys.orig_argv),
    }
