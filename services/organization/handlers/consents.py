"""What is done when somebody agrees to a use of their data, or takes it back."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.health.events import ElderConsented
from contracts.organization.errors import NoHealthRecordYet
from services.organization.domain.consents import HEALTH, Consent, Given, Way, Withdrawal, consent_to
from services.organization.handlers.people import standing


def record_consent(
    uow: Any,
    person_id: UUID,
    purpose: str,
    *,
    given_on: date,
    how: str,
    given_by: str,
    notice: str | None,
    recorded_by: str,
    today: date,
    now: datetime,
) -> None:
    """Write down that somebody agreed, and tell. Raises `PersonNotFound`, `MergedAway`, `NoHealthRecordYet`,
    `ConsentInForce` or `ConsentDateInFuture`."""
    given = Given(
        given_on=given_on, how=Way(how), given_by=given_by, notice=notice, recorded_by=recorded_by, recorded_at=now
    )
    with uow:
        community = standing(uow, person_id).community
        if purpose == HEALTH and not uow.people.is_told_elder(community, person_id):
            raise NoHealthRecordYet
        uow.publish(_consent(uow, community, person_id, purpose).give(given, today=today))


def withdraw_consent(
    uow: Any,
    person_id: UUID,
    purpose: str,
    *,
    withdrawn_on: date,
    how: str,
    recorded_by: str,
    today: date,
    now: datetime,
) -> None:
    """Write down that somebody takes a consent back, and tell, so that what was kept for it goes. Raises
    `PersonNotFound`, `MergedAway`, `ConsentNotInForce`, `ConsentDateInFuture` or `ConsentDatesReversed`."""
    withdrawal = Withdrawal(withdrawn_on=withdrawn_on, how=Way(how), recorded_by=recorded_by, recorded_at=now)
    with uow:
        community = standing(uow, person_id).community
        uow.publish(_consent(uow, community, person_id, purpose).withdraw(withdrawal, today=today))


def note_consent_of_elder(uow: Any, event: ElderConsented) -> None:
    """An elder agreed with the doctor: it belongs into the register, unless something is in force there already, or
    what is written there is later."""
    with uow:
        uow.merged.hold_still(event.community)
        elder_id = uow.merged.now(event.community, event.elder_id)
        if uow.erased.among(event.community, [elder_id]):
            return
        consent = _consent(uow, event.community, elder_id, HEALTH)
        is_late = any((each.withdrawn or each).recorded_at >= event.recorded_at for each in consent.given)
        if consent.in_force is not None or is_late:
            return
        given = Given(
            given_on=event.given_on,
            how=Way.SPOKEN,
            recorded_by=event.recorded_by,
            recorded_at=event.recorded_at,
        )
        consent.give(given, today=event.given_on)


def _consent(uow: Any, community: str, person_id: UUID, purpose: str) -> Consent:
    new = consent_to(community, person_id, purpose)
    known: Consent | None = uow.consents.find(new.id)
    if known is None:
        uow.consents.add(new)
    return known or new
