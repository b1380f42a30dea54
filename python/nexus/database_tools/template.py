"""A new entry to fill in: every section of the schema, with each field explained in a comment."""

import datetime
import json
from collections.abc import Iterator
from typing import Any

import nexus
from nexus.database_tools.schema import resolved, schema

#: Fields that an entry of a type cannot do without, by section.
_REQUIRED: dict[str, dict[str, tuple[str, ...]]] = {
    "gpu": {"Isa": ("Family",), "CoreSubsystem": ("CoreName", "SubgroupSizes")},
    "cpu": {"Isa": ("Family", "LlvmTriple", "LlvmCpu", "Features"), "CoreSubsystem": ("VectorWidth",)},
    "npu": {"Isa": ("Family",)},
}
_SECTIONS = ("CoreSubsystem", "ExecutionLimits", "MemorySubsystem", "Features", "Rates")
_WIDTH = 44


def template(name: str) -> str:
    """Text of a file <vendor>-<type>-<architecture>.json, with comments, which the library accepts.

    A required value that only the author knows is null, which `nexus db validate` points out.
    """
    parts = name.split("-", 2)
    if len(parts) != 3 or not all(parts) or parts[1] not in _REQUIRED:
        raise nexus.InvalidArgumentError(
            f"'{name}' is no name of an entry; it is <vendor>-<type>-<architecture> in lower case with the type cpu, "
            "gpu or npu, such as acme-gpu-a100"
        )
    return "\n".join(_lines(*parts)) + "\n"


def _lines(vendor: str, type_: str, architecture: str) -> Iterator[str]:
    today = datetime.date.today().isoformat()
    known = schema()["properties"]["Vendor"].get("enum", [])
    yield f"// database/{vendor}-{type_}-{architecture}.json: what is known about this architecture."
    yield "// Remove the // before what you know and leave out the rest: what is not known is absent, never 0 or empty."
    yield "// Every section names in Source the keys of /Sources that its values come from."
    yield f"// Check it with: nexus db validate {vendor}-{type_}-{architecture}.json"
    if vendor not in known:
        yield f"// '{vendor}' is new: the schema lists vendors at /properties/Vendor, and it has to be added there."
    yield "{"
    yield '  "SchemaVersion": "1.0",'
    yield f'  "Vendor": {json.dumps(vendor)}, "Type": {json.dumps(type_)}, "Architecture": {json.dumps(architecture)},'
    yield f'  "Name": {json.dumps(f"{vendor} {architecture}")},'
    yield '  "Kind": "hardware",'
    yield f'  // , "Aliases": ["..."]  {_describe("Aliases")}'
    yield '  "Sources": {'
    yield f'    "datasheet": {{"Title": "Data sheet", "Date": "{today}", "Kind": "vendor-document"}}'
    yield '    // , "driver": {"Title": "...", "Version": "...", "Date": "2026", "Kind": "measured"}'
    yield "  },"
    required = _REQUIRED[type_]
    yield from _section("Identity", ())
    yield from _section("Isa", required["Isa"])
    yield f"  // {_describe('CompilerTargets')}"
    yield '  "CompilerTargets": {'
    compilers = '{"clang": [{"Flags": null}]}'
    yield f'    {json.dumps(architecture)}: {{"Source": ["datasheet"], "Kind": "baseline", "Compilers": {compilers}}}'
    yield "  },"
    for section in _SECTIONS:
        yield from _section(section, required.get(section, ()))
    yield from _products()
    yield "}"


def _describe(*steps: str) -> str:
    node = resolved(schema())
    for step in steps:
        node = resolved(node["properties"][step])
    return str(node.get("description", ""))


def _section(name: str, required: tuple[str, ...]) -> Iterator[str]:
    node = resolved(schema()["properties"][name])
    yield f"  // {node.get('description', '')}"
    yield f'  "{name}": {{'
    yield '    "Source": ["datasheet"]'
    yield from _fields(node, "    ", required)
    yield "  },"


def _fields(node: dict[str, Any], indent: str, required: tuple[str, ...] = ()) -> Iterator[str]:
    """The fields of a section; each but the required ones is a comment that begins with its comma."""
    for key, field in node["properties"].items():
        if key in ("Source", "ValueSources"):
            continue
        inner = resolved(field)
        text = f'{indent}, "{key}": null' if key in required else f'{indent}// , "{key}": {_example(inner)}'
        yield f"{text:<{_WIDTH}}  // {inner.get('description', '')}".rstrip()


def _products() -> Iterator[str]:
    product = resolved(schema()["$defs"]["Product"])
    yield f"  // {_describe('Products')}"
    yield '  "Products": {'
    yield '    "Name that the runtime reports": {'
    yield '      "Source": ["datasheet"]'
    yield from _fields(product, "      ")
    yield "    }"
    yield "  }"


def _example(node: dict[str, Any]) -> str:
    """A value of the right form, to be replaced."""
    if node.get("enum"):
        return json.dumps(node["enum"][0])
    kind = node.get("type")
    if kind == "array":
        return f"[{_example(resolved(node.get('items', {})))}]"
    if kind == "object" or "properties" in node:
        return '{"Size": 1, "Scope": "Core"}' if "Scope" in node.get("properties", {}) else "{}"
    return {"integer": "1", "number": "1.0", "boolean": "true"}.get(str(kind), '"..."')
