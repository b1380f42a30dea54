"""The database: names, search, user folders and broken files."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import run_python

import nexus

SM_90: dict[str, Any] = {
    "SchemaVersion": "1.0",
    "Vendor": "nvidia",
    "Type": "gpu",
    "Architecture": "sm_90",
    "Features": {"MatrixCores": True},
    "ExecutionLimits": {"MaxSharedMemoryPerBlock": 232448},
    "Products": {"NVIDIA H100 PCIe": {"CoreCount": 114}, "NVIDIA H200": {"CoreCount": 132}},
}
GFX803: dict[str, Any] = {
    "SchemaVersion": "1.0",
    "Vendor": "amd",
    "Type": "gpu",
    "Architecture": "gfx803",
    "ExecutionLimits": {"MaxSharedMemoryPerBlock": 65536},
}


@pytest.fixture
def database(tmp_path: Path) -> nexus.Database:
    for entry in (SM_90, GFX803):
        name = "-".join(entry[key] for key in ("Vendor", "Type", "Architecture"))
        (tmp_path / f"{name}.json").write_text(json.dumps(entry))
    return nexus.Database.create([tmp_path])


@pytest.fixture
def user_folder(database: nexus.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert database.names == ("amd-gpu-gfx803", "nvidia-gpu-sm_90")
    monkeypatch.setenv("NEXUS_DATABASE_PATH", str(tmp_path))
    return tmp_path


def test_names(database: nexus.Database, tmp_path: Path) -> None:
    assert database.folders == (str(tmp_path),)
    assert database.get_info("sm_90") == database.get_info("nvidia-gpu-sm_90") == database.get_info("H200")
    match = database.resolve("h100 pcie")
    assert (match.entry, match.product) == ("nvidia-gpu-sm_90", "NVIDIA H100 PCIe")
    assert repr(match) == "<DatabaseMatch nvidia-gpu-sm_90, product 'NVIDIA H100 PCIe'>"
    assert repr(database) == "<Database of 2 entries>"
    with pytest.raises(nexus.NotFoundError, match="did you mean 'nvidia-gpu-sm_90'"):
        database.get_info("nvidia-gpu-sm_9")
    for wrong in (None, 3, b"sm_90"):
        with pytest.raises(nexus.InvalidArgumentError, match="name must be a str"):
            database.get_info(wrong)  # type: ignore[arg-type]


def test_user_folder(user_folder: Path) -> None:
    assert nexus.database.folders()[0] == str(user_folder)
    assert nexus.get_device_info("sm_90").path == str(user_folder / "nvidia-gpu-sm_90.json")
    assert nexus.database.get("sm_90").to_dict() == SM_90
    assert {"amd-gpu-gfx803", "nvidia-gpu-sm_90"} <= set(nexus.database.names())
    assert nexus.database.resolve("nvidia-gpu-sm_90").product == ""
    assert list(nexus.database.products("nvidia-gpu-sm_90")) == list(SM_90["Products"])
    assert nexus.database.products("amd-gpu-gfx803") == {}


def names_of(entries: list[nexus.Info]) -> set[str]:
    return {entry.entry_name for entry in entries} & {"amd-gpu-gfx803", "nvidia-gpu-sm_90"}


def test_find(user_folder: Path) -> None:
    find = nexus.database.find
    assert user_folder.is_dir()
    assert names_of(find()) == {"amd-gpu-gfx803", "nvidia-gpu-sm_90"}
    assert names_of(find(vendor="amd", type="gpu")) == {"amd-gpu-gfx803"}
    assert find(vendor="nobody") == []
    assert names_of(find(type="cpu")) == set()
    assert names_of(find(where={"/Features/MatrixCores": True})) == {"nvidia-gpu-sm_90"}
    assert names_of(find(where=lambda entry: entry.Features.MatrixCores)) == {"nvidia-gpu-sm_90"}
    assert names_of(find(where=lambda entry: entry["Features"]["MatrixCores"])) == {"nvidia-gpu-sm_90"}
    size = "/ExecutionLimits/MaxSharedMemoryPerBlock"
    assert names_of(find(where={size: lambda size: size <= 65536})) == {"amd-gpu-gfx803"}
    with pytest.raises(nexus.InvalidArgumentError, match="where must be"):
        find(where=3)  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        find(where=lambda _: 1 / 0)


def test_broken_file(user_folder: Path) -> None:
    broken = user_folder / "amd-gpu-gfx803.json"
    broken.write_text('{"SchemaVersion": "1.0", "Products": {"a": [1, }')
    with pytest.raises(nexus.UnavailableError, match=f"'{broken}' cannot be used: at '/Products/a.*not valid JSON"):
        nexus.get_device_info("amd-gpu-gfx803")
    assert [problem.entry for problem in nexus.database.problems()] == ["amd-gpu-gfx803"]
    assert names_of(nexus.database.find()) == {"nvidia-gpu-sm_90"}
    broken.write_text('{"SchemaVersion": "7.1"}')
    (problem,) = nexus.database.problems()
    assert "at '/SchemaVersion': the file is written for version 7.1" in problem.reason


def test_read(tmp_path: Path) -> None:
    file = tmp_path / "amd-gpu-gfx1.json"
    file.write_text('{"SchemaVersion": "1.0", "Name": "anywhere"}')
    assert nexus.database.read(file).Name == "anywhere"


def test_property_sources(device: nexus.Device) -> None:
    assert {device.get_property_source(name) for name in device.properties} <= {"runtime", "database"}
    assert device.get_property_source("Name") == device.runtime.get_property_source("Name") == "runtime"
    assert device.get_property_from("runtime", "Name") == device.get_property("Name")
    assert device.runtime.get_property_from("runtime", "Name") == "cpu"
    missing: list[Any] = [
        lambda: device.get_property_source("Version"),
        lambda: device.get_property_from("runtime", "Version"),
        lambda: device.get_property_from("database", "MemoryFree"),
        lambda: device.runtime.get_property_from("database", "Name"),
    ]
    for call in missing:
        with pytest.raises(nexus.NotFoundError):
            call()
    for arguments in (("entry", "Name"), ("runtime",), (3, "Name"), ("runtime", 3)):
        with pytest.raises(nexus.InvalidArgumentError):
            device.get_property_from(*arguments)
    with pytest.raises(nexus.NotFoundError):
        device.runtime.get_property_source("MemoryFree")


def test_compatibility(user_folder: Path, device: nexus.Device) -> None:
    assert user_folder.is_dir()
    answer = nexus.check_compatibility("sm_90a", "nvidia-gpu-sm_90")
    assert answer
    assert answer.fit == "exact"
    assert answer.rank > nexus.check_compatibility("compute_80", nexus.get_device_info("nvidia-gpu-sm_90")).rank > 0
    refused = nexus.check_compatibility("sm_80", "nvidia-gpu-sm_90")
    assert not refused
    assert refused.fit == "none"
    assert "8.0" in refused.reason
    assert repr(refused) == f"<Compatibility none: {refused.reason}>"
    assert nexus.is_compatible("gfx803", "amd-gpu-gfx803") is True
    assert nexus.is_compatible("sm_90", device) is False
    assert nexus.check_compatibility(device.get_property_str("Architecture"), device).fit == "exact"
    wrong_uses: list[Any] = [("", device), ("sm_90", 3), (3, device)]
    for wrong in wrong_uses:
        with pytest.raises(nexus.InvalidArgumentError):
            nexus.is_compatible(*wrong)


def test_import_reads_nothing() -> None:
    result = run_python(
        "import nexus, sys; print('json' in sys.modules, 'nexus.database' in sys.modules, nexus.database.names)"
    )
    assert result.stdout.startswith("False False "), result.stderr
