"""Compiler flags and names of CPUs against archspec, and the order of the flags."""

import json
from importlib import resources
from typing import Any

import entries
import pytest

pytest.importorskip("archspec", reason="archspec is not installed")

UARCHS: dict[str, Any] = json.loads(
    (resources.files("archspec") / "json" / "cpu" / "microarchitectures.json").read_text(encoding="utf-8")
)["microarchitectures"]
KNOWN = [name for name in entries.names() if "ArchspecName" in entries.load(name).get("Identity", {})]


def test_most_cpus_are_known_to_archspec() -> None:
    assert len(KNOWN) > 30


@pytest.mark.parametrize("name", KNOWN)
def test_compiler_flags(name: str) -> None:
    """The flags for each range of versions are those of archspec."""
    entry = entries.load(name)
    archspec_name = entry["Identity"]["ArchspecName"]
    compilers = entry["CompilerTargets"][entry["Architecture"]]["Compilers"]
    for compiler in ("gcc", "clang"):
        expected = []
        for version in UARCHS[archspec_name]["compilers"].get(compiler, []):
            first, _, last = version["versions"].partition(":")
            flags = version["flags"].format(name=version.get("name", archspec_name))
            expected.append((flags, first or None, last or None))
        found = [(one["Flags"], one.get("MinVersion"), one.get("MaxVersion")) for one in compilers.get(compiler, [])]
        assert sorted(found, key=str) == sorted(expected, key=str), compiler


@pytest.mark.parametrize("name", entries.names())
def test_versions_ascend(name: str) -> None:
    """The last range of versions is the newest, which the flags are taken of for a compiler of unknown version."""
    for values in entries.load(name)["CompilerTargets"].values():
        for compiler, ranges in values.get("Compilers", {}).items():
            first = [[int(part) for part in one.get("MinVersion", "0").split(".")] for one in ranges]
            assert first == sorted(first)
            assert "MaxVersion" not in ranges[-1] or compiler == "nvcc"


@pytest.mark.parametrize("name", KNOWN)
def test_arm_parts(name: str) -> None:
    entry = entries.load(name)
    part = UARCHS[entry["Identity"]["ArchspecName"]].get("cpupart", "")
    if part.startswith("0x"):
        assert part in {text.split(":")[1] for text in entry["Identity"]["MidrParts"]}


@pytest.mark.parametrize("name", KNOWN)
def test_levels(name: str) -> None:
    """The level of x86-64 that archspec derives a processor from is not above that of the entry."""
    entry = entries.load(name)
    if entry["Isa"]["Family"] != "x86-64":
        return
    levels = ["x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4"]
    ancestors, todo = set(), [entry["Identity"]["ArchspecName"]]
    while todo:
        uarch = todo.pop()
        ancestors.add(uarch.replace("_", "-").replace("x86-64", "x86-64"))
        todo += UARCHS[uarch]["from"]
    highest = max(levels.index(level) for level in levels if level in ancestors)
    assert levels.index(entry["Isa"]["Level"]) == highest
