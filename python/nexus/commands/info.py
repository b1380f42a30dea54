"""nexus info: runtimes and devices with their properties, and why plugins did not load."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import nexus
from nexus import _nexus

DESCRIPTION = "Show every runtime and device with its properties, and why plugins have none."

# Long lists, which only --all and --json show.
_LISTS = ("Features", "Affinity")
_LABEL_WIDTH = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of the command."""
    parser.add_argument("--json", action="store_true", help="everything, for machines")
    parser.add_argument("--all", action="store_true", help="long lists too, such as instruction set extensions")


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns the exit code."""
    if options.json:
        json.dump(describe_machine(), sys.stdout, indent=2)
        print()
    else:
        for line in _report(options.all):
            print(line)
    return 0


def describe_machine() -> dict[str, Any]:
    """What `nexus info --json` prints."""
    return {
        "version": nexus.__version__,
        "plugin_search_path": _search_path(),
        "runtimes": [
            {
                "name": runtime.name,
                "plugin_path": runtime.plugin_path,
                "properties": dict(_readable(runtime)),
                "devices": [{"id": device.id, "properties": dict(_readable(device))} for device in runtime.devices],
            }
            for runtime in nexus.get_runtimes()
        ],
        "plugins": [
            {key: getattr(record, key) for key in ("path", "state", "name", "version", "reason")}
            for record in nexus.get_plugin_records()
        ],
    }


def _search_path() -> list[str]:
    entries = os.environ.get("NEXUS_PLUGIN_PATH", "").split(os.pathsep)
    return [entry for entry in entries if entry] + [os.path.dirname(_nexus._core_path())]


def _readable(owner: "nexus.Device | nexus.Runtime") -> Iterator[tuple[str, Any]]:
    for name in owner.properties:
        try:
            yield name, owner.get_property(name)
        except nexus.Error as error:
            yield name, f"cannot be read: {error}"


def _report(show_lists: bool) -> Iterator[str]:
    yield f"Nexus {nexus.__version__}"
    units = {info.name: info.unit for info in nexus.properties()}
    devices = [device for runtime in nexus.get_runtimes() for device in runtime.devices]
    for device in devices:
        values = dict(_readable(device))
        yield ""
        yield f"{device.id}  {values.pop('Name', '')}".rstrip()
        for name, value in values.items():
            if show_lists or name not in _LISTS:
                shown = _human(name, value, units[name]) + _origin(device, name)
                yield f"  {_label(name):<{_LABEL_WIDTH}}{shown}".rstrip()
    if not devices:
        yield ""
        yield "No device was found."
    yield ""
    yield "Plugins"
    for record in nexus.get_plugin_records():
        yield f"  {record.path}"
        title = " ".join(part for part in (record.name, record.version) if part)
        state = f"{record.state}: {record.reason}" if record.reason else record.state
        yield f"    {title}: {state}" if title else f"    {state}"
    yield f"  searched: {', '.join(_search_path())} (NEXUS_PLUGIN_PATH adds more)"


def _origin(device: "nexus.Device", name: str) -> str:
    """A mark for what is not the device's own word."""
    try:
        return "" if device.get_property_source(name) == "runtime" else "  (database)"
    except nexus.Error:
        return ""  # what it cannot tell has been said in its place


def _label(name: str) -> str:
    """MaxClockRate -> Max clock rate, L1DataCacheSize -> L1 data cache size."""
    words: list[str] = []
    for character in name:
        if words and not character.isupper():
            words[-1] += character
        else:
            words.append(character if not words else character.lower())
    return " ".join(words)


def _human(name: str, value: Any, unit: str) -> str:
    if isinstance(value, list):
        separator = " x " if name.endswith("Dims") else " "
        return separator.join(str(item) for item in value)
    if isinstance(value, str):
        return value
    if name.startswith("MemoryIs"):
        return "yes" if value else "no"
    if unit == "B":
        return _scaled(value, 1024, ("B", "KiB", "MiB", "GiB", "TiB"))
    if unit == "MHz":
        return _scaled(value, 1000, ("MHz", "GHz"))
    return f"{value:g} {unit}".rstrip() if isinstance(value, float) else f"{value} {unit}".rstrip()


def _scaled(value: float, factor: int, units: Sequence[str]) -> str:
    unit = 0
    while value >= factor and unit + 1 < len(units):
        value /= factor
        unit += 1
    return f"{value:.4g} {units[unit]}"
