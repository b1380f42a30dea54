"""Numerical comparison of two results."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

import nexus
from nexus.kernel_runs.inputs import Array

#: What two devices may differ by, relative and absolute, where nothing is given: arithmetic in another order and other
#: mathematical functions. All other types must be equal.
TOLERANCES = {
    "float64": 1e-10,
    "complex128": 1e-10,
    "float32": 1e-5,
    "complex64": 1e-5,
    "float16": 5e-3,
    "bfloat16": 4e-2,
    "float8_e4m3fn": 0.25,
    "float8_e5m2": 0.5,
}


@dataclass(frozen=True)
class Difference:
    """How one result differs from the reference: elements out of tolerance, and the largest difference of all."""

    name: str
    count: int
    total: int
    largest: float
    index: tuple[int, ...]
    value: Any
    reference: Any
    rtol: float
    atol: float

    @property
    def agrees(self) -> bool:
        """Whether every element is within the tolerance."""
        return self.count == 0

    def describe(self) -> str:
        """Where and by how much, in one line."""
        if self.agrees:
            return f"{self.name} agrees, largest difference {self.largest:.3g}"
        place = ", ".join(map(str, self.index))
        return (
            f"{self.name} differs in {self.count} of {self.total} elements, most at [{place}]: {self.value}, "
            f"but {self.reference} in the reference (tolerance {self.rtol:g} relative, {self.atol:g} absolute)"
        )

    def to_json(self) -> dict[str, Any]:
        """For machines. Numbers that JSON does not know become text."""
        return {
            "name": self.name,
            "agrees": self.agrees,
            "differing_elements": self.count,
            "elements": self.total,
            "largest_difference": self.largest if math.isfinite(self.largest) else str(self.largest),
            "index": list(self.index),
            "value": str(self.value),
            "reference": str(self.reference),
            "rtol": self.rtol,
            "atol": self.atol,
        }


def compare(
    name: str, value: Array, reference: Array, rtol: "float | None" = None, atol: "float | None" = None
) -> Difference:
    """Compares element by element: |value - reference| <= atol + rtol * |reference|.

    A NaN equals a NaN, and an infinity itself. Without a tolerance that of the element type holds.
    """
    if value.shape != reference.shape or value.dtype != reference.dtype:
        raise nexus.InvalidArgumentError(
            f"'{name}' is {reference.dtype} {reference.shape} in the reference, but {value.dtype} {value.shape} here"
        )
    usual = TOLERANCES.get(reference.dtype.name, 0.0)
    rtol = usual if rtol is None else rtol
    atol = usual if atol is None else atol
    wide = np.complex128 if reference.dtype.kind == "c" else np.float64
    a, b = value.astype(wide), reference.astype(wide)
    with np.errstate(invalid="ignore", over="ignore"):
        distance = np.abs(a - b)
        distance[(value == reference) | (np.isnan(a) & np.isnan(b))] = 0
        distance[np.isnan(distance)] = math.inf
        # Integers beyond 2**53 that differ may have the same float64.
        if reference.dtype.kind in "iu":
            distance[(distance == 0) & (value != reference)] = 1
        outside = distance > atol + rtol * np.where(np.isfinite(b), np.abs(b), 0)
    if distance.size == 0:
        return Difference(name, 0, 0, 0.0, (), None, None, rtol, atol)
    # The largest of those out of tolerance, if there are any.
    shown = int(np.argmax(np.where(outside, distance, -1) if outside.any() else distance))
    index = tuple(int(i) for i in np.unravel_index(shown, distance.shape))
    return Difference(
        name,
        int(outside.sum()),
        distance.size,
        float(distance.max()),
        index,
        value[index],
        reference[index],
        rtol,
        atol,
    )
