"""Where two entries differ."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import nexus
from nexus.database_tools.schema import leaves


class Difference(NamedTuple):
    """A place at which two entries differ; None where an entry does not know the value."""

    pointer: str
    left: Any
    right: Any


def differences(left: nexus.Info, right: nexus.Info) -> Iterator[Difference]:
    """Values that are different or known to one entry only, in the order of the first. Sources are not compared."""
    ours, theirs = dict(leaves(left.to_python())), dict(leaves(right.to_python()))
    for pointer in [*ours, *(pointer for pointer in theirs if pointer not in ours)]:
        pair = ours.get(pointer), theirs.get(pointer)
        if pair[0] != pair[1]:
            yield Difference(pointer, *pair)
