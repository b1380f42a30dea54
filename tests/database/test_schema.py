"""Every file is valid, says what its name says, and names the source of every value."""

import json
import re
from collections import defaultdict
from pathlib import Path

import entries
import pytest
from entries import Entry
from jsonschema import Draft202012Validator

VALIDATOR = Draft202012Validator(entries.schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)

# How a description says the unit of a field.
UNITS = {
    "": "",
    "B": "bytes",
    "B/s": "bytes per second",
    "MHz": "MHz",
    "W": "watts",
    "bit": "bits",
    "clk": "clocks",
    "mm^2": "square millimetres",
    "nm": "nanometres",
    "op/clk": "operations per clock",
    "op/s": "operations per second",
    "reg32": "32-bit registers",
}


def errors(entry: Entry) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in VALIDATOR.iter_errors(entry)]


def problems_of_sources(entry: Entry) -> list[str]:
    """Sources that are missing, unknown or unused."""
    known = set(entry["Sources"])
    used = set()
    problems = []
    for pointer, node in entries.walk(entry):
        if pointer.startswith("/Sources") or not isinstance(node, dict):
            continue
        lists = [node[key] for key in ("Source", "KeptSource") if isinstance(node.get(key), list)]
        values = node.get("ValueSources", {})
        problems += [f"{pointer}/ValueSources names {key!r}, which is not there" for key in values if key not in node]
        for source in [source for sources in [*lists, *values.values()] for source in sources]:
            used.add(source)
            if source not in known:
                problems.append(f"{pointer} names the source {source!r}, which /Sources does not have")
    used |= {other["Source"] for conflict in entry.get("Conflicts", []) for other in conflict["Others"]}
    for conflict in entry.get("Conflicts", []):
        for other in conflict["Others"]:
            if " " not in other["Source"] and other["Source"] not in known:
                problems.append(f"a conflict names {other['Source']!r}, which is neither a source nor a title")
    return problems + [f"/Sources/{source} is used nowhere" for source in sorted(known - used)]


def problems_of_conflicts(entry: Entry) -> list[str]:
    """A decision must be what the entry holds."""
    problems = []
    for conflict in entry.get("Conflicts", []):
        node = entries.find(entry, conflict["Path"])
        if isinstance(node, list) and isinstance(conflict.get("Kept"), str):
            members = [member.get("Name") if isinstance(member, dict) else member for member in node]
            holds = conflict["Kept"] in members
        else:
            holds = node == conflict.get("Kept")
        if not holds:
            problems.append(
                f"{conflict['Path']} is {json.dumps(node)[:80]}, and the conflict says {conflict.get('Kept')}"
            )
        if ("Kept" in conflict) != ("KeptSource" in conflict):
            problems.append(
                f"the conflict about {conflict['Path']} must have both Kept and KeptSource, or none of them"
            )
    return problems


def problems_of_chips(entry: Entry) -> list[str]:
    named = {product["Chip"] for product in entry.get("Products", {}).values() if "Chip" in product}
    return [
        f"the chip {chip} is named or described, but not both" for chip in sorted(named ^ set(entry.get("Chips", {})))
    ]


@pytest.mark.parametrize("path", entries.files(), ids=lambda path: path.stem)
def test_the_file_is_valid(path: Path) -> None:
    assert errors(entries.read(path)) == []


@pytest.mark.parametrize("name", entries.names())
def test_the_entry_over_its_base_is_valid(name: str) -> None:
    entry = entries.load(name)
    assert errors(entry) == []
    assert "Extends" not in entry
    assert "Abstract" not in entry


@pytest.mark.parametrize("name", entries.names())
def test_the_name_of_the_file_is_that_of_the_entry(name: str) -> None:
    entry = entries.load(name)
    assert f"{entry['Vendor']}-{entry['Type']}-{entry['Architecture']}" == name


@pytest.mark.parametrize("name", entries.names())
def test_every_value_has_a_source_and_every_source_is_used(name: str) -> None:
    assert problems_of_sources(entries.load(name)) == []


@pytest.mark.parametrize("name", entries.names())
def test_conflicts_are_decided_as_recorded(name: str) -> None:
    assert problems_of_conflicts(entries.load(name)) == []


@pytest.mark.parametrize("name", entries.names())
def test_a_section_over_a_base_keeps_the_sources_of_the_base(name: str) -> None:
    own = entries.read(entries.DATABASE / f"{name}.json")
    base = entries.read(entries.DATABASE / "base" / f"{own['Extends']}.json") if "Extends" in own else {}
    for section, values in base.items():
        if not isinstance(values, dict) or "Source" not in values or section not in own:
            continue
        inherited = {*values} - {"Source", "ValueSources", *own[section]}
        named = own[section].get("ValueSources", {})
        assert all(key in named for key in inherited) or {*values["Source"]} <= {*own[section]["Source"]}, section


