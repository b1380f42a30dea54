"""nexus pack: binaries and sources into one catalog."""

import argparse
import os

import nexus
from nexus.catalogs import Part, read_file, write_catalog
from nexus.kernel_runs.code import LANGUAGES

DESCRIPTION = """
Put the same library of kernels, compiled for several targets or as source text, into one file, from which each device
takes the part that suits it best.
"""

_LANGUAGES = sorted({*LANGUAGES.values(), "c++"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of the command."""
    parser.usage = "nexus pack CATALOG PART... [options]"
    add = parser.add_argument
    add("catalog", metavar="CATALOG", help="the file to write")
    add(
        "parts",
        nargs="+",
        metavar="PART",
        help="TARGET=FILE or RUNTIME:TARGET=FILE for a binary (x86-64-v3=k.so, cuda:sm_90=k.cubin), "
        "LANGUAGE=FILE or FILE for a source (c++=k.cpp, k.nx)",
    )
    add("--name", help="what the library is called; else the catalog's file name without its end")
    add("--options", default="", help="for the compilers of the sources, such as '-DTILE=16'")


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns the exit code."""
    parts = [_read_part(text, options.options) for text in options.parts]
    name = options.name or os.path.splitext(os.path.basename(options.catalog))[0]
    write_catalog(options.catalog, name, parts)
    print(
        f"{options.catalog}: {len(parts)} part{'s' if len(parts) > 1 else ''}, {os.path.getsize(options.catalog)} bytes"
    )
    return 0


def _read_part(text: str, options: str) -> Part:
    label, _, path = text.rpartition("=")
    if not label:
        label = LANGUAGES.get(os.path.splitext(path)[1].lower(), "")
        if not label:
            raise nexus.InvalidArgumentError(
                f"'{path}' needs a target, such as x86-64-v3={path}, or a language: {', '.join(_LANGUAGES)}"
            )
    contents = read_file(path)
    name = os.path.basename(path)
    if label in _LANGUAGES:
        return Part(name, contents, language=label, options=options)
    runtime, _, target = label.rpartition(":")
    # A feature of an AMD target follows a colon too: gfx90a:xnack+
    if target.endswith(("+", "-")):
        runtime, target = (
            (label.split(":", 1)[0], label.split(":", 1)[1]) if not label.startswith("gfx") else ("", label)
        )
    if not target:
        raise nexus.InvalidArgumentError(f"'{text}' has no target before the '='")
    return Part(name, contents, target=target, runtime=runtime)
