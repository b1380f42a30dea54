"""The types that the package declares."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import nexus

ROOT = Path(__file__).parent.parent.parent
PACKAGE_PARENT = str(Path(nexus.include_dir()).parent.parent)

pytest.importorskip("mypy")


def run(*command: str, **environment: str) -> None:
    result = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_stub_file_is_up_to_date() -> None:
    run("tools/make_stubs.py", "--check")


def test_mypy() -> None:
    run("-m", "mypy", PYTHONPATH="")


def test_stubs_match_the_module() -> None:
    allowed = ROOT / "tests" / "python" / "stubtest_allowlist.txt"
    run(
        "-m",
        "mypy.stubtest",
        "nexus",
        "--allowlist",
        str(allowed),
        "--ignore-unused-allowlist",
        MYPYPATH=PACKAGE_PARENT,
    )
