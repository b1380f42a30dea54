"""Modules that bind the same launch by hand, with nanobind and with pybind11; compiled when the benchmark starts."""

import importlib.util
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

from harness import compiling

import nexus
from nexus import _nexus

SOURCES = Path(__file__).parent.parent / "bindings"


def build(name: str, folder: Path) -> ModuleType:
    """Compile and import one twin. Raises ImportError or CompileError with the reason."""
    options, more = _library_of(name)
    command = compiling.compiler("CXX", ["g++", "c++", "clang++"])
    includes = [nexus.include_dir(), sysconfig.get_paths()["include"], str(SOURCES)]
    core = Path(_nexus._core_path())
    # The twins must use the very library that Nexus has loaded, so that they measure the binding alone.
    library = compiling.build(
        [*command, "-std=c++20", "-fvisibility=hidden", *(f"-I{include}" for include in includes), *options],
        [*more, "-Wl,--no-as-needed", str(core), f"-Wl,-rpath,{core.parent}"],
        SOURCES / f"{name}.cpp",
        folder,
    )
    spec = importlib.util.spec_from_file_location(name, library)
    if spec is None or spec.loader is None:
        raise ImportError(f"{library} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _library_of(name: str) -> tuple[list[str], list[str]]:
    """Options for the compiler, and further sources, of the library that a twin uses."""
    if name == "nanobind_twin":
        import nanobind

        source = Path(nanobind.source_dir())
        robin_map = source.parent / "ext" / "robin_map" / "include"
        return [f"-I{nanobind.include_dir()}", f"-I{robin_map}"], [str(source / "nb_combined.cpp")]
    if name == "pybind11_twin":
        import pybind11

        return [f"-I{pybind11.get_include()}"], []
    return [], []
