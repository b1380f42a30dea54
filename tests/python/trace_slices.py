"""What a trace tells."""

import json
from pathlib import Path
from typing import Any

Slice = dict[str, Any]


def slices(path: Path) -> dict[str, list[Slice]]:
    """The slices of each line, in the order of time."""
    events = json.loads(path.read_text())
    lines = {event["tid"]: event["args"]["name"] for event in events if event["name"] == "thread_name"}
    told: dict[str, list[Slice]] = {name: [] for name in lines.values()}
    for event in sorted((event for event in events if event["ph"] == "X"), key=lambda event: event["ts"]):
        told[lines[event["tid"]]].append(event)
    return told


def end(event: Slice) -> float:
    """In microseconds, as the start."""
    return float(event["ts"] + event["dur"])
