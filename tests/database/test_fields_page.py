"""The page that lists every field."""

import subprocess
import sys

import entries


def test_the_page_is_up_to_date() -> None:
    command = [sys.executable, str(entries.ROOT / "tools" / "make_database_fields.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_every_field_is_on_the_page() -> None:
    page = (entries.ROOT / "docs" / "database-fields.md").read_text(encoding="utf-8")
    for pointer, node in entries.walk(entries.schema()):
        if pointer.endswith("/properties") and isinstance(node, dict) and "/allOf/" not in pointer:
            assert [key for key in node if f"`{key}`" not in page] == [], pointer
