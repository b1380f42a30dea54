"""The page of `nexus db html`, as a browser shows it."""

import html
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

import nexus
from nexus.__main__ import main

BROWSER = next(
    (path for name in ("chromium-headless-shell", "chromium", "google-chrome") if (path := shutil.which(name))), None
)
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed (Debian: chromium-headless-shell)")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "database.html"
    assert main(["db", "html", "--output", str(path)]) == 0
    return path


def shown(file: Path, profile: Path, state: str = "") -> str:
    """The document after its scripts have run, in a browser without a network."""
    assert BROWSER is not None
    result = subprocess.run(
        [
            BROWSER,
            *("--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"),
            *(f"--user-data-dir={profile}", "--virtual-time-budget=5000", "--dump-dom", f"{file.as_uri()}#{state}"),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return result.stdout.partition('<script type="application/json"')[0]


def rows(document: str) -> list[str]:
    return re.findall(r'<tr data-entry="([^"]+)"', document)


def test_the_file_needs_nothing_else(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    page = text.partition('<script type="application/json"')[0] + text.rpartition("</script>\n<script>")[2]
    assert "http:" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https:" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"""(src|href)=["'](?!data:)""", page)
    assert "__NEXUS" not in text
    assert text.count("</script>") == 2, "no data ends the element that holds it"


@needs_browser
def test_every_entry_is_listed(file: Path, tmp_path: Path) -> None:
    document = shown(file, tmp_path)
    assert sorted(rows(document)) == list(nexus.database.names())
    assert f"{len(nexus.database.names())} of {len(nexus.database.names())} entries" in document
    assert '<section id="comparison" hidden' in document


@needs_browser
def test_search(file: Path, tmp_path: Path) -> None:
    assert rows(shown(file, tmp_path, "search=h200")) == ["nvidia-gpu-sm_90"]
    assert rows(shown(file, tmp_path, "search=no+such+device")) == []


@needs_browser
def test_comparison_and_rooflines(file: Path, tmp_path: Path) -> None:
    products = ["NVIDIA H200", "AMD Instinct MI300X"]
    state = "&".join(
        ["entry=nvidia-gpu-sm_90", "entry=amd-gpu-gfx942", "only=1", *(f"product={quote(name)}" for name in products)]
    )
    document = html.unescape(shown(file, tmp_path, state))
    comparison = document.partition('<section id="comparison"')[2].partition("</section>")[0]
    row = re.search(r'data-pointer="/ExecutionLimits/MaxSharedMemoryPerBlock">(.*?)</tr>', comparison)
    assert row is not None
    assert re.findall("<td>([^<]*)</td>", row[1]) == ["227 KiB", "64 KiB"]
    assert "/ExecutionLimits/MaxThreadsPerBlock" not in comparison, "it is the same for both"
    for name in products:
        roofline = nexus.roofline(name)
        drawn = {float(peak) for peak in re.findall(r'class="roof"[^>]*data-peak="([^"]+)"', document)}
        for unit in {peak.unit for peak in roofline.peaks}:
            highest = max(peak.ops_per_second for peak in roofline.peaks if peak.unit == unit)
            assert any(peak == pytest.approx(highest) for peak in drawn), (name, unit)
        assert f">{name}: Matrix " in document


@needs_browser
def test_texts_of_entries_are_never_markup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = '{"SchemaVersion": "1.0", "Name": "</script><img id=evil src=x onerror=document.title=1>"}'
    (tmp_path / "amd-gpu-evil.json").write_text(entry)
    monkeypatch.setenv("NEXUS_DATABASE_PATH", str(tmp_path))
    file = tmp_path / "page.html"
    assert main(["db", "html", "--output", str(file)]) == 0
    assert str(file) in capsys.readouterr().out
    document = shown(file, tmp_path / "profile", "search=evil")
    assert rows(document) == ["amd-gpu-evil"]
    assert "<img" not in document
    assert "&lt;img id=evil" in document
