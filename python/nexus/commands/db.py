"""nexus db: the database of architectures."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

import nexus

DESCRIPTION = "Look into the database of architectures, compare, check and extend it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of the command."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    def action(name: str, function: Callable[[argparse.Namespace], int], summary: str) -> argparse.ArgumentParser:
        chosen = actions.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        chosen.set_defaults(action=function)
        return chosen

    listing = action("list", _list, "list entries, and the files that cannot be used")
    listing.add_argument("--vendor", help="only those of a vendor, such as amd")
    listing.add_argument("--type", help="only those of a type: cpu, gpu or npu")
    listing.add_argument("--products", action="store_true", help="list the products too")
    listing.add_argument("--json", action="store_true", help="for machines")

    show = action("show", _show, "show an entry, or a part of it, with units")
    show.add_argument("name", help="an entry, an architecture or a product: sm_90, H100, MI300X, zen4 ...")
    show.add_argument("pointer", nargs="?", default="", help="JSON pointer of a part, such as /ExecutionLimits")
    show.add_argument("--json", action="store_true", help="the JSON text, with sources")

    diff = action("diff", _diff, "compare two entries; the exit code is 1 if they differ")
    diff.add_argument("left", metavar="A")
    diff.add_argument("right", metavar="B")

    validate = action("validate", _validate, "check files against the schema; the exit code is 1 if one is not valid")
    validate.add_argument("files", nargs="+", metavar="FILE")

    new = action("new", _new, "write an entry to fill in, with every field explained")
    new.add_argument("name", help="<vendor>-<type>-<architecture>, such as intel-gpu-xe4")
    new.add_argument(
        "--output", metavar="FILE", help="file to write, which must not exist yet; standard output without"
    )

    check = action(
        "check", _check, "compare a device with its entry; the exit code is 1 for a difference without a reason"
    )
    check.add_argument("device", nargs="?", help="the device, such as cuda:0")
    check.add_argument("--json", action="store_true", help="for machines")

    html = action("html", _html, "write one page for browsers: a table to search, comparisons and rooflines")
    html.add_argument("--output", metavar="FILE", default="nexus-database.html", help="the file (%(default)s)")


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns the exit code."""
    return int(options.action(options))


def _list(options: argparse.Namespace) -> int:
    entries = nexus.database.find(options.vendor, options.type)
    problems = nexus.database.problems()
    if options.json:
        rows = [
            {
                "entry": entry.entry_name,
                "name": entry.get("Name"),
                "path": entry.path,
                "products": list(nexus.database.products(entry)),
            }
            for entry in entries
        ]
        unusable = [{"entry": problem.entry, "reason": problem.reason} for problem in problems]
        _print_json({"entries": rows, "problems": unusable})
    else:
        for entry in entries:
            products = nexus.database.products(entry)
            count = f"  {len(products)} product{'' if len(products) == 1 else 's'}" if products else ""
            print(f"{entry.entry_name:<28} {entry.get('Name', '')}{count}")
            for product in products if options.products else ():
                print(f"    {product}")
        for problem in problems:
            print(f"{problem.entry}: {problem.reason}", file=sys.stderr)
    return 0


def _show(options: argparse.Namespace) -> int:
    from nexus.database_tools.schema import escaped, field, leaves, readable

    entry = nexus.get_device_info(options.name)
    match = nexus.database.resolve(options.name)
    pointer = options.pointer
    if match.product and not pointer:
        pointer = f"/Products/{escaped(match.product)}"
    node = entry.at(pointer)
    if options.json:
        print(node.to_json())
        return 0
    print(f"{entry.entry_name}{pointer}  ({entry.path})")
    place = node.pointer
    for inner, value in leaves(node.to_python()):
        label = inner.lstrip("/").replace("~1", "/").replace("~0", "~") or place.rpartition("/")[2]
        print(f"  {label:<44} {readable(value, field(place + inner).unit)}")
    if match.product and not options.pointer:
        print(f"What all products share: nexus db show {entry.entry_name}")
    return 0


def _diff(options: argparse.Namespace) -> int:
    from nexus.database_tools.differences import differences
    from nexus.database_tools.schema import field, readable

    left, right = nexus.get_device_info(options.left), nexus.get_device_info(options.right)
    found = list(differences(left, right))
    if not found:
        print(f"{left.entry_name} and {right.entry_name} say the same.")
        return 0
    print(f"{'':<44} {left.entry_name:<30} {right.entry_name}")
    for difference in found:
        unit = field(difference.pointer).unit
        values = ["-" if value is None else readable(value, unit, 28) for value in difference[1:]]
        print(f"{difference.pointer:<44} {values[0]:<30} {values[1]}".rstrip())
    return 1


def _validate(options: argparse.Namespace) -> int:
    from nexus.database_tools.validation import problems

    code = 0
    for path in options.files:
        found = problems(path)
        print(f"{path}: {'valid' if not found else f'not valid, {len(found)} problem(s)'}")
        for problem in found:
            print(f"  {problem}")
        code |= bool(found)
    return code


def _new(options: argparse.Namespace) -> int:
    from nexus.database_tools.template import template

    text = template(options.name)
    if options.output is None:
        print(text, end="")
        return 0
    try:
        with open(options.output, "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise nexus.UnavailableError(f"cannot write '{options.output}': {error.strerror}") from error
    print(f"{options.output} is written; fill it in, then: nexus db validate {options.output}")
    return 0


def _check(options: argparse.Namespace) -> int:
    from nexus.database_tools.check import check
    from nexus.database_tools.schema import readable

    device = nexus.get_device(options.device)
    rows = check(device)
    if options.json:
        _print_json(
            {"device": device.id, "entry": device.get_info().entry_name, "rows": [row._asdict() for row in rows]}
        )
    else:
        units = {info.name: info.unit for info in nexus.properties()}
        print(f"{device.id}  {device.get_property_str('Name')}  against {device.get_info().entry_name}")
        for row in rows:
            unit = units.get(row.name, "")
            sides = [readable(value, unit, 30) for value in (row.runtime, row.entry)]
            mark = {"same": "=", "explained": "~", "different": "!"}[row.verdict]
            print(f"{mark} {row.name:<26} {sides[0]:<32} {sides[1]}".rstrip())
            if row.note:
                print(f"    {row.note}")
    return int(any(row.verdict == "different" for row in rows))


def _html(options: argparse.Namespace) -> int:
    from nexus.database_tools.page import page

    text = page()
    try:
        with open(options.output, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise nexus.UnavailableError(f"cannot write '{options.output}': {error.strerror}") from error
    print(f"{options.output} is written ({len(text) / 2**20:.1f} MiB); open it in a browser, no network is needed")
    return 0


def _print_json(value: Any) -> None:
    json.dump(value, sys.stdout, indent=2)
    print()
