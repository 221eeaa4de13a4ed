"""What the volunteer service does about commands and about events heard."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.privacy import Kind
from chassis.retention import Period
from contracts.errors import words
from contracts.event import ERASED, ClassCount, Event
from contracts.grievance.events import HandsAsked
from contracts.organization.events import LeaderAssigned, PersonErased, PersonMerged, PlacesImported
from contracts.volunteer.errors import CheckedInElsewhere, SessionsOverlap, TeamNameTaken, VolunteerNotFound
from contracts.volunteer.events import VolunteerErased, VolunteerWordsForgotten
from services.volunteer.domain.availability import Window
from services.volunteer.domain.calendar import day_in_china
from services.volunteer.domain.callout import Callout, Terms, open_asked_callout, open_callout
from services.volunteer.domain.dispatch import CheckInWay
from services.volunteer.domain.hours import HourRules, credit, days_of
from services.volunteer.domain.rounds import is_over
from services.volunteer.domain.scanning import how_checked_in, is_on_the_spot
from services.volunteer.domain.skills import codes_of
from services.volunteer.domain.team import Team
from services.volunteer.domain.volunteer import Volunteer, not_yet_known
from services.volunteer.handlers import merging
from services.volunteer.handlers.pairings import erase_of_pairings

KINDS_KEPT = ("community", "grid", "courtyard", "building")
"""Households are many and add nothing to a distance: nobody's home is named more closely than a building."""

MOMENT = timedelta(microseconds=1)
"""The shortest time that databases tell apart: a check-in takes this much."""

# -- volunteers


def register_volunteers(uow: Any, community: str, given: Sequence[Mapping[str, Any]], *, now: datetime) -> int:
    """Register those volunteers who are not known by their id yet; returns how many."""
    with uow:
        uow.merged.hold_still(community)
        merged = uow.merged.of(community, [one["id"] for one in given])
        asked = [_volunteer(community, {**one, "id": merged.get(one["id"], one["id"])}, now) for one in given]
        fresh = not_yet_known(asked, uow.volunteers.known(community, [one.id for one in asked]))
        for volunteer in fresh:
            uow.volunteers.add(volunteer)
    return len(fresh)


def _volunteer(community: str, given: Mapping[str, Any], now: datetime) -> Volunteer:
    return Volunteer(
        id=given["id"],
        community=community,
        name=given["name"].strip(),
        skills=codes_of(given["skills"]),
        home_place=given["home_place"],
        always=given["always"],
        windows=[Window(**window) for window in given["windows"]],
        paused_until=given["paused_until"],
        is_party_member=given["is_party_member"],
        phone=given["phone"],
        joined_on=given["joined_on"] or day_in_china(now),
    )


def change_availability(uow: Any, command: Mapping[str, Any]) -> None:
    """Change when a volunteer can be asked, as far as the command says something about it."""
    with uow:
        volunteer = uow.volunteers.get(command["id"])
        volunteer.always = command.get("always", volunteer.always)
        volunteer.paused_until = command.get("paused_until", volunteer.paused_until)
        if "windows" in command:
            volunteer.windows = [Window(**window) for window in command["windows"]]


# -- teams


def found_team(uow: Any, command: Mapping[str, Any], *, now: datetime) -> None:
    """Found a team; the same id again changes nothing."""
    with uow:
        uow.merged.hold_still(command["community"])
        if uow.teams.find(command["id"]) is not None:
            return
        team = _team(command, now)
        if uow.teams.find_by(community=team.community, name=team.name) is not None:
            raise TeamNameTaken(name=team.name)
        members = [uow.merged.now(team.community, id) for id in command["member_ids"]]
        _require_volunteers(uow, team.community, members)
        for volunteer_id in members:
            team.join(volunteer_id, now=now)
        uow.teams.add(team)


def _team(given: Mapping[str, Any], now: datetime) -> Team:
    return Team(
        id=given["id"],
        community=given["community"],
        type=given["type"],
        name=given["name"].strip(),
        slogan=given["slogan"],
        charter=given["charter"],
        founded_at=now,
    )


def join_team(uow: Any, team_id: UUID, volunteer_id: UUID, *, now: datetime) -> None:
    """A volunteer of the team's community becomes a member."""
    with uow:
        uow.merged.hold_still(uow.teams.community_of(team_id))
        team = uow.teams.get(team_id)
        volunteer_id = uow.merged.now(team.community, volunteer_id)
        _require_volunteers(uow, team.community, [volunteer_id])
        uow.publish(*team.join(volunteer_id, now=now))


def _require_volunteers(uow: Any, community: str, ids: Sequence[UUID]) -> None:
    unknown = set(ids) - (uow.volunteers.known(community, ids) if ids else set())
    if unknown:
        raise VolunteerNotFound(ids=sorted(map(str, unknown)))


