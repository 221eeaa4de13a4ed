"""What the health service does about commands and about events heard."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.privacy import Kind
from chassis.retention import Period
from contracts.errors import words
from contracts.event import ClassCount
from contracts.health.errors import ElderRecordNotFound, VisitNeedsPlace
from contracts.health.events import ElderConsented, ElderErased, ElderRecordsOpened, FindingsForgotten
from contracts.organization.events import (
    ConsentGiven,
    ConsentWithdrawn,
    ElderLeft,
    EldersRegistered,
    LeaderAssigned,
    PersonErased,
    PersonMerged,
    PlacesImported,
)
from services.health.domain.calendar import day_in_china
from services.health.domain.elder_record import ElderRecord, records_to_open
from services.health.domain.rounds import is_over
from services.health.domain.visit import (
    HomeVisit,
    State,
    plan_by_hand,
    plan_for_grievance,
    plan_yearly,
    visit_id_of,
    yearly_visit_id,
)


def remember_places(uow: Any, event: PlacesImported) -> None:
    """Keep the place tree, so that elders and visits can be found by any place above them."""
    with uow:
        uow.known_places.remember(event.community, event.places)


def open_elder_records(uow: Any, event: EldersRegistered, *, now: datetime) -> None:
    """Open a record for each elder who has none; those known before keep theirs, and who was erased gets none,
    nor does an entry that became part of another. The visits planned to those who have moved go where they live
    now."""
    with uow:
        uow.merged.hold_still(event.community)
        told_of = [elder.person_id for elder in event.elders]
        # Of an entry that became part of another, the other's registration tells what holds.
        nobody = uow.erased.among(event.community, told_of) | uow.merged.of(event.community, told_of).keys()
        elders = [elder for elder in event.elders if elder.person_id not in nobody]
        homes = uow.elder_records.homes(event.community, [elder.person_id for elder in elders])
        opened = uow.elder_records.open_all(records_to_open(event.community, elders, now=now))
        if opened:
            uow.publish(ElderRecordsOpened(community=event.community, count=opened, opened_at=now))
        for elder in elders:
            earlier = homes.get(elder.person_id, elder.household)
            if earlier != elder.household:
                for visit in uow.visits.planned_for(event.community, [elder.person_id]):
                    visit.follow(earlier, elder.household)


def note_elder_left(uow: Any, event: ElderLeft, *, now: datetime) -> None:
    """An elder lives here no more, so nobody goes to see them. Raises `ElderRecordNotFound` where the record is still
    to be opened, or to be united with the one it follows from; of whoever left long ago there may be none."""
    with uow:
        uow.merged.hold_still(event.community)
        if uow.erased.among(event.community, [event.person_id]) or uow.merged.of(event.community, [event.person_id]):
            return
        if event.gone_id is not None and not uow.merged.of(event.community, [event.gone_id]):
            raise ElderRecordNotFound(id=str(event.person_id))
        may_be_none = event.is_belated or event.gone_id is not None
        if may_be_none and uow.elder_records.find(event.person_id) is None:
            return
        uow.elder_records.get(event.person_id).leave(event.left_on)
        planned = uow.visits.planned_for(event.community, [event.person_id])
        for visit in planned:
            uow.publish(*visit.leave_out(event.person_id, now=now))
        uow.visits.leave_out(event.community, event.person_id, [visit.id for visit in planned])


def erase_person(uow: Any, event: PersonErased, *, now: datetime) -> None:
    """Remove a person's record and what was found on visits to them, and tell that it is done."""
    with uow:
        uow.merged.hold_still(event.community)
        if not event.may_return:
            uow.erased.remember(event.community, event.known_as, event.erased_at)
        visits = uow.visits.of_elders(event.community, event.known_as)
        for visit in visits:
            uow.publish(*visit.forget(event.known_as, now=now))
        uow.visits.forget(event.community, event.known_as)
        records = uow.elder_records.remove(event.community, event.known_as)
        counts = {"ordinary": records, "sensitive_health": records + len(visits)}
        uow.publish(
            ElderErased(
                community=event.community,
                erasure_id=event.erasure_id,
                removed=tuple(ClassCount(kind=kind, count=count) for kind, count in counts.items() if count),
                erased_at=now,
            )
        )


def merge_elders(uow: Any, event: PersonMerged, *, now: datetime) -> None:
    """Two entries were one person: records and visits of both are theirs, the yearly visit once."""
    with uow:
        community, gone_id = event.community, event.gone_id
        kept_id = uow.merged.remember(community, gone_id, event.kept_id, event.merged_at)
        if kept_id is None:
            return
        uow.elder_records.load([kept_id, gone_id])
        gone, kept = uow.elder_records.find(gone_id), uow.elder_records.find(kept_id)
        visits = uow.visits.of_elders(community, [kept_id, gone_id])
        if gone is not None:
            uow.elder_records.remove(community, [gone_id])
            if kept is None:
                kept = replace(gone, id=kept_id)
                uow.elder_records.add(kept)
            else:
                kept.absorb(gone)
            _unite_visits(uow, kept, gone, visits, now)
        for visit in visits:
            visit.is_for(kept_id, gone_id)
        uow.visits.forget(community, [gone_id])


