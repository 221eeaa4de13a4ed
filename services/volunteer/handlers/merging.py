"""What the volunteer service does when two entries of the register were one and the same person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.organization.events import PersonMerged
from services.volunteer.domain.callout import Callout
from services.volunteer.domain.pairing import Pairing, PairingState


def merge_volunteers(uow: Any, event: PersonMerged, fill: Callable[[Callout], None], *, now: datetime) -> None:
    """Whatever was one's is the other's: hours are added up, teams united, and of two pairings for the same help the
    earlier goes on. `fill` asks whoever must be asked instead of one who was asked twice."""
    with uow:
        for gone, stays in event.pairs:
            kept = uow.merged.remember(event.community, gone, stays, event.merged_at)
            if kept is not None:
                _merge(uow, event.community, gone, kept, fill, now)


def _merge(uow: Any, community: str, gone: UUID, kept: UUID, fill: Callable[[Callout], None], now: datetime) -> None:
    _unite_pairings(uow, community, gone, kept, now)
    open_ones = uow.callouts.open_of(community, [gone])
    told = [event for callout in open_ones for event in callout.unite(gone, kept, now=now)]
    uow.callouts.move(community, gone, kept)
    uow.hours.move(community, gone, kept)
    teams = uow.teams.ever_of(community, gone)
    uow.teams.forget(community, gone)
    for team in teams:
        uow.publish(*team.unite(gone, kept, now=now))
    _unite_entries(uow, community, gone, kept)
    uow.roster.count(*told)
    uow.publish(*told)
    for callout in open_ones:
        fill(callout)


def _unite_entries(uow: Any, community: str, gone_id: UUID, kept_id: UUID) -> None:
    if not uow.volunteers.known(community, [gone_id]):
        return
    gone = uow.volunteers.get(gone_id)
    uow.volunteers.remove(gone)
    if uow.volunteers.known(community, [kept_id]):
        uow.volunteers.get(kept_id).absorb(gone)
    else:
        uow.volunteers.add(replace(gone, id=kept_id))


def _unite_pairings(uow: Any, community: str, gone: UUID, kept: UUID, now: datetime) -> None:
    # Those that end come first: the database lets nobody have two for the same help, not even for a moment.
    helped: list[Pairing] = uow.pairings.of_beneficiaries(community, [kept])
    helped += uow.pairings.of_beneficiaries(community, [gone])
    for later in _helped_twice(helped):
        uow.publish(later.end("merged", None, now=now))
    for pairing in [*helped, *uow.pairings.ever_of(community, gone)]:
        pairing.unite(gone, kept)


def _helped_twice(pairings: list[Pairing]) -> list[Pairing]:
    first: dict[str, Pairing] = {}
    active = [pairing for pairing in pairings if pairing.state is PairingState.ACTIVE]
    in_order = sorted(active, key=lambda one: (one.started_on, one.id))
    return [pairing for pairing in in_order if first.setdefault(pairing.help_type, pairing) is not pairing]