def leave_team(uow: Any, team_id: UUID, volunteer_id: UUID, *, now: datetime) -> None:
    """A member leaves."""
    with uow:
        uow.merged.hold_still(uow.teams.community_of(team_id))
        team = uow.teams.get(team_id)
        uow.publish(*team.leave(uow.merged.now(team.community, volunteer_id), now=now))


def activate_team(uow: Any, command: Mapping[str, Any], *, now: datetime) -> None:
    """The team shall be sent from now on."""
    with uow:
        team = uow.teams.get(command["id"])
        uow.publish(*team.activate(slogan=command.get("slogan"), charter=command.get("charter"), now=now))


# -- calling out


def remember_places(uow: Any, event: PlacesImported) -> None:
    """Remember the places that homes and grievances are measured by."""
    with uow:
        uow.places.remember(event.community, [place for place in event.places if place.kind in KINDS_KEPT])


def call_out_volunteers(uow: Any, event: LeaderAssigned, terms: Terms, *, now: datetime) -> None:
    """Ask volunteers to help with a case that has a leader, once in each of its rounds."""
    with uow:
        _call_out(uow, open_callout(event, terms, now=now), terms, now)


def call_out_asked(uow: Any, event: HandsAsked, terms: Terms, *, now: datetime) -> None:
    """Ask volunteers because the leader wants them, once for each request."""
    with uow:
        _call_out(uow, open_asked_callout(event, now=now), terms, now)


def _call_out(uow: Any, callout: Callout, terms: Terms, now: datetime) -> None:
    uow.merged.hold_still(callout.community)
    case = uow.cases.get(callout.community, callout.grievance_id)
    if callout.id in case.callout_ids or is_over(callout.round, callout.assigned_at, case.ends):
        return
    case.callout_ids.add(callout.id)
    uow.callouts.add(callout)
    _fill(uow, callout, terms, now)


def _fill(uow: Any, callout: Callout, terms: Terms, now: datetime) -> None:
    """Ask whoever must be asked now."""
    if callout.missing:
        _tell(uow, callout.fill(uow.roster.candidates(callout.community), terms, now=now))


def _tell(uow: Any, told: Iterable[Event]) -> None:
    events = list(told)
    uow.roster.count(*events)
    uow.publish(*events)


def stand_down(uow: Any, community: str, grievance_id: UUID, ended_at: datetime, *, now: datetime) -> None:
    """A case has ended: remember it, and let those go who have not come yet in the round that is over."""
    with uow:
        ends = uow.cases.record_end(community, grievance_id, ended_at)
        for callout in uow.callouts.of_grievance(grievance_id):
            if is_over(callout.round, callout.assigned_at, ends):
                _tell(uow, callout.stand_down(now=now))


def lapse_unanswered(uow: Any, callout_ids: Sequence[UUID], terms: Terms, *, now: datetime) -> None:
    """Offers that nobody answered in time stand no more, and the next candidates are asked."""
    with uow:
        for community in sorted(uow.callouts.communities_of(callout_ids)):
            uow.merged.hold_still(community)
        for callout_id in callout_ids:
            callout = uow.callouts.get(callout_id)
            _tell(uow, callout.lapse(now=now))
            _fill(uow, callout, terms, now)


def erase_person(uow: Any, event: PersonErased, terms: Terms, *, now: datetime) -> None:
    """Remove what is kept of a person as a volunteer but the hours, and tell that it is done."""
    community, ids = event.community, event.known_as
    with uow:
        uow.merged.hold_still(community)
        if not event.may_return:
            uow.erased.remember(community, ids, event.erased_at)
        theirs = [uow.volunteers.get(id) for id in sorted(uow.volunteers.known(community, ids))]
        named = sum(volunteer.name != ERASED for volunteer in theirs)
        phones = sum(volunteer.phone is not None for volunteer in theirs)
        for volunteer in theirs:
            volunteer.forget()
        for team in uow.teams.of_members(community, ids):
            for id in set(ids) & set(team.members):
                uow.publish(*team.leave(id, now=now))
        for callout in uow.callouts.of_volunteers(community, ids):
            _tell(uow, callout.forget(ids, now=now))
            _fill(uow, callout, terms, now)
        of_pairings = erase_of_pairings(uow, community, ids, now=now)
        said = uow.callouts.forget(community, ids) + of_pairings.pop("words")
        counts = {"ordinary": named, "contact": phones, "words": said, **of_pairings}
        uow.publish(
            VolunteerErased(
                community=community,
                erasure_id=event.erasure_id,
                removed=tuple(ClassCount(kind=kind, count=count) for kind, count in counts.items() if count),
                kept=("service_record",) if theirs else (),
                erased_at=now,
            )
        )


