"""The files of the database as the tests see them: as written, and put over their base."""

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DATABASE = ROOT / "database"
SCHEMA = ROOT / "schema" / "gpu_architecture_schema.json"

Json = Any
Entry = dict[str, Json]


def names() -> list[str]:
    """All entries, without the bases."""
    return sorted(path.stem for path in DATABASE.glob("*.json"))


def bases() -> list[str]:
    return sorted(path.stem for path in (DATABASE / "base").glob("*.json"))


def files() -> list[Path]:
    return sorted(DATABASE.rglob("*.json"))


def read(path: Path) -> Entry:
    """The file as written. A key that is there twice is an error, not the last one's value."""

    def unique(pairs: list[tuple[str, Json]]) -> Entry:
        members = dict(pairs)
        assert len(members) == len(pairs), f"{path.name} has a key twice among {[key for key, _ in pairs]}"
        return members

    entry: Entry = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=unique)
    return entry


@functools.cache
def schema() -> Entry:
    return read(SCHEMA)


def merged(base: Json, addition: Json) -> Json:
    """Objects member by member, anything else replaces."""
    if not isinstance(base, dict) or not isinstance(addition, dict):
        return addition
    result = dict(base)
    for key, value in addition.items():
        result[key] = merged(base[key], value) if key in base else value
    return result


def resolved(entry: Entry) -> Entry:
    if "Extends" not in entry:
        return entry
    base = read(DATABASE / "base" / f"{entry['Extends']}.json")
    base.pop("Abstract")
    result: Entry = merged(base, {key: value for key, value in entry.items() if key != "Extends"})
    return result


@functools.cache
def load(name: str) -> Entry:
    """An entry over its base. Shared by all tests: not to be changed."""
    return resolved(read(DATABASE / f"{name}.json"))


def walk(node: Json, pointer: str = "") -> Iterator[tuple[str, Json]]:
    """Every node with its JSON pointer, the root first."""
    yield pointer, node
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from walk(child, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")


def find(entry: Entry, pointer: str) -> Json:
    """The node at a JSON pointer; None if there is none."""
    node: Json = entry
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict):
            node = node.get(key)
        elif isinstance(node, list) and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        else:
            return None
    return node
