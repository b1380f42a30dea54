"""The table at the end, and the same as JSON."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.result import NEXUS, Result


def figure(value: float) -> str:
    if value and abs(value) < 0.095:
        return f"{value:.3f}"
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def both(result: Result, name: str) -> str:
    if name not in result.medians:
        return "-"
    return f"{figure(result.medians[name])} ({figure(result.best[name])})"


def cells(result: Result, others: Sequence[str]) -> list[str]:
    peer = "-" if result.peer is None else f"{both(result, result.peer)} {result.peer}"
    ratio = "-"
    if result.ratio is not None and result.best_ratio is not None:
        ratio = f"{result.ratio:.2f} ({result.best_ratio:.2f})"
    return [
        f"{result.title}, {result.unit}",
        both(result, NEXUS),
        peer,
        ratio,
        "-" if result.bar is None else str(result.bar),
        {True: "yes", False: "NO", None: "-"}[result.is_met],
        *(both(result, name) for name in others),
    ]


def table(results: list[Result], others: Sequence[str]) -> str:
    """Return the results as a Markdown table: medians, with the best round in brackets. `others` get columns."""
    rows = [["measure", NEXUS, "peer", "ratio", "bar", "met?", *others], *(cells(result, others) for result in results)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [f"| {' | '.join(map(str.ljust, row, widths))} |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    notes = [f"{result.title}: {result.note}" for result in results if result.note]
    return "\n".join(lines + (["", *notes] if notes else []))


def write_json(path: Path, machine: Mapping[str, str], results: list[Result], notes: Sequence[str]) -> None:
    rows = [
        {
            "measure": result.title,
            "unit": result.unit,
            "medians": result.medians,
            "best": result.best,
            "peer": result.peer,
            "ratio": result.ratio,
            "ratio_of_best": result.best_ratio,
            "bar": None if result.bar is None else str(result.bar),
            "met": result.is_met,
            "note": result.note,
        }
        for result in results
    ]
    text = json.dumps({"machine": dict(machine), "notes": list(notes), "results": rows}, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
