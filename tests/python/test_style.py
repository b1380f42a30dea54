"""How the sources look: C and C++ as clang-format writes them, Python as ruff does."""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("benchmarks", "database", "examples", "include", "lib", "plugins", "python", "swig", "tests", "tools")


def check(*command: str) -> None:
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_ruff() -> None:
    pytest.importorskip("ruff")
    check(sys.executable, "-m", "ruff", "check", ".")
    check(sys.executable, "-m", "ruff", "format", "--check", ".")


def test_clang_format() -> None:
    pytest.importorskip(
        "clang_format", reason="other versions than the one in tests/requirements.txt lay out differently"
    )
    program = shutil.which("clang-format", path=sysconfig.get_path("scripts"))
    assert program
    sources = [
        str(path.relative_to(ROOT))
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".c", ".cpp", ".h"} and "build" not in path.parts
    ]
    assert len(sources) > 100
    check(program, "--dry-run", "-Werror", *sources)
