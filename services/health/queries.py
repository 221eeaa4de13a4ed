"""What the health service shows. Findings leave it only through `open_elder_record`, `open_visit`, `export_person`."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Select, or_, select, tuple_

from chassis.paging import page_of
from chassis.personal import gathered
from chassis.pinyin import is_called
from contracts.health.errors import ElderRecordNotFound, VisitNotFound
from services.health.domain.advice import Advice, advice_on
from services.health.domain.calendar import CHECK_UP_AGE, Band, age_on, band_of, born_by
from services.health.domain.self_care import RULE, SOURCE, SelfCare
from services.health.domain.visit import State, allowed_steps
from services.health.persistence import (
    elder_records,
    known_places,
    merged_people,
    missed_in_a_row,
    visited_elders,
    visits,
)
from services.health.privacy import TABLES

_ELDER = (
    elder_records.c.id,
    elder_records.c.community,
    elder_records.c.name,
    elder_records.c.born_on,
    elder_records.c.household,
    elder_records.c.consent_on,
    elder_records.c.completeness,
    elder_records.c.opened_at,
    elder_records.c.updated_at,
    elder_records.c.next_visit_on,
)
_VISIT = (
    visits.c.id,
    visits.c.community,
    visits.c.grievance_id,
    visits.c.place,
    visits.c.elder_ids,
    visits.c.state,
    visits.c.reason,
    visits.c.due_on,
    visits.c.missed_in_a_row,
    visits.c.planned_at,
    visits.c.ended_at,
)


# -- what is kept of one person


def export_person(connection: Connection, community: str, ids: Sequence[UUID]) -> dict[str, Any]:
    """Everything that is kept of a person, findings too: it is their own."""
    paid = select(visited_elders.c.visit_id).where(
        visited_elders.c.community == community, visited_elders.c.elder_id.in_(ids)
    )
    chosen = [
        (elder_records, (elder_records.c.community == community) & elder_records.c.id.in_(ids)),
        (visits, (visits.c.community == community) & visits.c.id.in_(paid)),
    ]
    return {"kept": gathered(connection, TABLES, chosen)}


# -- elder records


def list_elder_records(
    connection: Connection,
    *,
    on: date,
    community: str | None = None,
    place: str | None = None,
    band: str | None = None,
    q: str | None = None,
    page: int = 1,
    page_size: int = 50,
) -> dict[str, Any]:
    """Elders who live here by household and name, with their ages on that day."""
    chosen = _where(select(*_ELDER), elder_records, community=community).where(elder_records.c.left_on.is_(None))
    if q:
        chosen = chosen.where(is_called(elder_records, q))
    if place is not None:
        chosen = chosen.where(_lies_in(elder_records.c.household, elder_records.c.community, place))
    if band is not None:
        chosen = chosen.where(_is_in_band(Band(band), on))
    chosen = chosen.order_by(elder_records.c.household, elder_records.c.name, elder_records.c.id)
    shown = page_of(connection, chosen, page=page, page_size=page_size, show=lambda row: _elder(row, on))
    _add_missed(connection, shown["items"])
    return shown


def get_elder_row(connection: Connection, elder_id: UUID, *, on: date) -> dict[str, Any]:
    """One elder without findings, by the id of an entry that became part of theirs, too. Raises
    `ElderRecordNotFound`."""
    chosen = select(*_ELDER)
    row = connection.execute(chosen.where(elder_records.c.id == elder_id)).one_or_none()
    if row is None:
        kept = select(merged_people.c.kept_id).where(merged_people.c.gone_id == elder_id).scalar_subquery()
        row = connection.execute(chosen.where(elder_records.c.id == kept)).one_or_none()
    if row is None:
        raise ElderRecordNotFound(id=str(elder_id))
    shown = _elder(row, on)
    _add_missed(connection, [shown])
    return shown


def open_elder_record(connection: Connection, elder_id: UUID, *, on: date) -> dict[str, Any]:
    """One elder's whole record, findings included: the only way to them. As above, raises `ElderRecordNotFound`."""
    shown = get_elder_row(connection, elder_id, on=on)
    columns = (elder_records.c.born_on, elder_records.c.record)
    opened = connection.execute(select(*columns).where(elder_records.c.id == UUID(shown["id"]))).one()
    return shown | {"born_on": opened.born_on.isoformat(), "record": _with_score(opened.record)}


def _elder(row: Any, on: date) -> dict[str, Any]:
    shown = _shown(row)
    age = age_on(on, date.fromisoformat(shown.pop("born_on")))
    return shown | {"age": age, "band": str(band_of(age))}


def _add_missed(connection: Connection, elders: Sequence[dict[str, Any]]) -> None:
    missed = missed_in_a_row(connection, [UUID(elder["id"]) for elder in elders])
    for elder in elders:
        elder["missed_in_a_row"] = missed[UUID(elder["id"])]


