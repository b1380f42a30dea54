"""Files for the results of a launch."""

import os
from collections.abc import Mapping, Sequence

import numpy as np

import nexus
from nexus.kernel_runs.inputs import Array


def output_files(texts: Sequence[str], kernel: str, results: Mapping[int, str]) -> dict[int, str]:
    """Where results go, by the position of the argument, from ARGUMENT=FILE; `results` are the names by position.

    Raises InvalidArgumentError for what is no result, UnavailableError for a folder that does not exist.
    """
    files: dict[int, str] = {}
    for text in texts:
        key, _, path = text.partition("=")
        if not key or not path:
            raise nexus.InvalidArgumentError(f"--out {text}: write ARGUMENT=FILE.npy, as in --out y=result.npy")
        index = next((i for i, name in results.items() if key in (name, str(i))), None)
        if index is None:
            names = ", ".join(results.values()) or "none"
            raise nexus.InvalidArgumentError(
                f"--out {text}: '{key}' is no result of kernel '{kernel}'; its results: {names}"
            )
        if index in files:
            raise nexus.InvalidArgumentError(
                f"--out {text}: '{results[index]}' is saved as '{files[index]}' already; give one of the two"
            )
        folder = os.path.dirname(path) or "."
        if not os.path.isdir(folder):
            raise nexus.UnavailableError(f"--out {text}: there is no folder '{folder}'; make it first")
        files[index] = path
    return files


def save(path: str, array: Array) -> None:
    """Writes a .npy file. Raises UnavailableError."""
    try:
        with open(path, "wb") as file:
            np.save(file, array)
    except OSError as error:
        raise nexus.UnavailableError(f"cannot write '{path}': {error.strerror or error}") from None
