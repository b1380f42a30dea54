#!/usr/bin/env python3
"""Writes docs/database-fields.md: every field of the database with its unit, from the schema.

tools/make_database_fields.py           writes the page
tools/make_database_fields.py --check   says whether the page is what the schema gives
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "schema" / "gpu_architecture_schema.json"
PAGE = ROOT / "docs" / "database-fields.md"

Node = dict[str, Any]

UNITS = {
    "B": "bytes",
    "B/s": "bytes/s",
    "bit": "bits",
    "clk": "clocks",
    "mm^2": "mm²",
    "op/clk": "operations/clock",
    "op/s": "operations/s",
    "reg32": "32-bit registers",
}

INTRODUCTION = """\
# Fields of the database

Every field of [the schema](../schema/gpu_architecture_schema.json), made from it by
`tools/make_database_fields.py`; what the files are for is said in [database.md](database.md). A field that an entry
does not have is unknown. `*` after a name: the field must be there wherever its object is.
"""


def target(schema: Node, node: Node) -> tuple[str, Node]:
    """The definition that a node refers to, with its name, or the node itself."""
    name = str(node.get("$ref", "")).rpartition("/")[2]
    return name, schema["$defs"][name] if name else node


def kind(schema: Node, node: Node) -> str:
    """What a field holds, in words."""
    name, definition = target(schema, node)
    if name and definition.get("type") == "object" and name not in ("ValueSources",):
        return f"[{name}](#{name.lower()})"
    if "const" in definition:
        return f"`{json.dumps(definition['const'])}`"
    if name == "DataType":
        return "[element type](#datatype)"
    if "enum" in definition:
        return "one of " + ", ".join(f"`{value}`" for value in definition["enum"])
    if definition.get("type") == "array":
        items = kind(schema, definition["items"])
        count = definition.get("maxItems")
        return f"list of {count} x {items}" if count else f"list of {items}"
    if definition.get("type") == "object" and isinstance(definition.get("additionalProperties"), dict):
        return f"names to {kind(schema, definition['additionalProperties'])}"
    return str(definition.get("type", "any"))


def unit(schema: Node, node: Node) -> str:
    text = str(target(schema, node)[1].get("unit", ""))
    return UNITS.get(text, text)


def table(schema: Node, owner: Node) -> Iterator[str]:
    yield "| field | holds | unit | meaning |"
    yield "| --- | --- | --- | --- |"
    for name, node in owner["properties"].items():
        _, definition = target(schema, node)
        star = "*" if name in owner.get("required", []) else ""
        meaning = node.get("description") or definition.get("description", "")
        cells = [f"`{name}`{star}", kind(schema, node), unit(schema, node), meaning]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def inline_objects(path: str, owner: Node) -> Iterator[tuple[str, Node]]:
    """Objects with fields of their own that stand inside of another one."""
    for name, node in owner["properties"].items():
        inner = node.get("items", node)
        if isinstance(inner, dict) and inner.get("type") == "object" and "properties" in inner:
            yield f"{path}{name}", inner
            yield from inline_objects(f"{path}{name}/", inner)


def page(schema: Node) -> str:
    lines = [INTRODUCTION, "## An entry", "", schema["description"], "", *table(schema, schema)]
    for path, node in inline_objects("/", schema):
        lines += ["", f"## {path}", "", node["description"], "", *table(schema, node)]
    for name, node in schema["$defs"].items():
        if name == "DataType":
            lines += ["", f"## {name}", "", node["description"], "", ", ".join(f"`{value}`" for value in node["enum"])]
        if "properties" not in node:
            continue
        lines += ["", f"## {name}", "", node["description"], "", *table(schema, node)]
        for path, inner in inline_objects(f"{name}/", node):
            lines += ["", f"## {path}", "", inner["description"], "", *table(schema, inner)]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the page is not up to date")
    arguments = parser.parse_args()
    text = page(json.loads(SCHEMA.read_text(encoding="utf-8")))
    if not arguments.check:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        print(
            f"{PAGE.relative_to(ROOT)} is not what the schema gives; run tools/make_database_fields.py", file=sys.stderr
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