def _with_score(record: dict[str, Any] | None) -> dict[str, Any] | None:
    if record is None or record["self_care"] is None:
        return record
    self_care = msgspec.convert(record["self_care"], SelfCare)
    scored = {"score": self_care.score, "band": str(self_care.band), "rule": RULE, "source": SOURCE}
    return record | {"self_care": record["self_care"] | scored}


def _is_in_band(band: Band, on: date) -> ColumnElement[bool]:
    latest = born_by(CHECK_UP_AGE, on)
    return elder_records.c.born_on <= latest if band is Band.FROM_65 else elder_records.c.born_on > latest


# -- visits


def list_visits(
    connection: Connection,
    *,
    on: date,
    community: str | None = None,
    state: str | None = None,
    place: str | None = None,
    elder_id: UUID | None = None,
    grievance_id: UUID | None = None,
    due_before: date | None = None,
    q: str | None = None,
    page: int = 1,
    page_size: int = 50,
) -> dict[str, Any]:
    """Visits, those due first first, with whom they are for and their ages on that day."""
    chosen = _where(select(*_VISIT), visits, community=community, state=state, grievance_id=grievance_id)
    if place is not None:
        chosen = chosen.where(_lies_in(visits.c.place, visits.c.community, place))
    if elder_id is not None:
        theirs = select(visited_elders.c.visit_id).where(visited_elders.c.elder_id == elder_id)
        chosen = chosen.where(visits.c.id.in_(theirs))
    if q:
        called = (
            select(visited_elders.c.visit_id)
            .join(elder_records, elder_records.c.id == visited_elders.c.elder_id)
            .where(is_called(elder_records, q))
        )
        chosen = chosen.where(visits.c.id.in_(called))
    if due_before is not None:
        chosen = chosen.where(visits.c.due_on < due_before)
    chosen = chosen.order_by(visits.c.due_on, visits.c.planned_at, visits.c.id)
    shown = page_of(connection, chosen, page=page, page_size=page_size, show=_visit)
    _add_elders(connection, shown["items"], on)
    return shown


def get_visit_row(connection: Connection, visit_id: UUID, *, on: date) -> dict[str, Any]:
    """One visit without findings. Raises `VisitNotFound`."""
    row = connection.execute(select(*_VISIT).where(visits.c.id == visit_id)).one_or_none()
    if row is None:
        raise VisitNotFound(id=str(visit_id))
    shown = _visit(row)
    _add_elders(connection, [shown], on)
    return shown


def open_visit(connection: Connection, visit_id: UUID, *, on: date) -> dict[str, Any]:
    """One visit with what was found or why it was missed: the only way to them. Raises `VisitNotFound`."""
    shown = get_visit_row(connection, visit_id, on=on)
    columns = (visits.c.purpose, visits.c.findings, visits.c.missed_reason)
    found = _shown(connection.execute(select(*columns).where(visits.c.id == visit_id)).one())
    return shown | found | {"advice": [_advice(each) for each in advice_on(found["findings"])]}


def _advice(advice: Advice) -> dict[str, Any]:
    return {"rule": advice.rule, "said": {"zh": advice.zh, "en": advice.en}, "source": advice.source}


def _visit(row: Any) -> dict[str, Any]:
    return _shown(row) | {"allowed": allowed_steps(State(row.state))}


def _add_elders(connection: Connection, shown: Sequence[dict[str, Any]], on: date) -> None:
    """Whom each visit is for, in one question for all of them."""
    ids = {UUID(id) for visit in shown for id in visit["elder_ids"]}
    columns = (elder_records.c.id, elder_records.c.name, elder_records.c.born_on)
    kept = connection.execute(select(*columns).where(elder_records.c.id.in_(ids))).all()
    missed = missed_in_a_row(connection, [row.id for row in kept])
    known = {
        str(row.id): {
            "id": str(row.id),
            "name": row.name,
            "age": age_on(on, row.born_on),
            "missed_in_a_row": missed[row.id],
        }
        for row in kept
    }
    for visit in shown:
        visit["elders"] = [known[id] for id in visit["elder_ids"] if id in known]


# -- both


def _where(chosen: Select[Any], table: Any, **wanted: Any) -> Select[Any]:
    return chosen.where(*(table.c[name] == value for name, value in wanted.items() if value is not None))


def _lies_in(code: Column[str], community: Column[str], place: str) -> ColumnElement[bool]:
    """Whether a code is the place's or that of one below it, in the same community."""
    top = select(known_places.c.community, known_places.c.code).where(known_places.c.code == place)
    below = top.cte("below", recursive=True)
    step = select(known_places.c.community, known_places.c.code).where(
        known_places.c.community == below.c.community, known_places.c.parent == below.c.code
    )
    # A union without duplicates ends even where the tree, against its rules, goes round.
    below = below.union(step)
    return or_(code == place, tuple_(community, code).in_(select(below.c.community, below.c.code)))


def _shown(row: Any) -> dict[str, Any]:
    # The driver's column names are a subclass of str, which msgspec refuses as keys.
    shown: dict[str, Any] = msgspec.to_builtins({str(name): value for name, value in row._mapping.items()})
    return shown
