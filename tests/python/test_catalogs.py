"""Catalogs: packing, showing, loading, and what is wrong with damaged ones. The cache command too."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nexus
from nexus.__main__ import main
from nexus.catalogs import Part, read_catalog, write_catalog

ROOT = Path(__file__).parent.parent.parent
TEXT = "NX_KERNEL(scale, (NX_INOUT(float) x, NX_VALUE(float) f)) { x[NX_GLOBAL_ID(0)] *= f * FACTOR; }\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("NEXUS_CACHE_DIR", str(folder))
    return folder


def source(factor: int) -> Part:
    return Part(f"scale{factor}.nx", TEXT.encode(), language="nexus", options=f"-DFACTOR={factor}")


def scaled(library: nexus.Library) -> float:
    buffer = library.device.create_buffer(np.ones(1, dtype=np.float32))
    library.get_kernel("scale").launch(1, 1, buffer, 2.0, blocking=True)
    return float(buffer.numpy()[0])


def generic(device: nexus.Device) -> str:
    """A target that is not exactly the device's own but runs there."""
    names = ("x86-64", "aarch64")
    return next(name for name in names if nexus.is_compatible(name, device))


def test_order_of_choice(device: nexus.Device, library_path: Path, tmp_path: Path) -> None:
    binary = library_path.read_bytes()
    path = str(tmp_path / "all.nxcat")
    own = device.get_property_str("Architecture")
    foreign = Part("gpu.cubin", b"cubin", target="sm_90")
    write_catalog(path, "all", [source(1), foreign, Part("generic.so", binary, target=generic(device))])
    library = device.load_library(path)
    assert library.path == path
    assert "noop" in [kernel.name for kernel in library.kernels]
    # The binary does not load, so that the source is compiled.
    write_catalog(
        path, "all", [foreign, Part("broken.so", b"no library", target=generic(device)), source(1), source(3)]
    )
    assert scaled(device.load_library(path)) == 2
    # An exact one goes before a generic one.
    write_catalog(
        path, "all", [Part("broken.so", b"no library", target=generic(device)), Part("own.so", binary, target=own)]
    )
    assert "noop" in [kernel.name for kernel in device.load_library(path).kernels]
    other = Part("other.so", binary, target=own, runtime="opencl")
    write_catalog(path, "all", [other, source(5)])
    assert scaled(device.create_library(Path(path).read_bytes())) == 10


def test_none_fits(device: nexus.Device, tmp_path: Path) -> None:
    path = str(tmp_path / "none.nxcat")
    parts = [
        Part("gpu.cubin", b"cubin", target="sm_90"),
        Part("amd.co", b"code", target="gfx942"),
        Part("broken.so", b"no library", target=generic(device)),
        Part("other.so", b"library", target=generic(device), runtime="opencl"),
        Part("k.cu", b"text", language="cuda"),
    ]
    write_catalog(path, "none", parts)
    with pytest.raises(nexus.UnavailableError) as caught:
        device.load_library(path)
    lines = str(caught.value).splitlines()
    assert path in lines[0]
    assert device.get_property_str("Architecture") in lines[0]
    for part, reason in zip(
        ("'gpu.cubin' for sm_90", "'amd.co' for gfx942", "'broken.so'", "'other.so'", "'k.cu' in language cuda"),
        ("", "", "cannot load", "for the runtime opencl", "compiles 'nexus', 'c++', 'c'"),
        strict=True,
    ):
        (line,) = [line for line in lines if part in line]
        assert reason in line


def test_compile_errors_are_told(device: nexus.Device, tmp_path: Path) -> None:
    path = str(tmp_path / "wrong.nxcat")
    write_catalog(path, "wrong", [Part("wrong.nx", b"wrong", language="nexus")])
    with pytest.raises(nexus.CompileFailedError, match=r"wrong\.nx"):
        device.load_library(path)


