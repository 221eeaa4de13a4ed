"""How long things took, out of counts by bounds."""

from collections.abc import Sequence
from itertools import accumulate, pairwise


def quantile(counts: Sequence[int], bounds: Sequence[float], share: float) -> float | None:
    """The time in seconds within which this share of all was done; None where nothing was. `counts` go by the upper
    `bounds`, with one more for what took longer. Between two bounds it is estimated as if times were spread evenly
    there; for what took longer than the last bound, that bound is told."""
    total = sum(counts)
    if total == 0:
        return None
    wanted = share * total
    for (lower, upper), (before, until) in zip(
        pairwise((0.0, *bounds)), pairwise((0, *accumulate(counts))), strict=False
    ):
        if until >= wanted and until > before:
            return lower + (upper - lower) * (wanted - before) / (until - before)
    return bounds[-1]
