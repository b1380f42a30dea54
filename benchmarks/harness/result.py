"""One line of the table: what was measured, against whom, and whether that is good enough."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.timing import Effort, Run, interleave

NEXUS = "nexus"
SCALES = {"ns": 1e9, "us": 1e6, "ms": 1e3, "B": 1.0}


@dataclass(frozen=True)
class Bar:
    """What Nexus has to reach: a limit for the ratio to the peer, or for the figure itself where `unit` is set."""

    limit: float
    unit: str = ""
    higher_is_better: bool = False

    def is_met(self, value: float) -> bool:
        return value >= self.limit if self.higher_is_better else value <= self.limit

    def __str__(self) -> str:
        sign = ">=" if self.higher_is_better else "<="
        return f"{sign} {self.limit:g} {self.unit or 'x'}".replace(" x", "x")


@dataclass
class Result:
    """One line of the table. Figures are in `unit`; `best` has the fastest round of each contestant."""

    title: str
    unit: str
    medians: dict[str, float] = field(default_factory=dict)
    best: dict[str, float] = field(default_factory=dict)
    peer: str | None = None
    ratio: float | None = None
    best_ratio: float | None = None
    bar: Bar | None = None
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the bar is reached; None if there is no bar or nothing to hold against it."""
        if self.bar is None:
            return None
        value = self.medians.get(NEXUS) if self.bar.unit else self.ratio
        return None if value is None else self.bar.is_met(value)


def compare(
    title: str, unit: str, runs: Mapping[str, Run], effort: Effort, *, peer: str | None = None, bar: Bar | None = None
) -> Result:
    """Measure the contestants; the peer may be absent. The ratio is the median of the ratios within each round."""
    samples = interleave(runs, effort)
    result = Result(title, unit, peer=peer, bar=bar)
    for name, measured in samples.items():
        result.medians[name] = measured.median * SCALES[unit]
        result.best[name] = measured.best * SCALES[unit]
    if peer in samples:
        ours, theirs = samples[NEXUS], samples[peer]
        quotients = [a / b for a, b in zip(ours.values, theirs.values, strict=True)]
        result.ratio, result.best_ratio = statistics.median(quotients), ours.best / theirs.best
        if bar is not None and bar.higher_is_better:
            result.ratio, result.best_ratio = 1 / result.ratio, 1 / result.best_ratio
    return result
