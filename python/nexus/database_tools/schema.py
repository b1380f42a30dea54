"""The schema of database entries: where it lies, and what it says of a field."""

import json
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

import nexus

#: Keys that say where values come from, not what a device is.
PROVENANCE = frozenset({"Source", "ValueSources", "Sources", "Conflicts", "Notes"})


class Field(NamedTuple):
    """What the schema says of one field."""

    description: str
    unit: str


_kept: dict[str, dict[str, Any]] = {}


def schema() -> dict[str, Any]:
    """The schema that comes with Nexus; read once. Raises UnavailableError if it is not there."""
    # Beside the last folder that is searched, which is the one that comes with Nexus.
    path = os.path.join(os.path.dirname(nexus.database.folders()[-1]), "schema", "gpu_architecture_schema.json")
    if path not in _kept:
        try:
            with open(path, encoding="utf-8") as file:
                _kept[path] = json.load(file)
        except OSError as error:
            raise nexus.UnavailableError(f"the schema of the database cannot be read: {error}") from error
    return _kept[path]


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """A node of the schema with its reference followed."""
    while "$ref" in node:
        target: Any = schema()
        for step in node["$ref"].split("/")[1:]:
            target = target[step]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def field(pointer: str) -> Field:
    """What the schema says of the field at a JSON pointer of an entry; empty texts if it does not know it."""
    node = resolved(schema())
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        inner = node.get("properties", {}).get(key) or node.get("items") or node.get("additionalProperties")
        if not isinstance(inner, dict):
            return Field("", "")
        node = resolved(inner)
    return Field(node.get("description", ""), node.get("unit", ""))


def escaped(key: str) -> str:
    """A key as one step of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Pointer and value of everything that an entry says of a device; lists of single values are one value."""
    if isinstance(value, dict):
        for key, child in value.items():
            if key not in PROVENANCE:
                yield from leaves(child, f"{pointer}/{escaped(key)}")
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for position, child in enumerate(value):
            yield from leaves(child, f"{pointer}/{position}")
    else:
        yield pointer, value


def readable(value: Any, unit: str = "", room: int = 100) -> str:
    """A value with its unit, for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        text = " ".join(str(item) for item in value)
        return text if len(text) <= room else f"{text[: room - 20]} ... ({len(value)} in all)"
    if unit == "B" and isinstance(value, int):
        for factor, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
            if value >= factor and value * 100 % factor == 0:
                return f"{value / factor:g} {name}"
        return f"{value} B"
    if unit in ("B/s", "op/s"):
        for scale, name in ((1e15, "P"), (1e12, "T"), (1e9, "G")):
            if value >= scale:
                return f"{value / scale:.4g} {name}{unit}"
    return f"{value} {unit}".rstrip()
