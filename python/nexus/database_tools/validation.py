"""Whether a file is a valid entry: what the library checks when it reads, the schema, and the sources."""

import os
from collections.abc import Iterator
from typing import Any

import nexus
from nexus.database_tools.schema import escaped, schema


def problems(path: str) -> list[str]:
    """What is wrong with a file, each with its JSON pointer; empty if it is valid.

    The entry is checked over its base. Raises UnsupportedError if the package jsonschema is not installed.
    """
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        raise nexus.UnsupportedError(
            "nexus db validate needs the package jsonschema: pip install 'nexus-device[database]'"
        ) from None
    try:
        info = nexus.read_info(path)
    except nexus.UnavailableError as error:
        return [str(error)]
    entry = info.to_dict()
    validator = Draft202012Validator(schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)
    found = [
        f"{_pointer(error.absolute_path)}: {_shortened(error.message)}"
        for error in sorted(validator.iter_errors(entry), key=lambda error: [str(step) for step in error.absolute_path])
    ]
    return [*found, *_name(entry, path), *_sources(entry)]


def _pointer(steps: Any) -> str:
    return "".join(f"/{escaped(str(step))}" for step in steps) or "/"


def _shortened(message: str, room: int = 200) -> str:
    return message if len(message) <= room else f"{message[:room]} ..."


def _name(entry: dict[str, Any], path: str) -> Iterator[str]:
    parts = [entry.get(key) for key in ("Vendor", "Type", "Architecture")]
    if entry.get("Abstract"):
        return
    if all(isinstance(part, str) for part in parts):
        wanted = "-".join(str(part) for part in parts)
        if os.path.basename(path) != f"{wanted}.json":
            yield f"/Architecture: the file must be called {wanted}.json"


def _sources(entry: dict[str, Any]) -> Iterator[str]:
    """Sources that are named but not described."""
    known = entry.get("Sources")
    if not isinstance(known, dict) or entry.get("Abstract"):
        return
    for pointer, node in _objects(entry, ""):
        if pointer.startswith("/Sources"):
            continue
        values = node.get("ValueSources")
        for key, names in [("Source", node.get("Source")), *(values.items() if isinstance(values, dict) else ())]:
            if key != "Source" and key not in node:
                yield f"{pointer}/ValueSources/{escaped(key)}: there is no '{key}' beside it"
            for name in names if isinstance(names, list) else ():
                if name not in known:
                    yield f"{pointer or '/'}: the source '{name}' is not in /Sources"


def _objects(value: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield pointer, value
        for key, child in value.items():
            yield from _objects(child, f"{pointer}/{escaped(key)}")
    elif isinstance(value, list):
        for position, child in enumerate(value):
            yield from _objects(child, f"{pointer}/{position}")
