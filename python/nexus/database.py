"""The database of architectures: names, entries and search.

    nexus.database.get("H100").Products["NVIDIA H200"].MemoryBandwidth
    nexus.database.find(vendor="amd", type="gpu", where={"/Features/MatrixCores": True})

Entries come from the folders in NEXUS_DATABASE_PATH, as they are at the time of the call, then from the one that comes
with Nexus. A file that cannot be used disturbs no other; problems() tells of it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from nexus._nexus import (
    DatabaseMatch,
    DatabaseProblem,
    Info,
    InvalidArgumentError,
    UnavailableError,
    get_database,
    get_device_info,
)
from nexus._nexus import read_info as read

__all__ = ["find", "folders", "get", "names", "problems", "products", "read", "resolve"]

Condition = Callable[[Info], object] | Mapping[str, Any]

get = get_device_info


def folders() -> tuple[str, ...]:
    """The folders that are searched, in this order."""
    return get_database().folders


def names() -> tuple[str, ...]:
    """Names of all entries, sorted. Reads none of them."""
    return get_database().names


def resolve(name: str) -> DatabaseMatch:
    """What a name stands for: an entry and, if the name is that of one product, the product's key."""
    return get_database().resolve(name)


def problems() -> tuple[DatabaseProblem, ...]:
    """The entries that cannot be used, with the reasons. Reads all."""
    return get_database().problems


def find(vendor: str | None = None, type: str | None = None, where: Condition | None = None) -> list[Info]:
    """Entries of a vendor ('amd') and a type ('gpu', 'cpu', 'npu') that meet a condition, in the order of their names.

    The condition is a function of the entry, or a mapping from JSON pointers to values; a value that is callable is
    asked instead of compared, as in where={"/ExecutionLimits/MaxThreadsPerBlock": lambda threads: threads > 1024}. An
    entry in which something is not known that the condition asks for does not meet it. Entries that cannot be used are
    left out.
    """
    database = get_database()
    found: list[Info] = []
    for name in database.names:
        parts = name.split("-", 2)
        if len(parts) != 3 or vendor not in (None, parts[0]) or type not in (None, parts[1]):
            continue
        try:
            entry = database.get_info(name)
        except UnavailableError:
            continue
        if where is None or _meets(entry, where):
            found.append(entry)
    return found


def products(entry: Info | str) -> dict[str, Info]:
    """The products of an entry by name; empty if it has none."""
    info = get(entry) if isinstance(entry, str) else entry
    return dict(info["Products"].items()) if "Products" in info else {}


def _meets(entry: Info, where: Condition) -> bool:
    if callable(where):
        try:
            return bool(where(entry))
        except (LookupError, AttributeError):
            return False  # not known
    if not isinstance(where, Mapping):
        raise InvalidArgumentError(f"where must be a function or a mapping, not '{where.__class__.__name__}'")
    for pointer, wanted in where.items():
        if pointer not in entry:
            return False
        value = entry.at(pointer).to_python()
        if not (wanted(value) if callable(wanted) else value == wanted):
            return False
    return True
