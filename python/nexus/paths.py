"""Where the package keeps its C++ headers and its CMake package."""

import os

from nexus import _nexus

__all__ = ["cmake_dir", "include_dir"]

# In an editable installation, only the extension module lies beside them.
_package = os.path.dirname(os.path.abspath(_nexus.__file__))


def include_dir() -> str:
    """Folder of nexus.h and nexus/kernel.h, for the -I option of a compiler."""
    return os.path.join(_package, "include")


def cmake_dir() -> str:
    """Folder of NexusConfig.cmake: cmake -DNexus_DIR=$(python -m nexus --cmake-dir)."""
    return os.path.join(_package, "lib", "cmake", "Nexus")
