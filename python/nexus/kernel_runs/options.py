"""The options that say which kernel is run and how."""

import argparse
import shlex
from typing import NoReturn, TypeAlias

import nexus
from nexus.kernel_runs.code import LANGUAGES, Code, RunLine
from nexus.kernel_runs.given import parse, parse_shape
from nexus.kernel_runs.launch import Launch

Size: TypeAlias = tuple[int, ...] | None

_ARGUMENT_HELP = """
[NAME=]FILE.npy, [NAME=]zeros:SHAPE (or ones, arange, random) or [NAME=]NUMBER; then, where wanted, :TYPE,
and :in, :out or :inout
"""
_REPEAT_HELP = "time N runs, after one that is not timed if N is above 1 (default {})"


def add_file_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares FILE and how it is compiled."""
    add = parser.add_argument
    add("file", metavar="FILE", help=f"source ({' '.join(LANGUAGES)}), built library or catalog")
    add(
        "--language",
        default="",
        help="language of a source (nexus, c++, opencl ...), where the file's name does not tell",
    )
    add("--define", action="append", default=[], metavar="NAME[=VALUE]", help="a macro for the source")
    add("--option", action="append", default=[], metavar="OPTION", help="for the compiler, as in --option=-O2")


def add_launch_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares KERNEL, its arguments, and the size of the launch."""
    add = parser.add_argument
    add("kernel", metavar="KERNEL", nargs="?", default="", help="name of the kernel")
    add("arguments", metavar="ARGUMENT", nargs="*", help=_ARGUMENT_HELP)
    add("--grid", type=_size, metavar="X[xY[xZ]]", help="blocks of the launch")
    add("--block", type=_size, metavar="X[xY[xZ]]", help="items of a block")
    add("--shared", type=_count, metavar="BYTES", help="launch-sized shared memory of a block")


def add_run_arguments(parser: argparse.ArgumentParser, repeat: int = 1) -> None:
    """Declares how often the kernel runs, on which data, and how far results may differ."""
    add = parser.add_argument
    add("--seed", type=_count, default=0, metavar="N", help="for random arrays (default 0)")
    add("--repeat", type=positive, default=repeat, metavar="N", help=_REPEAT_HELP.format(repeat))
    add("--rtol", type=_tolerance, metavar="X", help="allowed relative difference, else by the type")
    add("--atol", type=_tolerance, metavar="X", help="allowed absolute difference, else by the type")
    add("--json", action="store_true", help="everything, for machines")


def code_of(options: argparse.Namespace) -> Code:
    """The file with the kernels."""
    return Code(options.file, options.language, tuple(options.option), tuple(options.define))


def launch_of(
    options: argparse.Namespace, line: "RunLine | None", kernel: str, grid: Size = None, block: Size = None
) -> Launch:
    """The launch: what was typed, completed by the source's own run line, then by grid and block as given here.

    Arguments without names replace those of the run line, named ones replace one each. Raises InvalidArgumentError if a
    size is missing.
    """
    given = [parse(text) for text in options.arguments]
    shared = options.shared
    if line:
        own = _parse_line(line)
        grid, block = own.grid or grid, own.block or block
        shared = own.shared if shared is None else shared
        if all(one.name for one in given):
            names = {one.name for one in given}
            given += [one for one in map(parse, own.arguments) if one.name not in names]
    grid, block = options.grid or grid, options.block or block
    if grid is None or block is None:
        flag = "--grid" if grid is None else "--block"
        raise nexus.InvalidArgumentError(f"kernel '{kernel}': {flag} is missing, as in {flag} 256 or {flag} 16x16")
    return Launch(kernel, tuple(given), grid, block, shared or 0)


def chosen_kernels(options: argparse.Namespace, library: nexus.Library) -> list[nexus.Kernel]:
    """The kernel that was named, or all of the library.

    Without a name arguments belong to the only kernel. Raises InvalidArgumentError if there are more, NotFoundError if
    there is none of that name.
    """
    if options.kernel and "=" not in options.kernel:
        return [library.get_kernel(options.kernel)]
    kernels = list(library.kernels)
    if options.kernel and len(kernels) == 1:
        # What was taken for a name is the first argument.
        options.arguments.insert(0, options.kernel)
        options.kernel = kernels[0].name
    elif options.kernel:
        raise nexus.InvalidArgumentError(
            f"'{options.kernel}' needs the name of a kernel before it; {tell_kernels(library)}"
        )
    return kernels


def tell_kernels(library: nexus.Library) -> str:
    """What a library has, for messages."""
    names = ", ".join(kernel.name for kernel in library.kernels)
    return f"the kernels are {names}" if names else "the library does not tell its kernels"


class _LineParser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise nexus.InvalidArgumentError(message)


def _parse_line(line: RunLine) -> argparse.Namespace:
    parser = _LineParser(add_help=False)
    add_launch_arguments(parser)
    try:
        own = parser.parse_intermixed_args([line.kernel, *shlex.split(line.words)])
        if any(not parse(text).name for text in own.arguments):
            raise nexus.InvalidArgumentError("arguments need their names here, as in n=1024")
    except ValueError as error:  # InvalidArgumentError is one
        raise nexus.InvalidArgumentError(f"{line.place}: 'nexus run: {line.kernel} ...': {error}") from None
    return own


def _size(text: str) -> tuple[int, ...]:
    try:
        size = parse_shape(text)
    except nexus.InvalidArgumentError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if len(size) > 3 or 0 in size:
        raise argparse.ArgumentTypeError(f"'{text}' must be one to three numbers above 0")
    return size


def _count(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{value} must be 0 or more")
    return value


def positive(text: str) -> int:
    """A count above 0."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} must be 1 or more")
    return value


def seconds(text: str) -> float:
    """A time above 0."""
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text} must be above 0")
    return value


def _tolerance(text: str) -> float:
    value = float(text)
    if not value >= 0:
        raise argparse.ArgumentTypeError(f"{text} must be 0 or more")
    return value
