"""What is done when a person is to be erased."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from chassis.privacy import Kind
from chassis.retention import Period
from contracts.event import ClassCount
from contracts.organization.errors import MergedAway
from contracts.organization.events import ResidentsForgotten
from services.organization.domain.days import day_of
from services.organization.domain.erasures import (
    KEPT_LONG_ENOUGH,
    OWN,
    Answer,
    Erasure,
    refuse_in_office,
    without_details,
)


def erase_person(
    uow: Any,
    id: UUID,
    erasure_id: UUID,
    community: str,
    known_as: Sequence[UUID],
    *,
    reason: str,
    asked_by: str,
    today: date,
    now: datetime,
) -> None:
    """Remove what is kept of a person here, and tell every other service to; the same request again changes nothing.
    Raises `PersonInOffice`, or `MergedAway` where the entry is part of another now."""
    with uow:
        if uow.erasures.find(erasure_id) is not None:
            return
        uow.people.lock(community, known_as)
        if (into := uow.merged.now(community, id)) != id:
            raise MergedAway(into=str(into), community=community)
        erasure = Erasure(
            id=erasure_id,
            community=community,
            person_id=id,
            known_as=list(known_as),
            reason=reason,
            asked_by=asked_by,
            asked_at=now,
        )
        _erase(uow, erasure, today)


def forget_who_left(
    uow: Any, community: str, ids: Sequence[UUID], period: Period, *, today: date, now: datetime
) -> None:
    """Erase residents who left long ago, in every service, as if they had asked for it; who came back meanwhile
    stays."""
    with uow:
        gone = uow.people.still_gone(community, ids, day_of(period.began(now)))
        for id in gone:
            erasure = Erasure(
                id=uuid4(),
                community=community,
                person_id=id,
                known_as=[id],
                reason=KEPT_LONG_ENOUGH,
                asked_by=period.setting,
                asked_at=now,
            )
            _erase(uow, erasure, today)
        for facts in period.applied(community, {Kind.ORDINARY: len(gone)}, now=now):
            uow.publish(ResidentsForgotten(**facts))


def _erase(uow: Any, erasure: Erasure, today: date) -> None:
    community, now = erasure.community, erasure.asked_at
    # Whatever became part of theirs is theirs: news of it may still be on its way.
    known_as = erasure.known_as = [
        *dict.fromkeys([*erasure.known_as, *sorted(uow.merged.into(community, erasure.known_as))])
    ]
    uow.told_apart.forget(community, known_as)
    erasure.note(_remove(uow, community, known_as, today, now))
    if not erasure.may_return:
        uow.erased.remember(community, known_as, now)
    uow.erasures.add(erasure)
    uow.publish(erasure.told())


def note_erased(uow: Any, service: str, event: Any) -> None:
    """A service has removed what it kept."""
    with uow:
        erasure = uow.erasures.find(event.erasure_id)
        if erasure is not None and erasure.community == event.community:
            removed, kept = list(event.removed), list(event.kept)
            erasure.note(Answer(service=service, erased_at=event.erased_at, removed=removed, kept=kept))


def _remove(uow: Any, community: str, ids: Sequence[UUID], today: date, now: datetime) -> Answer:
    answer, removed = Answer(service=OWN, erased_at=now), {"ordinary": 0, "contact": 0}
    for id in ids:
        held = uow.traces.ends_of_terms(community, id)
        refuse_in_office(held, today)
        removed["ordinary"] += uow.traces.remove_leaves(community, id)
        removed["ordinary"] += uow.traces.remove_publication(community, id)
        person = uow.people.find(community, id)
        if person is None:
            continue
        removed["ordinary"] += 1
        removed["contact"] += person.phone is not None
        if held:
            uow.people.keep([without_details(person)], (), on=today)
            answer.kept.append("history_of_office")
        else:
            uow.traces.remove_person(community, id)
    if any(uow.consents.of_person(community, id) for id in ids):
        answer.kept.append("proof_of_consent")
    answer.removed = [ClassCount(kind=kind, count=count) for kind, count in removed.items() if count]
    return answer
