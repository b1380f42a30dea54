"""python -m nexus."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import nexus
from nexus.__main__ import main


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "nexus", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("arguments", [[], ["info"], ["info", "--all"]])
def test_info(capsys: pytest.CaptureFixture[str], arguments: list[str], device: nexus.Device) -> None:
    assert main(arguments) == 0
    text = capsys.readouterr().out
    assert f"cpu:0  {device.get_property_str('Name')}" in text
    assert "GiB" in text
    assert f"cpu {nexus.__version__}: available" in text
    assert os.path.dirname(device.runtime.plugin_path) in text
    assert ("Features" in text) == ("--all" in arguments)


def test_json(capsys: pytest.CaptureFixture[str], device: nexus.Device) -> None:
    assert main(["info", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    (cpu,) = [runtime for runtime in report["runtimes"] if runtime["name"] == "cpu"]
    live = {info.name for info in nexus.properties() if info.is_live}
    expected = {name: value for name, value in device.properties.items() if name not in live}
    assert {name: value for name, value in cpu["devices"][0]["properties"].items() if name not in live} == expected
    assert report["version"] == nexus.__version__
    assert report["plugins"][0].keys() == {"path", "state", "name", "version", "reason"}


def test_reasons(tmp_path: Path) -> None:
    broken = tmp_path / "libnexus_plugin_broken.so"
    broken.write_bytes(b"no library")
    result = run("info", NEXUS_PLUGIN_PATH=f"{tmp_path}:/no/such/folder")
    assert result.returncode == 0
    assert str(broken) in result.stdout
    assert "refused: " in result.stdout
    assert "/no/such/folder" in result.stdout


def test_folders_and_version() -> None:
    assert run("--version").stdout == f"nexus {nexus.__version__}\n"
    include = run("--include-dir").stdout.strip()
    assert include == nexus.include_dir()
    assert Path(include, "nexus.h").is_file()
    assert Path(include, "nexus", "kernel.h").is_file()
    assert run("--cmake-dir").stdout.strip() == nexus.cmake_dir()


@pytest.mark.parametrize("arguments", [["nothing"], ["--nothing"], ["info", "more"], ["--include-dir", "--cmake-dir"]])
def test_bad_usage(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    assert result.stderr.startswith("usage: nexus")


def test_reader_that_stops_early() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "nexus", "info", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait(timeout=30) == 0
