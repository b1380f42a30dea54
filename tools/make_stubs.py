"""Writes python/nexus/_nexus.pyi, the types of the extension module.

The members come from the built module, their types from the table in stub_types.py.

Run it with the build tree's package on the path, after changing what the module offers:

    PYTHONPATH=build/release/python python tools/make_stubs.py
"""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import stub_types

from nexus import _nexus

_TARGET = Path(__file__).parent.parent / "python" / "nexus" / "_nexus.pyi"


def make_stubs() -> str:
    """Text of the stub file. Raises KeyError for a member that the table does not know."""
    unused = set(stub_types.TYPES)
    lines = [stub_types.HEADER.strip("\n"), ""]
    for name, value in sorted(vars(_nexus).items()):
        if isinstance(value, type) and value.__module__ == "nexus":
            lines += _class(name, value, unused)
        elif inspect.isbuiltin(value):
            lines += ["", *_function(name, name, value.__doc__, "", unused)]
    if unused:
        raise KeyError(f"stub_types.py has types for what the module does not offer: {', '.join(sorted(unused))}")
    return "\n".join(lines) + "\n"


def _class(name: str, cls: type, unused: set[str]) -> Iterator[str]:
    is_error = issubclass(cls, BaseException)
    yield ""
    if is_error:
        yield f"class {name}({', '.join(_base(base) for base in cls.__bases__)}):"
    else:
        yield "@final"
        yield f"class {name}:"
    yield from _docstring(cls.__doc__, "    ")
    if is_error:
        if name == "Error":
            yield from ("    status: str", "    native_code: int")
        return
    for member, value in sorted(vars(cls).items()):
        key = f"{name}.{member}"
        if inspect.isgetsetdescriptor(value):
            unused.discard(key)
            yield "    @property"
            yield f"    def {member}(self) -> {stub_types.TYPES[key]}:"
            yield from _docstring(value.__doc__, "        ")
            if key in stub_types.SETTABLE:
                yield f"    @{member}.setter"
                yield f"    def {member}(self, value: {stub_types.TYPES[key]}) -> None: ..."
        elif isinstance(value, staticmethod) or inspect.isbuiltin(value):
            yield "    @staticmethod"
            yield from _function(key, member, getattr(cls, member).__doc__, "    ", unused)
        elif member in stub_types.OF_EVERY_CLASS:
            yield f"    def {member}{stub_types.OF_EVERY_CLASS[member].format(name)}: ..."
        elif key in stub_types.TYPES or not member.startswith("__"):
            yield from _function(key, member, value.__doc__, "    ", unused)
    # Slots that do not show as methods: the buffer protocol in older Pythons, attributes under another name.
    for slot in ("__buffer__", "__getattr__"):
        if (key := f"{name}.{slot}") in unused:
            yield from _function(key, slot, None, "    ", unused)


def _base(cls: type) -> str:
    return f"builtins.{cls.__name__}" if cls.__module__ == "builtins" else cls.__name__


def _function(key: str, name: str, doc: str | None, indent: str, unused: set[str]) -> Iterator[str]:
    unused.discard(key)
    signatures = stub_types.TYPES[key]
    for signature in [signatures] if isinstance(signatures, str) else signatures:
        if not isinstance(signatures, str):
            yield f"{indent}@overload"
        if name.startswith("__") or not doc:
            yield f"{indent}def {name}{signature}: ..."
        else:
            yield f"{indent}def {name}{signature}:"
            yield from _docstring(doc, indent + "    ")


def _docstring(doc: str | None, indent: str) -> Iterator[str]:
    if not doc:
        return
    lines = doc.strip().split("\n")
    yield f'{indent}"""{lines[0]}' + ('"""' if len(lines) == 1 else "")
    for line in lines[1:]:
        yield (indent + line).rstrip()
    if len(lines) > 1:
        yield f'{indent}"""'


if __name__ == "__main__":
    text = make_stubs()
    if sys.argv[1:] == ["--check"]:
        sys.exit(0 if _TARGET.read_text() == text else f"{_TARGET} is out of date; run tools/make_stubs.py")
    _TARGET.write_text(text)
