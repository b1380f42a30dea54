"""Catalogs: the same library of kernels for several devices in one file.

schema/kernel_catalog_schema.json describes the manifest, docs/kernels.md the file.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import nexus

__all__ = ["Catalog", "Part", "read_catalog", "read_file", "write_catalog"]

_MAGIC: Final = b"nexus-catalog "
_VERSION: Final = b"1"


@dataclass(frozen=True)
class Part:
    """One form of the library: a binary with its target, or a source text with its language."""

    file: str
    contents: bytes
    target: str = ""
    runtime: str = ""
    language: str = ""
    options: str = ""

    @property
    def sha256(self) -> str:
        """Checksum of the contents."""
        return hashlib.sha256(self.contents).hexdigest()

    def fit(self, device: nexus.Device) -> tuple[str, str]:
        """How the part fits a device, "exact", "family", "portable", "source" or "none", and why."""
        if self.language:
            known = dict(device.properties).get("KernelLanguages", [])
            takes = f"the device compiles {', '.join(map(str, known)) or 'no text'}"  # type: ignore[arg-type]
            return ("source" if self.language in known else "none"), takes  # type: ignore[operator]
        if self.runtime and self.runtime != device.runtime.name:
            return "none", f"it is for the runtime {self.runtime}"
        compatibility = nexus.check_compatibility(self.target, device)
        return str(compatibility.fit), compatibility.reason


@dataclass(frozen=True)
class Catalog:
    """What a file of this kind holds."""

    name: str
    parts: tuple[Part, ...]
    manifest: dict[str, Any]


def write_catalog(path: str, name: str, parts: Sequence[Part]) -> None:
    """Writes a catalog. The file appears whole, or not at all."""
    rows: list[dict[str, Any]] = []
    offset = 0
    for part in parts:
        if bool(part.target) == bool(part.language):
            raise nexus.InvalidArgumentError(f"'{part.file}' needs either a target or a language")
        if not part.contents:
            raise nexus.InvalidArgumentError(f"'{part.file}' is empty")
        row: dict[str, Any] = {"File": part.file}
        named = {
            "Target": part.target,
            "Runtime": part.runtime,
            "Language": part.language,
            "Options": part.options,
        }
        row |= {key: value for key, value in named.items() if value}
        rows.append(row | {"Offset": offset, "Size": len(part.contents), "Sha256": part.sha256})
        offset += len(part.contents)
    if not rows:
        raise nexus.InvalidArgumentError("a catalog needs at least one part")
    manifest = json.dumps({"SchemaVersion": "1.0", "Name": name, "Parts": rows}, indent=1).encode() + b"\n"
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        with open(temporary, "wb") as file:
            file.write(_MAGIC + _VERSION + b" %d\n" % len(manifest) + manifest)
            for part in parts:
                file.write(part.contents)
        os.replace(temporary, path)
    except OSError as error:
        raise nexus.UnavailableError(f"cannot write '{path}': {error.strerror}") from None
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)


def read_file(path: str) -> bytes:
    """All bytes of a file. Raises NotFoundError with the reason if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise nexus.NotFoundError(f"cannot read '{path}': {error.strerror}") from None


def read_catalog(path: str) -> Catalog:
    """Reads a catalog and checks every part's checksum."""
    data = read_file(path)
    if not data.startswith(_MAGIC):
        raise nexus.InvalidArgumentError(f"'{path}' is no catalog; `nexus pack` makes one")
    first, _, rest = data.partition(b"\n")
    words = first.split(b" ")
    if len(words) != 3 or words[1] != _VERSION or not words[2].isdigit():
        raise nexus.InvalidArgumentError(f"'{path}' begins with {first[:80]!r}, which this version cannot read")
    size = int(words[2])
    try:
        manifest = json.loads(rest[:size])
        parts = tuple(_read_part(row, rest[size:]) for row in manifest["Parts"])
        name = str(manifest["Name"])
    except (ValueError, KeyError, TypeError) as error:
        raise nexus.InvalidArgumentError(f"'{path}' is damaged: {error}; pack it again") from None
    return Catalog(name, parts, manifest)


def _read_part(row: dict[str, Any], contents: bytes) -> Part:
    part = Part(
        file=row["File"],
        contents=contents[row["Offset"] : row["Offset"] + row["Size"]],
        target=row.get("Target", ""),
        runtime=row.get("Runtime", ""),
        language=row.get("Language", ""),
        options=row.get("Options", ""),
    )
    if part.sha256 != row["Sha256"]:
        raise ValueError(f"the bytes of the part '{part.file}' are not those that were packed")
    return part
