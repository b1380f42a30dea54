"""The command line of Nexus: python -m nexus, or nexus for short."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import nexus
from nexus.commands import COMMANDS


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        options = _parser(_command_in(given)).parse_args(given or ["info"])
        code = _run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough; keep the interpreter from complaining when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except nexus.Error as error:
        print(f"nexus: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _run(options: argparse.Namespace) -> int:
    if options.include_dir:
        print(nexus.include_dir())
    elif options.cmake_dir:
        print(nexus.cmake_dir())
    else:
        return int(options.run(options))
    return 0


def _command_in(arguments: Sequence[str]) -> str:
    return next((argument for argument in arguments if argument in COMMANDS), "info")


class _CommandParser(argparse.ArgumentParser):
    """Takes options between other arguments, as in `nexus run FILE KERNEL --grid 4 x.npy 2.0`, and negative numbers."""

    _is_parsing = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        # argparse cannot mix options and arguments where actions follow, as in `nexus db ACTION`; their own parsers do.
        if self._is_parsing or self._subparsers is not None:
            return super().parse_known_args(args, namespace)
        # What begins with a space is no option: argparse itself takes -1e5 and -inf for one.
        args = [f" {text}" if text.startswith("-") and _is_number(text) else text for text in args or ()]
        self._is_parsing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._is_parsing = False


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _parser(command: str) -> argparse.ArgumentParser:
    """The parser, with the options of the one command that will run."""
    parser = argparse.ArgumentParser(
        prog="nexus", description="Discover the compute devices of this machine, and run kernels on them."
    )
    parser.add_argument("--version", action="version", version=f"nexus {nexus.__version__}")
    folders = parser.add_mutually_exclusive_group()
    folders.add_argument("--include-dir", action="store_true", help="print the folder of the C++ headers")
    folders.add_argument("--cmake-dir", action="store_true", help="print the folder of the CMake package")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_CommandParser)
    module = importlib.import_module(f"nexus.commands.{command}")
    for name, summary in COMMANDS.items():
        is_chosen = name == command
        chosen = commands.add_parser(name, help=summary, description=module.DESCRIPTION if is_chosen else None)
        if is_chosen:
            module.add_arguments(chosen)
            chosen.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
