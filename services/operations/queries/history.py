"""Measures over the last hour or day, as charts draw them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from chassis.figures import kind_of
from services.operations.persistence.history import COARSE, CRITICAL, FINE, samples
from services.operations.queries.queues import critical_time

SPANS = {"hour": (FINE, 3600), "day": (COARSE, 24 * 3600)}
"""Width of the buckets, and how long it is all together, in seconds."""

Row = Mapping[str, Any]
Figure = float | None


def get_history(connection: Connection, *, measure: str, span: str, now: float) -> dict[str, Any]:
    """A line for all together, then one for each queue (for `outbox_age`: each service) that has something to tell; a
    line that would be nothing but zeros is left out. Every line has the same times, those of the buckets that are
    complete; where nobody reported or looked, the figure is None. `handled` is told per minute."""
    width, length = SPANS[span]
    end = int(now) // width * width
    times = range(end - length, end, width)
    buckets = _buckets(connection, measure, width, times)
    abouts = sorted({about for found in buckets.values() for about in found})
    lines = {about: [_figure(measure, width, buckets[at].get(about)) for at in times] for about in abouts}
    together = [_figure(measure, width, _together(measure, list(buckets[at].values()))) for at in times]
    told = [_line("", together, times)] + [_line(about, line, times) for about, line in lines.items() if any(line)]
    return {"measure": measure, "span": span, "series": told}


def _columns(measure: str) -> Sequence[str]:
    return CRITICAL if measure.startswith("critical") else (measure,)


def _is_shown(measure: str, about: str) -> bool:
    if measure == "outbox_age":
        return "." not in about
    return "." in about and (measure == "ready" or kind_of(about) == "work")


def _buckets(connection: Connection, measure: str, width: int, times: range) -> dict[int, dict[str, list[Figure]]]:
    """What was measured, by time and by what it is about."""
    columns = [samples.c[name] for name in _columns(measure)]
    here = (samples.c.width == width, samples.c.at >= times.start, samples.c.at < times.stop)
    found: dict[int, dict[str, list[Figure]]] = defaultdict(dict)
    for at, about, *figures in connection.execute(select(samples.c.at, samples.c.about, *columns).where(*here)):
        if _is_shown(measure, about):
            found[at][about] = figures
    return found


def _figure(measure: str, width: int, figures: Sequence[Figure] | None) -> Figure:
    if figures is None:
        return None
    if measure.startswith("critical"):
        return critical_time([int(count or 0) for count in figures], int(measure[-2:]) / 100)
    (figure,) = figures
    return figure * 60 / width if measure == "handled" and figure is not None else figure


def _together(measure: str, all_figures: Sequence[Sequence[Figure]]) -> list[Figure] | None:
    """The oldest of all is the oldest one; everything else adds up."""
    if not all_figures:
        return None
    join: Callable[[Iterable[float]], float] = max if measure == "outbox_age" else sum
    columns = ([figure for figure in column if figure is not None] for column in zip(*all_figures, strict=True))
    return [join(known) if known else None for known in columns]


def _line(about: str, figures: Sequence[Figure], times: range) -> dict[str, Any]:
    return {"about": about, "points": [[at * 1000, figure] for at, figure in zip(times, figures, strict=True)]}
