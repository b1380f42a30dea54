"""docs/command-line.md: every command that it shows is run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "command-line.md").read_text()
SHOWN = [
    line for block in re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL) for line in block.splitlines()
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page's own files, and the examples."""
    folder = tmp_path_factory.mktemp("page")
    (source,) = re.findall(r"^```cpp\n(// saxpy.cpp\n.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (folder / "saxpy.cpp").write_text(source)
    (program,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    subprocess.run([sys.executable, "-c", program], cwd=folder, check=True)
    (folder / "examples").symlink_to(ROOT / "examples")
    return folder


@pytest.mark.parametrize("command", SHOWN)
def test_command(folder: Path, command: str) -> None:
    line = re.sub(r"^nexus\b|(?<=\$\()nexus\b", f"'{sys.executable}' -m nexus", command)
    result = subprocess.run(["bash", "-euc", line], cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
