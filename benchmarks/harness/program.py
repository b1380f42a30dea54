"""What the main functions of the benchmarks share: their options, and what they print."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import nexus
from harness import machine, report
from harness.result import Result


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options that all benchmarks have."""
    options = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--json", type=Path, metavar="FILE", help="also write every figure there")
    options.add_argument("--quick", action="store_true", help="few short rounds: to see that it works, not for figures")
    return options


def describe(**more: str) -> dict[str, str]:
    """Return facts of the machine and Nexus, and `more`."""
    return {**machine.describe(), "nexus": nexus.__version__, **more}


def show(
    about: Mapping[str, str],
    results: list[Result],
    json: Path | None,
    others: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> None:
    """Print the facts, the table, which has columns for `others`, and the notes; write them to the file `json` too."""
    for name, value in about.items():
        print(f"{name}: {value}")
    print()
    print(report.table(results, others))
    if notes:
        print()
        print("\n".join(notes))
    if json:
        report.write_json(json, about, results, notes)
