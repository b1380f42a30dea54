"""nexus cache: the compiled programs that are kept on disk."""

import argparse
import contextlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from nexus.kernel_runs.display import show_table

DESCRIPTION = """
Show the compiled programs that are kept on disk, or delete them. NEXUS_CACHE_DIR names the folder and NEXUS_CACHE_SIZE
its size; docs/kernels.md tells more.
"""


@dataclass(frozen=True)
class Entry:
    """One compiled program."""

    path: str
    size: int
    used: float
    runtime: str
    language: str
    target: str
    compiler: str
    options: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of the command."""
    add = parser.add_argument
    add("--clear", action="store_true", help="delete all of it")
    add("--json", action="store_true", help="everything, for machines")


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns the exit code."""
    folder = cache_folder()
    if not folder:
        print("Compiled programs are not kept: NEXUS_CACHE_DIR is empty, or there is no home folder.")
        return 0
    entries = sorted(_read(folder), key=lambda entry: entry.used, reverse=True)
    if options.clear:
        _clear(folder, entries)
    elif options.json:
        json.dump({"folder": folder, "entries": [asdict(entry) for entry in entries]}, sys.stdout, indent=2)
        print()
    else:
        for line in _report(folder, entries):
            print(line)
    return 0


def cache_folder() -> str:
    """The folder in which plugins keep compiled programs, "" if they keep none."""
    chosen = os.environ.get("NEXUS_CACHE_DIR")
    if chosen is not None:
        return chosen
    for variable, below in (("XDG_CACHE_HOME", "nexus"), ("HOME", ".cache/nexus")):
        base = os.environ.get(variable, "")
        if base.startswith("/"):
            return os.path.join(base, below)
    return ""


def _read(folder: str) -> Iterator[Entry]:
    if not os.path.isdir(folder):
        return
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        # Other processes may delete an entry at any moment.
        with contextlib.suppress(FileNotFoundError):
            if name.endswith(".entry"):
                yield _read_entry(path)


def _read_entry(path: str) -> Entry:
    facts = os.stat(path)
    values = {}
    with open(path, "rb") as file:
        for line in file:
            key, separator, value = line.decode(errors="replace").rstrip("\n").partition(": ")
            if not separator and key != "nexus-compile-cache 1":
                break
            values[key] = value
    names = ("runtime", "language", "target", "compiler", "options")
    return Entry(path, facts.st_size, facts.st_mtime, *(values.get(name, "?") for name in names))


def _report(folder: str, entries: list[Entry]) -> Iterator[str]:
    total = sum(entry.size for entry in entries)
    yield f"{folder}: {len(entries)} program{'' if len(entries) == 1 else 's'}, {total / 2**20:.1f} MiB"
    rows = [("last used", "size", "runtime", "language", "target", "options")] if entries else []
    for entry in entries:
        used = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.used))
        target = entry.target.split(":")[0]
        rows.append((used, f"{entry.size / 1024:.0f} KiB", entry.runtime, entry.language, target, entry.options))
    yield from (f"  {line}" for line in show_table(rows))


def _clear(folder: str, entries: list[Entry]) -> None:
    for entry in entries:
        with contextlib.suppress(FileNotFoundError):
            os.remove(entry.path)
    shutil.rmtree(os.path.join(folder, "failed"), ignore_errors=True)
    print(f"{folder}: {len(entries)} program{'' if len(entries) == 1 else 's'} deleted")
