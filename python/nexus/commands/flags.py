"""nexus flags: what makes a compiler build for a device."""

import argparse
import shutil
import subprocess

import nexus

DESCRIPTION = """Print the arguments that make a compiler build for a device, for use in a build:
c++ $(nexus flags --device cpu:0 --compiler gcc) -O3 kernel.cpp"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of the command."""
    parser.add_argument(
        "--device",
        help="a device of this machine (cuda:0), or an architecture or a product (sm_90, MI300X, zen4); "
        "NEXUS_DEVICE or the first device without",
    )
    parser.add_argument("--compiler", required=True, help="nvcc, clang, hipcc, gcc or ocloc")
    parser.add_argument(
        "--compiler-version",
        default="",
        metavar="VERSION",
        help="such as 12.3; without, that of the gcc or clang on PATH, else the newest that the database knows",
    )
    parser.add_argument("--target", default="", help="a compile target of the architecture, such as sm_90a")


def run(options: argparse.Namespace) -> int:
    """Runs the command and returns the exit code."""
    device = find_device(options.device)
    version = options.compiler_version or _installed(options.compiler)
    print(nexus.compile_flags(device, options.compiler, version=version, target=options.target))
    return 0


def _installed(compiler: str) -> str:
    """Version of the compiler on PATH, '' if it is not there or does not tell."""
    option = {"gcc": "-dumpfullversion", "clang": "-dumpversion"}.get(compiler)
    program = shutil.which(compiler)
    if option is None or program is None:
        return ""
    result = subprocess.run([program, option], capture_output=True, text=True, check=False)
    version = result.stdout.strip()
    return version if result.returncode == 0 and version.replace(".", "").isdigit() else ""


def find_device(name: str | None) -> "nexus.Device | str":
    """A device of this machine by its id, or else the name of an architecture or a product."""
    if name is None:
        return nexus.get_device()
    if name.partition(":")[0] in [runtime.name for runtime in nexus.get_runtimes()]:
        return nexus.get_device(name)
    return name
