"""What the organization service shows of one person's data: all that it keeps, and how far an erasure is."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, exists, or_, select

from chassis.personal import gathered
from chassis.retention import over
from contracts.organization.errors import ErasureNotFound, PersonNotFound
from contracts.organization.schemas.consents import PURPOSES
from contracts.personal import KEPT, NOT_FOUND_BY_ITSELF
from services.organization.domain.erasures import ANSWERING, is_complete
from services.organization.persistence.people import refuse_merged
from services.organization.persistence.tables import (
    consents,
    erasures,
    leaves,
    merged_people,
    people,
    portraits,
    publications,
    terms,
    told_apart,
)
from services.organization.privacy import TABLES

Shown = dict[str, Any]

_OF_TWO = (told_apart.c.one_id, told_apart.c.other_id)


def export_person(connection: Connection, community: str, ids: Sequence[UUID]) -> Shown:
    """Everything that is kept of a person."""
    chosen = [
        (people, (people.c.community == community) & people.c.id.in_(ids)),
        (terms, (terms.c.community == community) & terms.c.person_id.in_(ids)),
        (leaves, (leaves.c.community == community) & leaves.c.person_id.in_(ids)),
        (publications, (publications.c.community == community) & publications.c.id.in_(ids)),
        (portraits, (portraits.c.community == community) & portraits.c.person_id.in_(ids)),
        (erasures, (erasures.c.community == community) & erasures.c.person_id.in_(ids)),
        (consents, (consents.c.community == community) & consents.c.person_id.in_(ids)),
        (merged_people, (merged_people.c.community == community) & merged_people.c.kept_id.in_(ids)),
        (told_apart, (told_apart.c.community == community) & or_(*(each.in_(ids) for each in _OF_TWO))),
    ]
    return {"kept": gathered(connection, TABLES, chosen)}


def get_erasure(connection: Connection, person_id: UUID) -> Shown:
    """The latest erasure of a person, with every service that has to answer. Raises `ErasureNotFound`."""
    asked = select(erasures).where(erasures.c.person_id == person_id).order_by(erasures.c.asked_at.desc()).limit(1)
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise ErasureNotFound(id=str(person_id))
    answers = {answer["service"]: answer for answer in row.answers}
    return {
        "id": str(row.person_id),
        "community": row.community,
        "erasure_id": str(row.id),
        "known_as": row.known_as,
        "reason": row.reason,
        "asked_by": row.asked_by,
        "asked_at": row.asked_at.isoformat(),
        "complete": is_complete(answers),
        "services": [_answer(service, answers.get(service)) for service in ANSWERING],
        "not_found_by_itself": _said(NOT_FOUND_BY_ITSELF),
    }


def get_consents(connection: Connection, person_id: UUID) -> Shown:
    """To what a person has agreed and what they took back, the latest first. Raises `PersonNotFound`."""
    community = connection.execute(select(people.c.community).where(people.c.id == person_id)).scalar()
    if community is None:
        refuse_merged(connection, person_id)
        raise PersonNotFound(id=str(person_id))
    theirs = select(consents).where(consents.c.community == community, consents.c.person_id == person_id)
    found = [_consent(row.purpose, given) for row in connection.execute(theirs) for given in row.given]
    found.sort(key=lambda consent: (consent["recorded_at"], consent["purpose"]), reverse=True)
    return {"id": str(person_id), "community": community, "consents": found}


def _consent(purpose: str, given: Mapping[str, Any]) -> Shown:
    zh, en, article = PURPOSES[purpose]
    named = {"purpose": purpose, "zh": zh, "en": en, "article": article}
    return {**named, **given, "in_force": given["withdrawn"] is None}


def _answer(service: str, answer: Mapping[str, Any] | None) -> Shown:
    if answer is None:
        return {"service": service, "erased_at": None, "removed": [], "kept": []}
    return {
        "service": service,
        "erased_at": answer["erased_at"],
        "removed": [{"class": each["kind"], "count": each["count"]} for each in answer["removed"]],
        "kept": [{"code": code, **_said(KEPT[code])} for code in answer["kept"]],
    }


def _said(words: tuple[str, str]) -> Shown:
    return {"zh": words[0], "en": words[1]}


def left_long_ago(connection: Connection, before: date, most: int) -> dict[str, list[UUID]]:
    """Residents who left before this day and are not erased yet, by community: of those who once held a post the name
    stays, without the number."""
    in_office = exists().where(
        terms.c.community == people.c.community,
        terms.c.person_id == people.c.id,
        or_(terms.c.ends_on.is_(None), terms.c.ends_on >= before),
    )
    return over(connection, people, people.c.left_on < before, people.c.number != "", ~in_office, most=most)
