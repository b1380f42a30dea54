"""nexus db, nexus flags and nexus roofline."""

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import nexus
from nexus.__main__ import main

needs_jsonschema = pytest.mark.skipif(
    importlib.util.find_spec("jsonschema") is None, reason="the package jsonschema is not installed"
)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    code, text, _ = run(capsys, "db", "list", "--vendor", "nvidia", "--type", "gpu")
    assert code == 0
    assert re.search(r"^nvidia-gpu-sm_90 .*products$", text, re.M)
    assert "amd-gpu" not in text
    assert "    NVIDIA H200\n" in run(capsys, "db", "list", "--vendor", "nvidia", "--products")[1]
    listed = json.loads(run(capsys, "db", "list", "--json")[1])
    assert {entry["entry"] for entry in listed["entries"]} == set(nexus.database.names())
    assert listed["problems"] == []


def test_list_names_broken_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "amd-gpu-broken.json").write_text("{")
    monkeypatch.setenv("NEXUS_DATABASE_PATH", str(tmp_path))
    code, text, errors = run(capsys, "db", "list")
    assert code == 0
    assert "nvidia-gpu-sm_90" in text
    assert f"amd-gpu-broken: the database file '{tmp_path}/amd-gpu-broken.json' cannot be used" in errors


def test_show(capsys: pytest.CaptureFixture[str]) -> None:
    _, text, _ = run(capsys, "db", "show", "sm_90")
    assert text.startswith("nvidia-gpu-sm_90  (")
    assert re.search(r"ExecutionLimits/MaxSharedMemoryPerBlock +227 KiB", text)
    assert "Sources" not in text
    _, text, _ = run(capsys, "db", "show", "H100 PCIe")
    assert text.startswith("nvidia-gpu-sm_90/Products/NVIDIA H100 PCIe  (")
    assert re.search(r"^  CoreCount +114$", text, re.M)
    assert re.search(r"^  BoostClock +1755 MHz$", text, re.M)
    assert re.search(r"MaxThreadsPerBlock +1024$", run(capsys, "db", "show", "sm_90", "/ExecutionLimits")[1], re.M)
    assert json.loads(run(capsys, "db", "show", "sm_90", "--json")[1]) == nexus.get_device_info("sm_90").to_dict()
    code, _, errors = run(capsys, "db", "show", "sm_91")
    assert code == 1
    assert "did you mean" in errors


def test_diff(capsys: pytest.CaptureFixture[str]) -> None:
    code, text, _ = run(capsys, "db", "diff", "gfx90a", "gfx942")
    assert code == 1
    assert re.search(r"^/Architecture +gfx90a +gfx942$", text, re.M)
    assert "/Sources" not in text
    assert run(capsys, "db", "diff", "sm_90", "9.0")[0] == 0


@needs_jsonschema
def test_files_that_come_with_nexus_are_valid(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(nexus.database.folders()[-1])
    files = [*sorted(folder.glob("nvidia-gpu-sm_9*.json")), *sorted((folder / "base").glob("*.json"))]
    code, text, _ = run(capsys, "db", "validate", *map(str, files))
    assert code == 0, text
    assert text.count(": valid\n") == len(files) > 4


def broken(change: Any) -> Any:
    entry = nexus.get_device_info("nvidia-gpu-sm_90").to_dict()
    change(entry)
    return entry


@needs_jsonschema
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            lambda entry: entry["ExecutionLimits"].update(MaxThreadsPerCore="2048"),
            "/ExecutionLimits/MaxThreadsPerCore: ",
        ),
        (lambda entry: entry["ExecutionLimits"].update(MaxThreads=1), "'MaxThreads' was unexpected"),
        (
            lambda entry: entry["Identity"].update(Source=["nobody"]),
            "/Identity: the source 'nobody' is not in /Sources",
        ),
        (lambda entry: entry["Identity"].update(ValueSources={"Nothing": ["cccl"]}), "there is no 'Nothing' beside it"),
        (lambda entry: entry.update(Architecture="sm_91"), "at '/Architecture': it is 'sm_91'"),
        (lambda entry: entry.update(SchemaVersion="2.0"), "at '/SchemaVersion'"),
    ],
)
def test_mistakes_are_found(capsys: pytest.CaptureFixture[str], tmp_path: Path, change: Any, problem: str) -> None:
    file = tmp_path / "nvidia-gpu-sm_90.json"
    file.write_text(json.dumps(broken(change)))
    code, text, _ = run(capsys, "db", "validate", str(file))
    assert code == 1
    assert f"{file}: not valid, 1 problem(s)\n" in text
    assert problem in text


FILLED = {
    "gpu": {"Family": '"xe"', "CoreName": '"Xe core"', "SubgroupSizes": "[16, 32]"},
    "cpu": {"Family": '"x86-64"', "LlvmTriple": '"x"', "LlvmCpu": '"x"', "Features": '["sse"]', "VectorWidth": "512"},
    "npu": {"Family": '"tensix"'},
}


