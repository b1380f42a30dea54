"""The database as one page for browsers, with everything inside."""

import json
import os
from typing import Any

import nexus
from nexus.database_tools.schema import field, leaves

# Long lists that say little side by side, and what the page shows in a place of its own.
_LEFT_OUT = ("Products", "MatrixUnits", "Sources", "Conflicts", "Notes", "SchemaVersion", "Chips")


def page() -> str:
    """The text of the page. Entries that cannot be used are left out."""
    with open(os.path.join(os.path.dirname(__file__), "page.html"), encoding="utf-8") as file:
        text = file.read()
    # "</" would end the element that holds the data.
    data = json.dumps(_data(), ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return text.replace("__NEXUS_VERSION__", nexus.__version__).replace("__NEXUS_DATA__", data)


def _data() -> dict[str, Any]:
    entries = nexus.database.find()
    described = [_entry(entry) for entry in entries]
    pointers = {pointer for entry in described for pointer in entry["values"]}
    keys = {key for entry in described for product in entry["products"].values() for key in product["values"]}
    fields = {pointer: list(field(pointer)) for pointer in sorted(pointers)}
    return {
        "entries": described,
        "fields": {pointer: text for pointer, text in fields.items() if any(text)},
        "productFields": {key: list(field(f"/Products/x/{key}")) for key in sorted(keys)},
    }


def _entry(entry: nexus.Info) -> dict[str, Any]:
    whole = entry.to_dict()
    values = {key: value for key, value in whole.items() if key not in _LEFT_OUT}
    if "Isa" in values:
        values["Isa"] = {key: value for key, value in values["Isa"].items() if key != "Features"}
    return {
        "name": entry.entry_name,
        "title": whole.get("Name", ""),
        "values": dict(leaves(values)),
        "products": {name: _product(name, product) for name, product in whole.get("Products", {}).items()},
    }


def _product(name: str, product: dict[str, Any]) -> dict[str, Any]:
    values = {key: value for key, value in product.items() if not isinstance(value, dict)}
    described: dict[str, Any] = {"values": {key.lstrip("/"): value for key, value in leaves(values)}}
    try:
        roofline = nexus.roofline(name)
    except nexus.Error:
        return described  # the page offers no plot of it
    described["bandwidth"] = roofline.bandwidth
    described["peaks"] = [
        [peak.unit, peak.input + (f" to {peak.accumulator}" if peak.accumulator else ""), peak.ops_per_second]
        for peak in roofline.peaks
    ]
    return described
