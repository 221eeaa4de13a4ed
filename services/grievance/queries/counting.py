"""What is counted of cases, which rates follow from it, and which rank follows from a rate.

Every rate is told with what it counts and of how many. Who was not answered counts as not answered once the time for it
is over, and does not vanish; what is not due yet is told apart, and so is what was withdrawn or not taken. What pauses
have moved is told beside what it would be without them: nothing looks better for having waited.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, select

from chassis.database import Moment
from services.grievance.domain.grievance import Status
from services.grievance.persistence import grievances
from services.grievance.queries.urgency import IS_OPEN, IS_PAUSED

CONTENT, HALF_CONTENT = 4, 3
"""From this score on somebody is content （满意）; this one is half so （基本满意）."""

_column = grievances.c
_IS_SOLVED = _column.status.in_([Status.RESOLVED.value, Status.RATED.value, Status.CLOSED.value])
_PROMISED = func.coalesce(_column.moved_from, _column.resolve_by, type_=Moment)
"""The time for a resolution as it was before pauses moved it."""
_IS_WITHDRAWN = _column.status == Status.CANCELLED.value


def counts_at(now: datetime) -> dict[str, ColumnElement[Any]]:
    """What is counted: numbers that can be added up, all of them 0 where an outer join has found no case."""

    def number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(*conditions)

    was_answered = _column.is_answered_in_time
    return {
        "filed": func.count(_column.id),
        "withdrawn": number(_IS_WITHDRAWN),
        "rejected": number(_column.status == Status.REJECTED.value),
        "open": number(IS_OPEN),
        "overdue": number(IS_OPEN, _column.resolve_by < now),
        "answered": number(~_IS_WITHDRAWN, was_answered.is_(True)),
        "unanswered": number(~_IS_WITHDRAWN, was_answered.is_(False)),
        "silent": number(~_IS_WITHDRAWN, was_answered.is_(None), _column.respond_by < now),
        "solved": number(_IS_SOLVED),
        "paused": number(IS_PAUSED),
        "moved": func.count(_column.moved_from),
        "in_time": number(_IS_SOLVED, _column.resolved_at <= _column.resolve_by),
        "in_time_unmoved": number(_IS_SOLVED, _column.resolved_at <= _PROMISED),
        "overdue_unmoved": number(IS_OPEN, now > _PROMISED),
        "rated": func.count(_column.score),
        "content": number(_column.score >= CONTENT),
        "half_content": number(_column.score == HALF_CONTENT),
        "minutes": func.coalesce(func.sum(_column.solved_minutes), 0),
        "timed": func.count(_column.solved_minutes),
    }


def _rates_of(of: Mapping[str, Any], half_counts: float) -> dict[str, tuple[Any, Any]]:
    """Each rate as what it counts, and of how many; of numbers or of columns alike."""
    return {
        "response": (of["answered"], of["answered"] + of["unanswered"] + of["silent"]),
        "resolution": (of["solved"], of["solved"] + of["overdue"]),
        "on_time": (of["in_time"], of["solved"] + of["overdue"]),
        "on_time_unmoved": (of["in_time_unmoved"], of["solved"] + of["overdue_unmoved"]),
        "satisfaction": (of["content"] + half_counts * of["half_content"], of["rated"]),
    }


def shown_by(names: Sequence[str], half_counts: float) -> Callable[[Sequence[int]], dict[str, Any]]:
    """Shows the values of these counts: as they are where they say something by themselves, else as rates."""

    def shown(values: Sequence[int]) -> dict[str, Any]:
        of = dict(zip(names, values, strict=True))
        rates = {name: _shown_rate(*rate) for name, rate in _rates_of(of, half_counts).items()}
        return {name: of[name] for name in ("filed", "open", "overdue", "withdrawn", "rejected", "paused", "moved")} | {
            **rates,
            "unrated": of["solved"] - of["rated"],
            "mean_hours": round(of["minutes"] / of["timed"] / 60, 1) if of["timed"] else None,
        }

    return shown


def _shown_rate(counted: float, of: int) -> dict[str, Any]:
    return {"counted": counted, "of": of, "rate": round(counted / of, 4) if of else None}


def ranked(counted: CTE, rank_by: str, half_counts: float, *, unranked: str = "") -> Select[Any]:
    """Rows of counts under a `key`, the best rate first, each with its `rank`: equal rates share it, and the next one
    stands as many places lower. What has nothing to count, and the key `unranked`, has none and stands last."""
    numerator, of = _rates_of(dict(counted.c), half_counts)[rank_by]
    rate = case((and_(of > 0, counted.c.key != unranked), func.round(numerator * FINE / of)))
    rated = select(counted, rate.label("rate")).subquery()
    best_first = rated.c.rate.desc().nulls_last()
    rank = case((rated.c.rate.is_not(None), func.rank().over(order_by=best_first)))
    return select(rated, rank.label("rank")).order_by(best_first, rated.c.key)


FINE = 1_000_000
"""Rates are compared to the millionth: 2 of 3 and 4 of 6 are one rate, however a database divides."""
