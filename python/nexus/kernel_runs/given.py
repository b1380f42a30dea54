"""Arguments of a kernel as they are typed on the command line.

[NAME=]VALUE with one of the values
    FILE.npy                  an array from a file
    zeros:SHAPE  ones:SHAPE  arange:SHAPE  random:SHAPE
                              a new array; SHAPE is 1024, 32x32 or 8x32x32
    2.0  -3  0x10  1e6  true  nan
                              a number
and, after colons, a type (float32, fp32, int8 ...) and for arrays what the kernel does with it (in, out, inout).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import nexus

Number: TypeAlias = bool | int | float | complex

MAKERS: Final = ("zeros", "ones", "arange", "random")
_ACCESSES: Final = ("in", "out", "inout")
_NAME = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?P<rest>.*)", re.DOTALL)
_FORMS: Final = "FILE.npy, zeros:SHAPE, ones:SHAPE, arange:SHAPE, random:SHAPE or a number"


@dataclass(frozen=True)
class Given:
    """One argument as typed. `kind` is "file", "number", or the maker of a new array."""

    text: str
    kind: str
    name: str = ""
    path: str = ""
    shape: tuple[int, ...] = ()
    number: Number = 0
    dtype: "nexus.DType | None" = None
    access: str = ""

    @property
    def is_array(self) -> bool:
        """False for a number."""
        return self.kind != "number"


def parse_shape(text: str) -> tuple[int, ...]:
    """(32, 64) of "32x64". Raises InvalidArgumentError."""
    parts = text.split("x")
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise nexus.InvalidArgumentError(f"'{text}' is no size: write 1024, 32x64 or 8x32x64")
    return tuple(int(part) for part in parts)


def parse(text: str) -> Given:
    """What was typed. Raises InvalidArgumentError with the forms that there are."""
    text = text.strip()
    match = _NAME.fullmatch(text)
    name, value = (match["name"], match["rest"]) if match else ("", text)
    first, *rest = value.split(":")
    if first in MAKERS:
        if not rest:
            raise nexus.InvalidArgumentError(f"'{text}' lacks its shape: write {first}:1024 or {first}:32x64")
        parsed = Given(text, first, name, shape=parse_shape(rest[0]))
        return _qualify(parsed, rest[1:])
    # A path may have colons of its own, so it ends where only types and accesses follow.
    qualifiers: list[str] = []
    parts = [first, *rest]
    while len(parts) > 1 and _is_qualifier(parts[-1]):
        qualifiers.append(parts.pop())
    value = ":".join(parts)
    if value.endswith(".npy"):
        return _qualify(Given(text, "file", name, path=value), qualifiers)
    number = _number(value)
    if number is None:
        raise nexus.InvalidArgumentError(f"'{text}' is no argument of a kernel: write {_FORMS}")
    return _qualify(Given(text, "number", name, number=number), qualifiers)


def bind(
    kernel: nexus.Kernel,
    given: Sequence[Given],
    default: "Callable[[nexus.KernelArgument], Given] | None" = None,
) -> list[Given]:
    """The arguments in the kernel's order: those without a name in the order in which they were typed, others by name.

    `default` makes those that are missing. Raises InvalidArgumentError for one that is unknown, given twice, missing or
    of the wrong kind.
    """
    declared = kernel.arguments
    if declared is None:
        named = next((one for one in given if one.name), None)
        if named:
            raise nexus.InvalidArgumentError(
                f"kernel '{kernel.name}' does not tell the names of its arguments: give '{named.text}' without a name"
            )
        return [replace(one, access=one.access or "inout") if one.is_array else one for one in given]
    slots = _place(kernel, declared, given)
    bound = []
    for index, argument in enumerate(declared):
        if index in slots:
            one = slots[index]
        elif default:
            one = default(argument)
        else:
            raise nexus.InvalidArgumentError(f"{full_title(kernel, index)} is missing: give {_example(argument)}")
        _check(kernel, index, argument, one)
        bound.append(replace(one, access=_access(one, argument)))
    return bound


def _place(kernel: nexus.Kernel, declared: Sequence[nexus.KernelArgument], given: Sequence[Given]) -> dict[int, Given]:
    names = ", ".join(argument.name for argument in declared) or "none"
    positional = [one for one in given if not one.name]
    if len(positional) > len(declared):
        raise nexus.InvalidArgumentError(
            f"kernel '{kernel.name}' takes {len(declared)} arguments ({names}), but {len(positional)} were given"
        )
    slots: dict[int, Given] = dict(enumerate(positional))
    for one in given:
        if not one.name:
            continue
        index = next((i for i, argument in enumerate(declared) if argument.name == one.name), None)
        if index is None:
            raise nexus.InvalidArgumentError(
                f"kernel '{kernel.name}' has no argument '{one.name}'; its arguments: {names}"
            )
        if index in slots:
            raise nexus.InvalidArgumentError(
                f"{full_title(kernel, index)} was given twice: '{slots[index].text}' and '{one.text}'"
            )
        slots[index] = one
    return slots


def argument_title(kernel: nexus.Kernel, index: int) -> str:
    """The name of an argument, or its position where the kernel does not tell names."""
    name = kernel.arguments[index].name if kernel.arguments else ""
    return name or str(index)


def describe(argument: nexus.KernelArgument) -> str:
    """As in a declaration: "x: in float32*", "n: uint64"."""
    return repr(argument).removeprefix("<KernelArgument ").removesuffix(">")


def full_title(kernel: nexus.Kernel, index: int) -> str:
    """What messages call an argument: "kernel 'saxpy', argument 0 'x'"."""
    name = kernel.arguments[index].name if kernel.arguments else ""
    return f"kernel '{kernel.name}', argument {index}" + (f" '{name}'" if name else "")


def _example(argument: nexus.KernelArgument) -> str:
    if not argument.is_buffer:
        return f"a number, as in {argument.name}=1"
    if argument.access == "write":
        return f"the shape of the result, as in {argument.name}=zeros:1024"
    return f"an array, as in {argument.name}=FILE.npy or {argument.name}=random:1024"


def _check(kernel: nexus.Kernel, index: int, argument: nexus.KernelArgument, one: Given) -> None:
    title = full_title(kernel, index)
    if argument.is_buffer != one.is_array:
        wanted, found = ("an array", "a number") if argument.is_buffer else ("a number", "an array")
        raise nexus.InvalidArgumentError(
            f"{title} takes {wanted}, but '{one.text}' is {found}: give {_example(argument)}"
        )
    if not one.is_array:
        return
    if one.access == "in" and argument.access in ("write", "read_write"):
        raise nexus.InvalidArgumentError(f"{title}: the kernel writes it, so '{one.text}' must end in :out or :inout")
    if one.access in ("out", "inout") and argument.access == "read":
        raise nexus.InvalidArgumentError(f"{title}: the kernel only reads it, so '{one.text}' cannot be a result")


def _access(one: Given, argument: nexus.KernelArgument) -> str:
    if not one.is_array or one.access:
        return one.access
    return {"read": "in", "write": "out"}.get(argument.access, "inout")


def _is_qualifier(text: str) -> bool:
    return text in _ACCESSES or _dtype(text) is not None


def _dtype(text: str) -> "nexus.DType | None":
    try:
        return nexus.DType(text)
    except nexus.InvalidArgumentError:
        return None


def _qualify(given: Given, qualifiers: Sequence[str]) -> Given:
    for text in qualifiers:
        if text in _ACCESSES:
            if not given.is_array:
                raise nexus.InvalidArgumentError(
                    f"'{given.text}' is a number, which a kernel only reads: leave :{text} out"
                )
            if given.access:
                raise nexus.InvalidArgumentError(f"'{given.text}' says twice what the kernel does with it")
            given = replace(given, access=text)
        elif given.dtype:
            raise nexus.InvalidArgumentError(f"'{given.text}' has two types")
        else:
            given = replace(given, dtype=nexus.DType(text))
    return given


def _number(text: str) -> "Number | None":
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for convert in (lambda t: int(t, 0), float, complex):
        try:
            number: Number = convert(text)
        except ValueError:
            continue
        return number
    return None
