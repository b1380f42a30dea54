"""nexus catalog: what a catalog holds, and which part each device takes."""

import argparse
import json
import os
import sys
from collections.abc import Iterator

import nexus
from nexus.catalogs import Catalog, read_catalog
from nexus.kernel_runs.display import show_table

DESCRIPTION = "Show the parts of a catalog, and which of them each device takes and why."

_ORDER = ("exact", "family", "portable", "source", "none")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of the command."""
    add = parser.add_argument
    add("catalog", metavar="CATALOG", help="the file")
    add("--device", metavar="ID", help="only this device")
    add("--json", action="store_true", help="the manifest, for machines")
    add("--extract", metavar="FOLDER", help="write the parts into a folder, which is made")


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns the exit code."""
    catalog = read_catalog(options.catalog)
    if options.extract:
        _extract(catalog, options.extract)
    if options.json:
        json.dump(catalog.manifest, sys.stdout, indent=2)
        print()
        return 0
    devices = (
        [nexus.get_device(options.device)]
        if options.device
        else [device for runtime in nexus.get_runtimes() for device in runtime.devices]
    )
    for line in _report(catalog, devices):
        print(line)
    return 0


def _report(catalog: Catalog, devices: list[nexus.Device]) -> Iterator[str]:
    yield f"{catalog.name}: {len(catalog.parts)} part{'s' if len(catalog.parts) > 1 else ''}"
    rows = [("part", "for", "size", "SHA-256")]
    for part in catalog.parts:
        made_for = f"language {part.language} {part.options}".rstrip() if part.language else part.target
        if part.runtime:
            made_for = f"{part.runtime}: {made_for}"
        rows.append((part.file, made_for, str(len(part.contents)), part.sha256[:16]))
    yield from (f"  {line}" for line in show_table(rows))
    for device in devices:
        yield ""
        yield f"{device.id}  {device.get_property_str('Architecture')}"
        fits = [(part, *part.fit(device)) for part in catalog.parts]
        fits.sort(key=lambda fit: _ORDER.index(fit[1]))
        yield from (f"  {line}" for line in show_table([(part.file, fit, why) for part, fit, why in fits]))


def _extract(catalog: Catalog, folder: str) -> None:
    os.makedirs(folder, exist_ok=True)
    for part in catalog.parts:
        # A name is data: it must not lead out of the folder.
        name = os.path.basename(part.file)
        if name in ("", ".", ".."):
            raise nexus.InvalidArgumentError(f"the part '{part.file}' has no name that a file can have")
        path = os.path.join(folder, name)
        if os.path.exists(path):
            path = os.path.join(folder, f"{part.target or part.language}-{name}".replace(os.sep, "_"))
        with open(path, "wb") as file:
            file.write(part.contents)
