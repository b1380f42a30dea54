"""Compile the kernels of the examples with the C++ compiler of this machine."""

import os
import subprocess
import tempfile
from pathlib import Path

import nexus


def build_kernels() -> str:
    """Compile kernels.cpp into a kernel library and return its path."""
    source = Path(__file__).with_name("kernels.cpp")
    library = Path(tempfile.mkdtemp(prefix="nexus-examples-")) / "kernels.so"
    compiler = os.environ.get("CXX", "c++")
    options = ["-std=c++20", "-O3", "-march=native", "-shared", "-fPIC", f"-I{nexus.include_dir()}"]
    subprocess.run([compiler, *options, str(source), "-o", str(library)], check=True)
    return str(library)
