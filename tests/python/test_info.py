"""Database entries."""

import json
from pathlib import Path
from typing import Any

import pytest

import nexus

ENTRY: dict[str, Any] = {
    "SchemaVersion": "1.0",
    "Name": "made for a test",
    "Memory": [{"Level": "L1", "Size": 49152}, {"Level": "L2", "Size": 2**40}],
    "Clock": {"Base": 2.5, "Locked": False, "a/b": None, "Names": ["core", "boost"]},
    "Sizes": [1, 2, 3],
}


@pytest.fixture
def info(device: nexus.Device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> nexus.Info:
    name = "-".join(device.get_property_str(key) for key in ("Vendor", "Type", "Architecture"))
    (tmp_path / f"{name}.json").write_text(json.dumps(ENTRY))
    monkeypatch.setenv("NEXUS_DATABASE_PATH", str(tmp_path))
    return device.get_info()


def test_navigation(info: nexus.Info) -> None:
    assert info.keys() == list(info) == list(ENTRY)
    assert len(info) == 5
    assert "Memory" in info
    assert "/Memory/0/Size" in info
    assert "Nothing" not in info
    assert 3 not in info
    assert info["Memory"][1]["Size"] == 2**40
    assert info["Memory"][-1].pointer == "/Memory/1"
    assert [node["Level"] for node in info["Memory"]] == ["L1", "L2"]
    assert info["/Memory/0/Size"] == info["Memory", 0, "Size"] == 49152
    assert info.at("/Clock/Base").get_flt() == info.get_flt("/Clock/Base") == 2.5
    assert info.get_int("/Memory/0/Size") == 49152
    assert info.get_flt("/Memory/0/Size") == 49152.0
    assert info.get_str("Name") == "made for a test"
    assert info["Clock"].get_bool("Locked") is False
    assert info["Clock"]["a/b"] is None
    assert info.at(["Clock", "a/b"]).kind == "null"
    assert info.get("Nothing") is None
    assert info.get("Nothing", 3) == info.get(["Memory", 7, "Size"], 3) == 3
    assert info.get("Name") == "made for a test"


@pytest.mark.parametrize("path", ["/Memory/1/Size", ["Memory", 1, "Size"], ("Memory", -1, "Size")])
def test_paths(info: nexus.Info, path: Any) -> None:
    assert info.get_int(path) == info[path] == info.get(path) == info.at(path).get_int() == 2**40
    assert info.at(path).pointer == "/Memory/1/Size"
    assert info.get_flt(path) == 2.0**40


def test_attributes(info: nexus.Info) -> None:
    assert info.Name == "made for a test"
    assert info.Memory[0].Size == 49152
    assert info.Clock.Locked is False
    assert {"Memory", "Clock", "get_int"} <= set(dir(info))
    assert not hasattr(info, "Nothing")
    assert not hasattr(info.Memory, "Size")
    with pytest.raises(AttributeError, match=r"'nexus\.Info' object has no attribute 'Nothing'"):
        _ = info.Nothing
    with pytest.raises(AttributeError):
        info.Name = 3  # type: ignore[attr-defined]


def test_lists(info: nexus.Info) -> None:
    assert info["Sizes"].get_int_vec() == info.get_int_vec("Sizes") == [1, 2, 3]
    assert info.get_flt_vec("/Sizes") == [1.0, 2.0, 3.0]
    assert info.get_str_vec(["Clock", "Names"]) == ["core", "boost"]
    assert 2 in info.Sizes
    assert "boost" in info.Clock.Names
    assert 7 not in info.Sizes
    with pytest.raises(nexus.InvalidArgumentError, match="not an array"):
        info.get_int_vec("Name")
    with pytest.raises(nexus.InvalidArgumentError, match="at '/Clock/Names/0' is a string"):
        info.get_int_vec("/Clock/Names")


def test_mapping(info: nexus.Info) -> None:
    assert dict(info["Clock"]) == ENTRY["Clock"] | {"Names": info.Clock.Names}
    assert dict(info["Clock"].items()) == dict(zip(info["Clock"].keys(), info["Clock"].values(), strict=True))
    assert info["Clock"].to_dict() == ENTRY["Clock"]
    with pytest.raises(nexus.InvalidArgumentError, match="no object"):
        info["Memory"].to_dict()


def test_identity(info: nexus.Info, tmp_path: Path) -> None:
    assert info.at("Memory") == info["Memory"]
    assert len({info.at("Memory"), info.at("/Memory"), info.at("Clock")}) == 2
    assert info.entry_name.count("-") >= 2
    assert info.path == str(tmp_path / f"{info.entry_name}.json")


def test_whole_values(info: nexus.Info) -> None:
    assert info.to_python() == json.loads(info.to_json()) == ENTRY
    assert info["Clock"].to_python() == ENTRY["Clock"]
    assert [
        info.at(pointer).to_python() for pointer in ("/Name", "/Clock/Base", "/Clock/Locked", "/Memory/0/Size")
    ] == [
        "made for a test",
        2.5,
        False,
        49152,
    ]
    assert [
        info.at(pointer).kind for pointer in ("", "/Memory", "/Name", "/Clock/Base", "/Memory/0/Size", "/Clock/Locked")
    ] == [
        "object",
        "array",
        "string",
        "float",
        "int",
        "bool",
    ]


def test_text_and_truth(info: nexus.Info) -> None:
    assert repr(info) == "<Info /: object of 5>"
    assert repr(info["Memory"]) == "<Info /Memory: array of 2>"
    assert repr(info.at("Name")) == '<Info /Name: "made for a test">'
    assert info.at("/Clock/Locked")


def test_wrong_uses(info: Any) -> None:
    missing: list[Any] = [
        lambda: info["Nothing"],
        lambda: info.at("/Memory/7"),
        lambda: info["Memory"][2],
        lambda: info["Memory"][-3],
        lambda: info[0],
        lambda: info.at(["Memory", 2]),
        lambda: info.get_int("/Clock/Nothing"),
    ]
    for call in missing:
        with pytest.raises(nexus.NotFoundError):
            call()
    wrong: list[Any] = [
        lambda: info.at("Name").get_int(),
        lambda: info["Clock"].get_str(),
        lambda: info.get_int("Name", 3),
        lambda: info.get(),
        lambda: info.at([1.5]),
        lambda: info.get_bool("/Clock/Base"),
        lambda: info.get_int("/Clock/Base"),
        lambda: info[None],
        lambda: info[1.5],
        lambda: info.at(None),
        lambda: list(info.at("Name")),
    ]
    for call in wrong:
        with pytest.raises(nexus.InvalidArgumentError):
            call()


def test_missing_entry(device: nexus.Device, monkeypatch: pytest.MonkeyPatch) -> None:
    system = nexus.System.create([device.runtime.plugin_path])
    monkeypatch.setenv("NEXUS_DATABASE_PATH", "/no/such/folder")
    kind: str
    try:
        kind = system.get_device().get_info().kind
    except nexus.NotFoundError as error:
        kind = "object" if "/no/such/folder" in str(error) else f"not found: {error}"
    assert kind == "object"