def test_damaged_catalogs(device: nexus.Device, library_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "good.nxcat"
    write_catalog(str(path), "good", [Part("k.so", library_path.read_bytes(), target=generic(device))])
    good = path.read_bytes()
    manifest = good.index(b"\n") + 1
    flipped = bytearray(good)
    flipped[-100] ^= 1

    def changed(row: dict[str, Any]) -> bytes:
        (part,) = read_catalog(str(path)).manifest["Parts"]
        text = json.dumps({"SchemaVersion": "1.0", "Name": "x", "Parts": [{**part, **row}]}).encode()
        return b"nexus-catalog 1 %d\n" % len(text) + text + library_path.read_bytes()

    wrong: list[tuple[bytes, str]] = [
        (b"nexus-catalog ", "damaged"),
        (b"nexus-catalog 1", "damaged"),
        (b"nexus-catalog 1 x\n", "manifest is incomplete"),
        (b"nexus-catalog 1 99999999999999999999\n", "manifest is incomplete"),
        (b"nexus-catalog 1 20\n{}", "manifest is incomplete"),
        (b"nexus-catalog 2 2\n{}", "has version 2, expected 1"),
        (b"nexus-catalog 1 2\n[]", "no JSON object"),
        (b"nexus-catalog 1 2\nxx", "no JSON object"),
        (b"nexus-catalog 1 2\n{}", "no Parts"),
        (b'nexus-catalog 1 13\n{"Parts":[3]}', "a part is no object"),
        (good[: manifest + 10], "manifest is incomplete"),
        (good[:-1], "truncated"),
        (bytes(flipped), "SHA-256"),
        (changed({"Offset": -1}), "Offset"),
        (changed({"Size": 2**64 - 1}), "truncated"),
        (changed({"Size": "1"}), "Size"),
        (changed({"Sha256": "0" * 64}), "SHA-256"),
        (changed({"Language": "nexus"}), "either Target or Language"),
        (changed({"Target": 3}), "Target of a part is no text"),
    ]
    for contents, text in wrong:
        with pytest.raises(nexus.UnavailableError, match=text):
            device.create_library(contents)
        path.write_bytes(contents)
        with pytest.raises(nexus.UnavailableError, match=text):
            device.load_library(path)
    path.write_bytes(bytes(flipped))
    assert main(["catalog", str(path)]) == 1
    path.write_bytes(b"something else")
    with pytest.raises(nexus.InvalidArgumentError, match="no catalog"):
        read_catalog(str(path))


def test_commands(
    device: nexus.Device,
    library_path: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(library_path, "k.so")
    Path("scale.nx").write_text(TEXT)
    Path("gpu.cubin").write_bytes(b"cubin")
    parts = [
        f"cpu:{generic(device)}=k.so",
        "scale.nx",
        "c++=scale.nx",
        "cuda:sm_90=gpu.cubin",
        "gfx90a:xnack+=gpu.cubin",
    ]
    assert main(["pack", "k.nxcat", *parts, "--options=-DFACTOR=2"]) == 0
    assert "k.nxcat: 5 parts" in capsys.readouterr().out
    catalog = read_catalog("k.nxcat")
    schema = json.loads((ROOT / "schema" / "kernel_catalog_schema.json").read_text())
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(catalog.manifest, schema)
    assert [(part.runtime, part.target, part.language, part.options) for part in catalog.parts] == [
        ("cpu", generic(device), "", ""),
        ("", "", "nexus", "-DFACTOR=2"),
        ("", "", "c++", "-DFACTOR=2"),
        ("cuda", "sm_90", "", ""),
        ("", "gfx90a:xnack+", "", ""),
    ]
    assert main(["catalog", "k.nxcat", "--device", "cpu:0", "--extract", "out"]) == 0
    text = capsys.readouterr().out
    assert "k: 5 parts" in text
    for line in (r"k\.so", r"scale\.nx +source", r"gpu\.cubin +none"):
        assert re.search(line, text)
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "c++-scale.nx", "gfx90a:xnack+-gpu.cubin", "gpu.cubin", "k.so", "scale.nx"
    ]  # fmt: skip
    assert main(["catalog", "k.nxcat", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == catalog.manifest


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (["k.so"], "needs a target"),
        (["missing=missing.so"], "missing.so"),
        (["=k.so"], "no target|needs a target"),
        (["x86-64=empty"], "empty"),
    ],
)
def test_wrong_parts(
    parts: list[str], text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("k.so").write_bytes(b"x")
    Path("empty").write_bytes(b"")
    assert main(["pack", "k.nxcat", *parts]) == 1
    assert re.search(text, capsys.readouterr().err)
    assert not Path("k.nxcat").exists()
    with pytest.raises(nexus.UnavailableError, match=r"no/such.*No such file"):
        write_catalog("no/such/folder.nxcat", "x", [source(1)])
    with pytest.raises(nexus.InvalidArgumentError, match="at least one part"):
        write_catalog("k.nxcat", "x", [])
    with pytest.raises(nexus.InvalidArgumentError, match="either a target or a language"):
        write_catalog("k.nxcat", "x", [Part("k", b"x")])


def test_cache_command(
    device: nexus.Device, cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["cache"]) == 0
    assert f"{cache}: 0 programs" in capsys.readouterr().out
    device.create_library(TEXT, defines={"FACTOR": 1})
    assert main(["cache"]) == 0
    text = capsys.readouterr().out
    assert "1 program," in text
    assert "-DFACTOR=1" in text
    assert main(["cache", "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["entries"]
    assert entry["language"] == "nexus"
    assert entry["runtime"] == "cpu"
    assert Path(entry["path"]).stat().st_size == entry["size"]
    with pytest.raises(nexus.CompileFailedError):
        device.create_library("wrong")
    assert main(["cache", "--clear"]) == 0
    assert "1 program deleted" in capsys.readouterr().out
    assert list(cache.iterdir()) == []
    monkeypatch.setenv("NEXUS_CACHE_DIR", "")
    assert main(["cache"]) == 0
    assert "not kept" in capsys.readouterr().out
