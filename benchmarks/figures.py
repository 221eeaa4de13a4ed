"""Figures out of measurements: percentiles, medians over rounds."""

from collections.abc import Mapping, Sequence
from statistics import median

Figures = dict[str, float]


def percentiles(seconds: Sequence[float], name: str) -> Figures:
    """p50, p95 and p99 in milliseconds, under `<name>_p50_ms` and so on."""
    ordered = sorted(seconds)
    return {f"{name}_p{part}_ms": round(1000 * _at(ordered, part), 1) for part in (50, 95, 99)}


def _at(ordered: Sequence[float], part: int) -> float:
    """The smallest measurement that `part` percent of all do not exceed."""
    return ordered[-(-len(ordered) * part // 100) - 1] if ordered else float("nan")


def rate(count: int, seconds: float) -> float:
    """So many a second."""
    return round(count / seconds, 1)


def medians(rounds: Sequence[Mapping[str, float]]) -> Figures:
    """The median of each figure over the rounds that have it."""
    names = dict.fromkeys(name for figures in rounds for name in figures)
    return {name: round(median(figures[name] for figures in rounds if name in figures), 2) for name in names}
