"""Numbers of a period for the office: how many cases, answered and solved in time, how content people are.

Every rate is told with what it counts and of how many. Who was not answered counts as not answered once the time for it
is over, and does not vanish; what is not due yet is told apart, and so is what was withdrawn or not taken.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from services.grievance.domain.grievance import Status
from services.grievance.persistence import grievances
from services.grievance.queries.places import rolled_up
from services.grievance.queries.urgency import IS_OPEN

CONTENT, HALF_CONTENT = 4, 3
"""From this score on somebody is content （满意）; this one is half so （基本满意）."""

_column = grievances.c
_IS_SOLVED = _column.status.in_([Status.RESOLVED.value, Status.RATED.value, Status.CLOSED.value])
_IS_WITHDRAWN = _column.status == Status.CANCELLED.value


def _counts(now: datetime) -> dict[str, ColumnElement[Any]]:
    """What is counted: numbers that can be added up."""

    def number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(*conditions)

    was_answered = _column.is_answered_in_time
    return {
        "filed": func.count(),
        "withdrawn": number(_IS_WITHDRAWN),
        "rejected": number(_column.status == Status.REJECTED.value),
        "open": number(IS_OPEN),
        "overdue": number(IS_OPEN, _column.resolve_by < now),
        "answered": number(~_IS_WITHDRAWN, was_answered.is_(True)),
        "unanswered": number(~_IS_WITHDRAWN, was_answered.is_(False)),
        "silent": number(~_IS_WITHDRAWN, was_answered.is_(None), _column.respond_by < now),
        "solved": number(_IS_SOLVED),
        "rated": func.count(_column.score),
        "content": number(_column.score >= CONTENT),
        "half_content": number(_column.score == HALF_CONTENT),
        "minutes": func.coalesce(func.sum(_column.solved_minutes), 0),
        "timed": func.count(_column.solved_minutes),
    }


def statistics(
    connection: Connection, *, community: str, since: date, until: date, by: str, half_counts: float, now: datetime
) -> dict[str, Any]:
    """The numbers of what was filed from one day to another, in all and by category, channel, week, grid or
    courtyard."""
    counts = _counts(now)
    period = (_column.community == community, _column.filed_on.between(since, until))
    found = connection.execute(_grouped(community, by, counts).where(*period)).all()
    rows = [(row.key, [getattr(row, name) for name in counts]) for row in found]
    shown = _shown_by(list(counts), half_counts)
    return {
        "community": community,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "by": by,
        "total": {"key": "", **shown(_added(values for _, values in rows) or [0] * len(counts))},
        "groups": [{"key": key, **shown(values)} for key, values in _folded(rows, by)],
    }


def _grouped(community: str, by: str, counts: dict[str, ColumnElement[Any]]) -> Select[Any]:
    named = [count.label(name) for name, count in counts.items()]
    if by in ("grid", "courtyard"):
        tree = rolled_up(community, by, community)
        joined = select(tree.c.root.label("key"), *named).join_from(grievances, tree, tree.c.code == _column.place)
        return joined.group_by(tree.c.root)
    key = {"category": _column.category, "channel": _column.channel, "week": _column.filed_on}[by]
    return select(key.label("key"), *named).group_by(key)


def _folded(rows: Sequence[tuple[Any, list[int]]], by: str) -> list[tuple[str, list[int]]]:
    """The rows by key; days become the weeks that begin on their Mondays."""
    found: dict[str, list[list[int]]] = {}
    for key, values in rows:
        found.setdefault(_monday(key) if by == "week" else key, []).append(values)
    return [(key, _added(several)) for key, several in sorted(found.items())]


def _monday(day: date) -> str:
    return (day - timedelta(days=day.weekday())).isoformat()


def _added(several: Iterable[Sequence[int]]) -> list[int]:
    return [int(sum(column)) for column in zip(*several, strict=True)]


def _shown_by(names: Sequence[str], half_counts: float) -> Callable[[Sequence[int]], dict[str, Any]]:
    def shown(values: Sequence[int]) -> dict[str, Any]:
        of = dict(zip(names, values, strict=True))
        answer_due = of["answered"] + of["unanswered"] + of["silent"]
        content = of["content"] + half_counts * of["half_content"]
        return {name: of[name] for name in ("filed", "open", "overdue", "withdrawn", "rejected")} | {
            "response": _rate(of["answered"], answer_due),
            "resolution": _rate(of["solved"], of["solved"] + of["overdue"]),
            "satisfaction": _rate(content, of["rated"]),
            "unrated": of["solved"] - of["rated"],
            "mean_hours": round(of["minutes"] / of["timed"] / 60, 1) if of["timed"] else None,
        }

    return shown


def _rate(counted: float, of: int) -> dict[str, Any]:
    return {"counted": counted, "of": of, "rate": round(counted / of, 4) if of else None}