@needs_jsonschema
@pytest.mark.parametrize("type_", FILLED)
def test_a_template_is_valid_once_it_is_filled_in(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, type_: str
) -> None:
    file = tmp_path / f"intel-{type_}-new.json"
    code, text, _ = run(capsys, "db", "new", file.stem, "--output", str(file))
    assert code == 0
    assert str(file) in text
    text = file.read_text()
    for word in ("MaxThreadsPerBlock", "in bytes", "BoostClock", "nexus db validate"):
        assert word in text
    assert run(capsys, "db", "validate", str(file))[0] == 1, "a template is not valid as it is"
    for key, value in FILLED[type_].items():
        text = text.replace(f'"{key}": null', f'"{key}": {value}')
    file.write_text(text.replace('"Flags": null', '"Flags": "-march=new"'))
    code, text, _ = run(capsys, "db", "validate", str(file))
    assert code == 0, text
    # What is a comment becomes a field when its // goes.
    file.write_text(re.sub(r'// (, "MaxThreadsPerBlock": )\S+', r"\g<1>512 ", file.read_text()))
    assert nexus.read_info(file).ExecutionLimits.MaxThreadsPerBlock == 512
    code, _, errors = run(capsys, "db", "new", file.stem, "--output", str(file))
    assert code == 1
    assert "cannot write" in errors


@pytest.mark.parametrize("name", ["", "sm_90", "acme-gpu", "acme-toaster-x", "acme-gpu-"])
def test_wrong_names_of_templates(capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, _, errors = run(capsys, "db", "new", name)
    assert code == 1
    assert "acme-gpu-a100" in errors
    assert "'acme' is new" in run(capsys, "db", "new", "acme-gpu-x")[1]


def test_check(capsys: pytest.CaptureFixture[str], device: nexus.Device) -> None:
    try:
        entry = device.get_info()
    except nexus.NotFoundError:
        pytest.skip("the database has no entry for the CPU of this machine")
    code, text, _ = run(capsys, "db", "check", device.id)
    assert code == 0, text
    assert f"against {entry.entry_name}" in text
    assert re.search("^[=~] Architecture", text, re.M)
    report = json.loads(run(capsys, "db", "check", "--json")[1])
    assert report["entry"] == entry.entry_name
    assert {row["verdict"] for row in report["rows"]} <= {"same", "explained"}


def test_check_marks_what_has_no_reason(
    capsys: pytest.CaptureFixture[str], device: nexus.Device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "-".join(device.get_property_str(key) for key in ("Vendor", "Type", "Architecture"))
    entry = {
        "SchemaVersion": "1.0",
        "Architecture": device.get_property_str("Architecture"),
        "CoreSubsystem": {"VectorWidth": 1},
        "ExecutionLimits": {"MaxThreadsPerBlock": 2**40},
        "Isa": {"Features": ["sse2", "never-heard-of"]},
    }
    (tmp_path / f"{name}.json").write_text(json.dumps(entry))
    monkeypatch.setenv("NEXUS_DATABASE_PATH", str(tmp_path))
    code, text, _ = run(capsys, "db", "check", device.id)
    assert code == 1
    assert re.search(r"^! SimdWidth .* 1 bit\n    no reason is known", text, re.M)
    assert re.search(r"^~ MaxThreadsPerBlock ", text, re.M)
    assert "never-heard-of" in text


def test_flags(capsys: pytest.CaptureFixture[str], device: nexus.Device) -> None:
    assert run(capsys, "flags", "--device", "H100", "--compiler", "nvcc")[1] == "-arch=sm_90\n"
    assert run(capsys, "flags", "--device", "sm_90", "--compiler", "nvcc", "--target", "sm_90a")[1] == "-arch=sm_90a\n"
    arguments = ("flags", "--device", "znver4", "--compiler", "gcc", "--compiler-version", "12.3")
    assert run(capsys, *arguments)[1] == "-march=znver4 -mtune=znver4\n"
    assert run(capsys, "flags", "--device", device.id, "--compiler", "clang")[1].startswith("-m")
    if gcc := shutil.which("gcc"):
        flags = run(capsys, "flags", "--device", device.id, "--compiler", "gcc")[1].split()
        compiled = subprocess.run([gcc, *flags, "-fsyntax-only", "-x", "c", "/dev/null"], check=False)
        assert compiled.returncode == 0, "the installed compiler understands its flags"
    code, _, errors = run(capsys, "flags", "--device", "sm_90", "--compiler", "gcc")
    assert code == 1
    assert "'clang', 'nvcc'" in errors
    assert run(capsys, "flags", "--device", "nothing", "--compiler", "gcc")[0] == 1


def test_roofline(capsys: pytest.CaptureFixture[str]) -> None:
    code, text, _ = run(capsys, "roofline", "H200")
    assert code == 0
    assert text.startswith("NVIDIA H200: ")
    assert re.search(r"^  Matrix +bf16 to fp32 +\d+\.\d +\d+\.\d$", text, re.M)
    report = json.loads(run(capsys, "roofline", "H200", "MI300X", "--json")[1])
    assert [each["name"] for each in report] == ["NVIDIA H200", "AMD Instinct MI300X"]
    code, _, errors = run(capsys, "roofline", "sm_90")
    assert code == 1
    assert "'NVIDIA H200'" in errors


def test_plot(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    file = tmp_path / "roofline.png"
    assert run(capsys, "roofline", "H200", "MI300X", "--png", str(file))[0] == 0
    everything = file.read_bytes()
    assert everything.startswith(b"\x89PNG")
    assert run(capsys, "roofline", "H200", "--dtype", "fp32", "--png", str(file))[0] == 0
    assert file.read_bytes() != everything
    code, _, errors = run(capsys, "roofline", "H200", "--png", str(tmp_path / "no" / "folder.png"))
    assert code == 1
    assert "cannot write" in errors
