"""What is done when a person is erased, and when a case was kept for long enough."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.privacy import Kind
from chassis.retention import Period
from chassis.unit_of_work import UnitOfWork
from contracts.event import ClassCount
from contracts.grievance.events import CasesErased, CasesForgotten
from contracts.organization.events import PersonErased
from services.grievance.domain.forgetting import forget_case, forget_filer, forget_volunteers


def erase_person(uow: UnitOfWork, event: PersonErased, *, now: datetime) -> None:
    """Remove what cases say of a person who filed them, joined them or helped with them, and tell that it is done."""
    community, ids = event.community, list(event.known_as)
    with uow:
        uow.merged.hold_still(community)
        if not event.may_return:
            uow.erased.remember(community, ids, event.erased_at)
        filed = uow.grievances.of_filers(community, ids)
        for case in filed:
            forget_filer(case, uow.places.without_household(community, case.place))
        removed = _without_words(uow, community, [case.id for case in filed])
        uow.filings.forget(community, [case.id for case in filed])
        removed[Kind.WORDS] += uow.pictures.forget_of(community, [case.id for case in filed], ids)
        # Every further id is looked for in every case, and what came by telephone may be hundreds.
        people = sorted({*ids} - {case.id for case in filed} - uow.neighbours.among(community, ids))
        removed[Kind.CONTACT] += uow.neighbours.forget(community, ids)
        for case in uow.grievances.of_volunteers(community, people) if people else ():
            if names := forget_volunteers(case, ids):
                uow.grievances.forget_names(case, names)
                removed[Kind.ORDINARY] += 1
        uow.publish(
            CasesErased(
                community=community,
                erasure_id=event.erasure_id,
                removed=tuple(ClassCount(kind=kind, count=count) for kind, count in removed.items() if count),
                kept=("figures_of_the_case",) if filed else (),
                erased_at=now,
            )
        )


def forget_cases(uow: UnitOfWork, community: str, ids: Sequence[UUID], period: Period, *, now: datetime) -> None:
    """Take words and people out of these cases, which ended long enough ago; one that was taken up again meanwhile
    keeps them."""
    with uow:
        uow.grievances.load(ids)
        over = [
            case
            for case in map(uow.grievances.get, ids)
            if case.forgotten_at is None and case.ended_at is not None and case.ended_at < period.began(now)
        ]
        chosen = [case.id for case in over]
        removed = _without_words(uow, community, chosen)
        removed[Kind.WORDS] += uow.pictures.forget_of(community, chosen)
        removed[Kind.CONTACT] += uow.neighbours.forget_of(community, chosen)
        uow.filings.forget(community, chosen)
        for case in over:
            if names := forget_case(case, uow.places.without_household(community, case.place), now=now):
                uow.grievances.forget_names(case, names)
                removed[Kind.ORDINARY] += 1
        for facts in period.applied(community, removed, now=now):
            uow.publish(CasesForgotten(**facts))


def _without_words(uow: UnitOfWork, community: str, ids: Sequence[UUID]) -> dict[str, int]:
    words, contacts = uow.statements.forget(community, ids)
    notes = uow.grievances.forget_notes(community, ids)
    return {Kind.WORDS: words + notes, Kind.CONTACT: contacts, Kind.ORDINARY: 0}
