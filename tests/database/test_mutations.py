"""Every single value of one entry is held by a check: a change of it alone is noticed.

What no check can notice is listed with its reason in unverifiable_sm_90.txt. A line there that is no longer needed is
an error too.
"""

import copy
import fnmatch
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import entries
import pytest
import test_arithmetic
import test_measured
import test_schema
import test_targets
from entries import Entry, Json

pytest.importorskip("llvmlite", reason="llvmlite, which some values are checked with, is not installed")
import test_llvm

ENTRY = "nvidia-gpu-sm_90"
LIST = Path(__file__).parent / "unverifiable_sm_90.txt"


def unverifiable() -> dict[str, str]:
    """Patterns of JSON pointers with the reason; a heading of the list is the reason of the lines below it."""
    patterns = {}
    reason = ""
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            reason = line.lstrip("# ")
        elif line:
            patterns[line] = reason
    return patterns


def broken(value: Json) -> Json:
    """Another value of the same kind. Numbers change by a twentieth, at least by one, texts in their last character."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + max(1, value // 20)
    if isinstance(value, float):
        return value * 1.05
    last = value[-1]
    return value[:-1] + (str((int(last) + 1) % 10) if last.isdigit() else "y" if last == "x" else "x")


def mutants(entry: Entry) -> Iterator[tuple[str, Entry]]:
    """The entry with one leaf broken at a time, and the pointer to it."""
    for pointer, value in list(entries.walk(entry)):
        if isinstance(value, (dict, list)):
            continue
        mutant = copy.deepcopy(entry)
        parent, _, step = pointer.rpartition("/")
        node = entries.find(mutant, parent) if parent else mutant
        key: Any = int(step) if isinstance(node, list) else step.replace("~1", "/").replace("~0", "~")
        node[key] = broken(value)
        yield pointer, mutant


def is_noticed(mutant: Entry) -> bool:
    """The checks of the other files, the cheapest first. A check that cannot cope with the change has noticed it."""
    checks = (
        test_schema.problems_of_sources,
        test_schema.problems_of_conflicts,
        test_schema.problems_of_chips,
        test_targets.problems,
        test_arithmetic.problems,
        test_measured.problems,
        test_schema.errors,
        test_llvm.problems_of_ptx_versions,
    )
    for check in checks:
        try:
            if check(mutant):
                return True
        except (AssertionError, KeyError, StopIteration, TypeError, ValueError):
            return True
    return [mutant["Vendor"], mutant["Type"], mutant["Architecture"]] != ["nvidia", "gpu", "sm_90"]


def test_the_entry_passes() -> None:
    assert not is_noticed(entries.load(ENTRY))


def test_every_broken_value_is_noticed_or_listed() -> None:
    patterns = unverifiable()
    assert all(patterns.values()), "every part of the list begins with a reason"
    unnoticed, needed, count = [], set(), 0
    for pointer, mutant in mutants(entries.load(ENTRY)):
        count += 1
        if is_noticed(mutant):
            continue
        matching = [pattern for pattern in patterns if fnmatch.fnmatchcase(pointer, pattern)]
        needed.update(matching)
        if not matching:
            unnoticed.append(pointer)
    assert count > 400
    assert unnoticed == []
    assert set(patterns) - needed == set(), "lines of the list that are not needed"