def _unite_visits(uow: Any, kept: ElderRecord, gone: ElderRecord, visits: list[HomeVisit], now: datetime) -> None:
    yearly = [visit for visit in visits if visit.is_yearly_of(kept.id) or visit.is_yearly_of(gone.id)]
    planned = [visit for visit in yearly if visit.state is State.PLANNED]
    if kept.has_withdrawn:
        for visit in visits:
            visit.drop_findings()
    else:
        done = [day_in_china(visit.ended_at) for visit in yearly if visit.state is State.DONE and visit.ended_at]
        kept.owe_after_merging(gone, max(done, default=None))
    stays = None if kept.has_withdrawn or kept.left_on else kept.next_visit_on
    if stays is not None and all(visit.due_on < stays for visit in planned):
        stays = None  # None is planned, or it is not due as soon as that: the next is planned when its time comes.
    for visit in planned:
        if stays is None or visit.id != yearly_visit_id(kept.id, stays):
            uow.publish(visit.cancel(now=now))
    for visit in visits:
        if visit.state is State.PLANNED:
            visit.follow(gone.household, kept.household)
    if stays is not None and uow.visits.find(yearly_visit_id(kept.id, stays)) is None:
        visit, told = plan_yearly(
            community=kept.community, elder_id=kept.id, household=kept.household, due_on=stays, now=now
        )
        uow.visits.add(visit)
        uow.publish(told)
    kept.visit_planned_for = stays


def update_elder_record(uow: Any, command: Mapping[str, Any], *, now: datetime) -> None:
    """Record an elder's consent, then the findings; under the id that they have now, where the entry became part of
    another while the page stood open."""
    with uow:
        community = uow.elder_records.community_of(command["id"])
        uow.merged.hold_still(community)
        elder = uow.elder_records.get(uow.merged.now(community, command["id"]))
        if "consent_on" in command:
            elder.give_consent(command["consent_on"], now=now)
            uow.publish(
                ElderConsented(
                    community=elder.community,
                    elder_id=elder.id,
                    given_on=command["consent_on"],
                    recorded_by=command.get("recorded_by", ""),
                    recorded_at=now,
                )
            )
        if command["record"]:
            elder.write(command["record"], now=now)


def note_consent(uow: Any, event: ConsentGiven | ConsentWithdrawn, *, now: datetime) -> None:
    """The register of consents has news of an elder: findings may be kept, or no longer, and then they are removed
    and the yearly visit is called off. A consent that was given for an entry which became part of another does not
    overrule a withdrawal. Raises `ElderRecordNotFound` where the record is still to be opened."""
    with uow:
        uow.merged.hold_still(event.community)
        person_id = uow.merged.now(event.community, event.person_id)
        if uow.erased.among(event.community, [person_id]):
            return
        elder = uow.elder_records.get(person_id)
        given_on = event.given_on if isinstance(event, ConsentGiven) else None
        if person_id != event.person_id and given_on is not None and elder.has_withdrawn:
            return
        yearly = elder.next_visit_on and uow.visits.find(yearly_visit_id(elder.id, elder.next_visit_on))
        if elder.hear_of_consent(given_on, at=event.recorded_at) and given_on is None:
            for visit in uow.visits.of_elders(event.community, [person_id]):
                visit.drop_findings()
            if yearly and yearly.state is State.PLANNED:
                uow.publish(yearly.cancel(now=now))


MOST_AT_ONCE = 200
"""To how many elders visits are planned in one unit of work."""


def tell_old_consents(uow: Any) -> int:
    """Bring consents from before the register into it, for at most `MOST_AT_ONCE` elders; how many were looked at."""
    with uow:
        found = uow.elder_records.with_old_consents(MOST_AT_ONCE)
        for elder in found:
            if (given_on := elder.date_old_consent()) is not None:
                uow.publish(
                    ElderConsented(
                        community=elder.community,
                        elder_id=elder.id,
                        given_on=given_on,
                        recorded_by="",
                        recorded_at=elder.consent_at,
                    )
                )
    return len(found)


def plan_yearly_visits(uow: Any, *, ahead_days: int, now: datetime) -> int:
    """Plan the yearly visits that fall due within so many days, for at most `MOST_AT_ONCE` elders; how many elders
    were looked at. Whatever was planned before, by another instance too, is not planned again."""
    today = day_in_china(now)
    with uow:
        owed = uow.elder_records.owed_visits(today, today + timedelta(days=ahead_days), most=MOST_AT_ONCE)
        for elder in owed:
            due_on = elder.owe_visit(today, ahead_days=ahead_days)
            if due_on is None or uow.visits.find(yearly_visit_id(elder.id, due_on)) is not None:
                continue
            visit, told = plan_yearly(
                community=elder.community, elder_id=elder.id, household=elder.household, due_on=due_on, now=now
            )
            uow.visits.add(visit)
            uow.publish(told)
    return len(owed)