def test_no_base_is_without_an_entry() -> None:
    extended = {entries.read(path).get("Extends") for path in entries.DATABASE.glob("*.json")}
    assert extended - {None} == set(entries.bases())


def test_what_is_loaded_or_compiled_elsewhere_is_known() -> None:
    known = {entry["Architecture"] for entry in map(entries.load, entries.names())}
    unknown = defaultdict(list)
    for name in entries.names():
        for target, values in entries.load(name)["CompilerTargets"].items():
            for architecture in values.get("LoadsOn", []) + values.get("CompilesOn", []):
                if architecture not in known:
                    unknown[architecture].append(f"{name} {target}")
    assert dict(unknown) == {}


def test_a_name_leads_to_one_place() -> None:
    """Architectures, aliases and products are looked up by name, apart from case."""
    owners = defaultdict(set)
    for name in entries.names():
        entry = entries.load(name)
        for text in [entry["Architecture"], *entry.get("Aliases", [])]:
            owners[text.lower()].add(name)
        for product, values in entry.get("Products", {}).items():
            for text in {product.lower(), *(alias.lower() for alias in values.get("Aliases", []))}:
                owners[text].add(f"{name}/{product}")
    assert {text: sorted(places) for text, places in owners.items() if len(places) > 1} == {}


@pytest.mark.parametrize("name", entries.names())
def test_products_name_their_chip(name: str) -> None:
    assert problems_of_chips(entries.load(name)) == []


def test_every_number_has_one_unit_and_says_it() -> None:
    found = 0
    for pointer, node in entries.walk(entries.schema()):
        if not isinstance(node, dict) or "description" not in node:
            continue
        number = node.get("type") in ("integer", "number") or (
            node.get("type") == "array" and node["items"].get("type") in ("integer", "number")
        )
        if number:
            found += 1
            assert "unit" in node, pointer
            assert UNITS[node["unit"]] in node["description"], pointer
        else:
            assert "unit" not in node, pointer
    assert found > 50


def test_every_object_of_the_schema_is_closed() -> None:
    """A misspelt key is an error wherever it stands."""
    schema = entries.schema()
    assert schema["unevaluatedProperties"] is False
    Draft202012Validator.check_schema(schema)
    for pointer, node in entries.walk(schema):
        if isinstance(node, dict) and node.get("type") == "object" and pointer:
            assert "additionalProperties" in node, pointer
            assert node.get("description"), pointer
        if isinstance(node, dict) and "properties" in node and node.get("type") == "object":
            for key, value in node["properties"].items():
                assert re.match(r"[A-Z]|nvcc|clang|gcc|hipcc|ocloc|xnack|sramecc", key), pointer
                assert value.get("description") or value.get("$ref"), f"{pointer}/{key}"


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/coreSubsystem", {}),
        ("/ExecutionLimits/MaxThreadsPerCore", "2048"),
        ("/ExecutionLimits/MaxThreadsPerCore", 0),
        ("/ExecutionLimits/MaxThreadPerCore", 2048),
        ("/MemorySubsystem/SharedMemory/Scope", "SM"),
        ("/MemorySubsystem/SharedMemory/SizeKB", 228),
        ("/Rates/Matrix/fp8", {"fp32": {"OpsPerClockPerCore": 1}}),
        ("/Rates/Vector/fp32/OpsPerClockPerCore", -1),
        ("/Products/NVIDIA H100 PCIe/PciIds", ["10DE:2331"]),
        ("/Products/NVIDIA H100 PCIe/Source", None),
        ("/Vendor", "NVIDIA"),
        ("/Kind", "gpu"),
        ("/Sources/cccl/Date", "last year"),
        ("/Sources/cccl/Url", "http://example.com"),
        ("/SchemaVersion", "2.0"),
        ("/Abstract", True),
    ],
)
def test_mistakes_are_refused(pointer: str, value: object) -> None:
    entry = json.loads(json.dumps(entries.load("nvidia-gpu-sm_90")))
    parent, _, key = pointer.rpartition("/")
    if value is None:
        del entries.find(entry, parent)[key]
    else:
        (entries.find(entry, parent) if parent else entry)[key] = value
    assert errors(entry)


def test_extensions_of_vendors_are_allowed_at_the_top_only() -> None:
    entry = dict(entries.load("nvidia-gpu-sm_90"))
    assert errors({**entry, "x-vendor": {"anything": [1, "two"]}}) == []
    assert errors({**entry, "Identity": {**entry["Identity"], "x-vendor": 1}})
