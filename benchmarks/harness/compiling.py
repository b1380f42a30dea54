"""Compiling kernels and peers with the ordinary compilers of the machine."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

OPTIMISE = ["-O3", "-march=native"]
SHARED = ["-shared", "-fPIC"]


class CompileError(Exception):
    """A compiler is missing or refuses; the text says which and why."""


def compiler(variable: str, candidates: list[str]) -> list[str]:
    """Return the command of a compiler: what the environment variable says, else the first candidate on the path."""
    if os.environ.get(variable):
        return shlex.split(os.environ[variable])
    for name in candidates:
        if shutil.which(name):
            return [name]
    raise CompileError(f"none of {', '.join(candidates)} was found; install a compiler or name one in {variable}")


def version(command: list[str]) -> str:
    run = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
    return (run.stdout or run.stderr).partition("\n")[0]


def build(command: list[str], options: list[str], source: Path, folder: Path) -> Path:
    """Compile one source file to a shared library in a folder and return its path."""
    library = folder / f"lib{source.stem}.so"
    line = [*command, *OPTIMISE, *SHARED, *options, str(source), "-o", str(library)]
    try:
        run = subprocess.run(line, capture_output=True, text=True, check=False)
    except OSError as error:
        raise CompileError(f"{shlex.join(line)}: {error}") from error
    if run.returncode != 0:
        raise CompileError(f"{shlex.join(line)}: {run.stderr.strip()[-500:]}")
    return library
