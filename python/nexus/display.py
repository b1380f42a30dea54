"""Tables for notebooks."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nexus._nexus import Device, Devices, Runtime, Runtimes, System

_COLUMNS = ("Name", "Architecture", "CoreCount", "ThreadCount", "MemorySize", "MaxThreadsPerBlock")
_LONGEST = 12
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def system(system: "System") -> str:
    """Table of all devices of a system."""
    return runtimes(system.runtimes)


def runtimes(runtimes: "Runtimes") -> str:
    """Table of all devices of several runtimes; one without devices is a row too."""
    rows: list[list[object]] = []
    for runtime in runtimes:
        rows += [_device_row(device) for device in runtime.devices] or [[runtime.name, "no device"]]
    return _device_table(rows)


def runtime(runtime: "Runtime") -> str:
    """Table of a runtime's devices, below its own properties."""
    return properties(runtime.properties) + devices(runtime.devices)


def devices(devices: "Devices") -> str:
    """Table with a row for each device."""
    return _device_table([_device_row(device) for device in devices])


def device(device: "Device") -> str:
    """Table of a device's properties."""
    return f"<b>{escape(device.id)}</b>" + properties(device.properties)


def properties(values: Mapping[str, object]) -> str:
    """Table with a row for each property, with its unit."""
    from nexus._nexus import properties

    units = {info.name: info.unit for info in properties()}
    return _table(("property", "value"), [[name, _text(value, units[name])] for name, value in values.items()])


def _device_row(device: "Device") -> list[object]:
    known = device.properties
    values = [_text(known[name], "B" if name == "MemorySize" else "") if name in known else "" for name in _COLUMNS]
    return [device.id, *values]


def _device_table(rows: Iterable[list[object]]) -> str:
    return _table(("device", *_COLUMNS), rows)


def _text(value: object, unit: str) -> str:
    if isinstance(value, list):
        more = f" ... ({len(value)} in all)" if len(value) > _LONGEST else ""
        return " ".join(str(item) for item in value[:_LONGEST]) + more
    if unit == "B" and isinstance(value, int):
        size, index = float(value), 0
        while size >= 1024 and index + 1 < len(_UNITS):
            size, index = size / 1024, index + 1
        return f"{size:.4g} {_UNITS[index]}"
    return f"{value} {unit}".strip()


def _table(header: Iterable[str], rows: Iterable[list[object]]) -> str:
    def cells(tag: str, row: Iterable[object]) -> str:
        return (
            "<tr>" + "".join(f'<{tag} style="text-align: left">{escape(str(cell))}</{tag}>' for cell in row) + "</tr>"
        )

    return f"<table>{cells('th', header)}{''.join(cells('td', row) for row in rows)}</table>"