def plan_visit_for_grievance(uow: Any, event: LeaderAssigned, *, within_days: int, now: datetime) -> None:
    """Plan the visit that a case asks for, once in each of its rounds."""
    with uow:
        uow.merged.hold_still(event.community)  # the elders of a household are written into the visit
        ends = uow.cases.ends_of(event.community, event.grievance_id)
        is_known = uow.visits.find(visit_id_of(event.grievance_id, event.round)) is not None
        if is_known or is_over(event.round, event.assigned_at, ends):
            return
        elder_ids = uow.elder_records.of_household(event.community, event.place)
        visit, told = plan_for_grievance(event, elder_ids, within_days=within_days, now=now)
        uow.visits.add(visit)
        uow.publish(told)


def plan_visit(uow: Any, command: Mapping[str, Any], *, within_days: int, now: datetime) -> None:
    """Plan a visit by hand; the same id again changes nothing. Elders are meant by the id that they have now."""
    with uow:
        uow.merged.hold_still(command["community"])
        if uow.visits.find(command["id"]) is not None:
            return
        place, elder_ids = _where_and_whom(uow, command)
        visit, told = plan_by_hand(
            command["id"],
            community=command["community"],
            place=place,
            elder_ids=elder_ids,
            grievance_id=command.get("grievance_id"),
            purpose=command["purpose"],
            due_on=command.get("due_on") or day_in_china(now) + timedelta(days=within_days),
            now=now,
        )
        uow.visits.add(visit)
        uow.publish(told)


def _where_and_whom(uow: Any, command: Mapping[str, Any]) -> tuple[str, list[UUID]]:
    """The place and the elders of a visit, each found from the other where it was left out."""
    community, place = command["community"], command.get("place")
    merged = uow.merged.of(community, command["elder_ids"])
    elder_ids = [*dict.fromkeys(merged.get(id, id) for id in command["elder_ids"])]
    if elder_ids:
        households = uow.elder_records.households_of(community, elder_ids)
        return place or households[0], elder_ids
    if place is None:
        raise VisitNeedsPlace(fields={"place": [words(VisitNeedsPlace.zh, VisitNeedsPlace.en)]})
    return place, uow.elder_records.of_household(community, place)


def complete_visit(uow: Any, visit_id: UUID, findings: Mapping[str, Any] | None, *, now: datetime) -> None:
    """The visit took place."""
    with uow:
        visit = uow.visits.get(visit_id)
        has_consent = uow.elder_records.have_consented(visit.elder_ids)
        uow.publish(visit.complete(findings, has_consent=has_consent, now=now))
        for elder in _yearly_of(uow, visit):
            elder.was_visited(day_in_china(now))


def miss_visit(uow: Any, visit_id: UUID, reason: str, *, again_days: int, now: datetime) -> None:
    """The visit did not take place; how often that has happened running is noted, and a yearly one is due again."""
    with uow:
        visit = uow.visits.get(visit_id)
        missed_before = uow.visits.missed_in_a_row(visit.elder_ids)
        uow.publish(visit.miss(reason, missed_before=missed_before, now=now))
        for elder in _yearly_of(uow, visit):
            elder.was_missed(day_in_china(now), again_days=again_days)


def _yearly_of(uow: Any, visit: HomeVisit) -> list[ElderRecord]:
    """The elder for whom this is the yearly visit, if it is one."""
    found = [uow.elder_records.find(id) for id in visit.elder_ids]
    return [
        elder
        for elder in found
        if elder and elder.next_visit_on and visit.id == yearly_visit_id(elder.id, elder.next_visit_on)
    ]


def cancel_visits(uow: Any, community: str, grievance_id: UUID, ended_at: datetime, *, now: datetime) -> None:
    """A case has ended: remember it, and cancel the visits still planned for the round that is over."""
    with uow:
        ends = uow.cases.record_end(community, grievance_id, ended_at)
        for visit in uow.visits.of_grievance(grievance_id):
            if visit.state is State.PLANNED and is_over(visit.round, visit.begun_at, ends):
                uow.publish(visit.cancel(now=now))


def forget_findings(uow: Any, period: Period, *, most: int, now: datetime) -> None:
    """Take away what was found on visits that ended long ago."""
    with uow:
        for community, count in uow.visits.forget_findings(period.began(now), most).items():
            for facts in period.applied(community, {Kind.HEALTH: count}, now=now):
                uow.publish(FindingsForgotten(**facts))