def merge_volunteers(uow: Any, event: PersonMerged, terms: Terms, *, now: datetime) -> None:
    """Two entries of the register were one person."""
    merging.merge_volunteers(uow, event, lambda callout: _fill(uow, callout, terms, now), now=now)


def forget_words(uow: Any, period: Period, *, most: int, now: datetime) -> None:
    """Take the words out of dispatches of call-outs that ended long ago; the hours stay."""
    with uow:
        for community, count in uow.callouts.forget_long_ended(period.began(now), most).items():
            for facts in period.applied(community, {Kind.WORDS: count}, now=now):
                uow.publish(VolunteerWordsForgotten(**facts))


# -- what volunteers answer and do


def accept_dispatch(uow: Any, command: Mapping[str, Any], *, now: datetime) -> None:
    """A volunteer says yes."""
    with uow:
        callout = uow.callouts.of_dispatch(command["id"])
        uow.publish(callout.accept(command["id"], by=command["by"], note=_said(command), now=now))


def decline_dispatch(uow: Any, command: Mapping[str, Any], terms: Terms, *, now: datetime) -> None:
    """A volunteer says no, and the next one is asked at once."""
    with uow:
        uow.merged.hold_still(uow.callouts.community_of_dispatch(command["id"]))
        callout = uow.callouts.of_dispatch(command["id"])
        _tell(uow, [callout.decline(command["id"], _said(command), by=command["by"], now=now)])
        _fill(uow, callout, terms, now)


def check_in(uow: Any, command: Mapping[str, Any], *, now: datetime) -> None:
    """A volunteer is on the spot; nobody can be in two places."""
    with uow:
        callout = uow.callouts.of_dispatch(command["id"])
        how = _how(uow, callout, command)
        told = callout.check_in(
            command["id"], at=command["at"] or now, how=how, by=command["by"], note=_said(command), now=now
        )
        _lock_volunteer(uow, told.volunteer_id)
        if uow.callouts.is_serving(told.volunteer_id):
            raise SessionsOverlap(volunteer_id=str(told.volunteer_id))
        _require_free(uow, told.volunteer_id, told.checked_in_at, told.checked_in_at + MOMENT)
        uow.publish(told)


def _how(uow: Any, callout: Callout, command: Mapping[str, Any]) -> CheckInWay:
    """How somebody is checked in. Raises `CheckedInElsewhere` where another place's code was scanned."""
    volunteer_id, scanned = callout.dispatch(command["id"]).volunteer_id, command["place"]
    if scanned is not None:
        above = uow.places.above(callout.community, scanned)
        if not is_on_the_spot(scanned, callout.place, callout.path, above):
            said = {"here": uow.places.in_words(callout.community, callout.path) or callout.place}
            wrong = words(CheckedInElsewhere.zh.format(**said), CheckedInElsewhere.en.format(**said))
            raise CheckedInElsewhere(fields={"place": [wrong]}, **said)
    return how_checked_in(volunteer_id, command["own"], has_scanned=scanned is not None, said_when=command["at"])


def check_out(uow: Any, command: Mapping[str, Any], rules: HourRules, *, now: datetime) -> None:
    """A volunteer has finished, and the hours go into the ledger."""
    with uow:
        callout = uow.callouts.of_dispatch(command["id"])
        told = callout.check_out(command["id"], at=command["at"] or now, by=command["by"], note=_said(command), now=now)
        _lock_volunteer(uow, told.volunteer_id)
        _record_hours(uow, callout, command["id"], rules, now)
        _tell(uow, [told])


def _lock_volunteer(uow: Any, volunteer_id: UUID) -> None:
    """Two sessions of one volunteer that begin or end together must see each other."""
    uow.volunteers.get(volunteer_id)


def _require_free(uow: Any, volunteer_id: UUID, start: datetime, end: datetime) -> None:
    if uow.hours.overlaps(volunteer_id, start, end):
        raise SessionsOverlap(volunteer_id=str(volunteer_id))


def _record_hours(uow: Any, callout: Callout, dispatch_id: UUID, rules: HourRules, now: datetime) -> None:
    dispatch = callout.dispatch(dispatch_id)
    start, end = dispatch.checked_in_at, dispatch.checked_out_at
    _require_free(uow, dispatch.volunteer_id, start, end)
    entries = credit(start, end, rules, uow.hours.credited(dispatch.volunteer_id, days_of(start, end)))
    uow.hours.record(
        entries,
        community=callout.community,
        volunteer_id=dispatch.volunteer_id,
        dispatch_id=dispatch.id,
        team_id=dispatch.team_id,
        now=now,
    )


def _said(command: Mapping[str, Any]) -> str:
    """What was said with a step, as reason or as note."""
    return "；".join(words for words in (command["reason"].strip(), command["note"].strip()) if words)
