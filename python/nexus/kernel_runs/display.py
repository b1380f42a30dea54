"""How times and tables look on a terminal."""

from collections.abc import Iterator, Sequence


def show_seconds(seconds: float) -> str:
    """With three digits, in the unit that suits: 1.23 ms."""
    for factor, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "us")):
        if seconds >= 0.9995 * factor:
            return f"{seconds / factor:.3g} {unit}" if seconds < 999.5 else f"{seconds:.0f} s"
    return f"{seconds / 1e-9:.3g} ns"


def show_table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table whose columns are aligned to the left."""
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def show_size(size: Sequence[int]) -> str:
    """As it is typed: 64x64."""
    return "x".join(map(str, size))
