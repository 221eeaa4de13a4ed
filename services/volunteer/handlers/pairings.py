"""What the volunteer service does about one-to-one pairings."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.privacy import Kind
from chassis.retention import Period
from contracts.volunteer.errors import AlreadyPaired, VolunteerNotFound
from contracts.volunteer.events import PairingsForgotten
from services.volunteer.domain.calendar import day_in_china
from services.volunteer.domain.pairing import Pairing


def set_up_pairing(uow: Any, command: Mapping[str, Any], *, now: datetime) -> None:
    """One volunteer shall help somebody with one thing; the same id again changes nothing."""
    with uow:
        community = command["community"]
        uow.merged.hold_still(community)
        if uow.pairings.find(command["id"]) is not None:
            return
        person_id, volunteer_id = (uow.merged.now(community, command[name]) for name in ("person_id", "volunteer_id"))
        if uow.pairings.find_active(community, person_id, command["help_type"]) is not None:
            raise AlreadyPaired(help_type=command["help_type"])
        _require_volunteer(uow, community, volunteer_id)
        today = day_in_china(now)
        pairing = Pairing(
            id=command["id"],
            community=community,
            beneficiary_id=person_id,
            beneficiary=command["beneficiary"],
            place=command["place"],
            path=command["path"],
            help_type=command["help_type"],
            hardship=command["hardship"],
            volunteer_id=volunteer_id,
            cadence_days=command["cadence_days"],
            started_on=today,
            due_on=today + timedelta(days=command["cadence_days"]),
        )
        uow.pairings.add(pairing)
        uow.publish(pairing.set_up(now=now))


def log_contact(uow: Any, command: Mapping[str, Any], *, now: datetime) -> None:
    """The helper was in touch."""
    with uow:
        uow.pairings.get(command["id"]).log(
            command["contact_id"],
            on=command["contacted_on"] or day_in_china(now),
            kind=command["kind"],
            note=command["note"].strip(),
            now=now,
        )


def hand_over_pairing(uow: Any, command: Mapping[str, Any], *, now: datetime) -> None:
    """Somebody else helps from now on."""
    with uow:
        uow.merged.hold_still(uow.pairings.community_of(command["id"]))
        pairing = uow.pairings.get(command["id"])
        volunteer_id = uow.merged.now(pairing.community, command["volunteer_id"])
        _require_volunteer(uow, pairing.community, volunteer_id)
        uow.publish(*pairing.hand_over(volunteer_id, now=now))


def end_pairing(uow: Any, command: Mapping[str, Any], *, now: datetime) -> None:
    """The pairing ends."""
    with uow:
        uow.publish(uow.pairings.get(command["id"]).end(command["reason"], command["note"], now=now))


def forget_pairings(uow: Any, community: str, ids: Sequence[UUID], period: Period, *, now: datetime) -> None:
    """These have ended so long ago that nobody need know any more who was helped."""
    with uow:
        for id in ids:
            uow.pairings.get(id).forget(now=now)
        for facts in period.applied(community, {Kind.HARDSHIP: len(ids)}, now=now):
            uow.publish(PairingsForgotten(**facts))


def erase_of_pairings(uow: Any, community: str, ids: Iterable[UUID], *, now: datetime) -> dict[str, int]:
    """Whoever was erased is helped no more, and helps no more; what went, by class of data. Inside a unit of work."""
    known = [*ids]
    helped = uow.pairings.of_beneficiaries(community, known)
    told = [event for pairing in helped for event in pairing.erase_beneficiary(now=now)]
    notes = sum(
        pairing.erase_those_who_help(known, now=now) for pairing in uow.pairings.of_those_who_help(community, known)
    )
    uow.publish(*told)
    return {"sensitive_hardship": len(helped), "words": notes}


def _require_volunteer(uow: Any, community: str, volunteer_id: UUID) -> None:
    is_known = uow.volunteers.known(community, [volunteer_id])
    if not is_known or uow.erased.among(community, [volunteer_id]):
        raise VolunteerNotFound(ids=[str(volunteer_id)])
