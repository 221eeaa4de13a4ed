"""What is done about events: whom they concern gets a notice in the transaction of the event; sending is for later."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.grievance.events import GrievanceFiled, GrievanceGoesOn, GrievancePaused, LeaderReminded
from contracts.organization.events import (
    EscalationRaised,
    LeaderAssigned,
    LeaderChanged,
    LeaderMissing,
    PlacesImported,
)
from contracts.partner.events import PartnerReferred
from contracts.volunteer.events import DispatchStoodDown, VolunteersDispatched
from services.accounts.domain.notices import (
    TO_NEIGHBOURS,
    Kind,
    Matter,
    Subject,
    account_recipient,
    groups_of,
    notice,
    reporter_recipient,
    waiting,
)
from services.accounts.domain.reporters import Reporter
from services.accounts.domain.roles import Role

POSTS = {
    "grid_leader": Role.GRID_LEADER,
    "building_leader": Role.BUILDING_LEADER,
    "community_secretary": Role.SECRETARY,
}
"""The role under which somebody in a post signs in."""


def remember_places(uow: Any, event: PlacesImported) -> None:
    """Know which places there are, and their names."""
    with uow:
        uow.places.remember(event.community, event.places)


def note_filed(uow: Any, event: GrievanceFiled, *, now: datetime) -> None:
    """Know the matter, and that whoever left a telephone for it did file it. Another round is the ladder's again,
    whoever got the one before by hand."""
    with uow:
        known: Matter = uow.matters.of(event.community, event.grievance_id)
        if event.round > known.round:
            known = replace(known, led_at="", change=0)
        matter = replace(
            known,
            place=event.place,
            category_zh=event.category_zh,
            category_en=event.category_en,
            line=event.line,
            round=max(known.round, event.round),
        )
        uow.matters.keep(matter, now)
        if reporter := uow.reporters.find(event.grievance_id):
            reporter.filed(now=now)


def tell_leader(uow: Any, event: LeaderAssigned, groups: Collection[str], *, now: datetime) -> None:
    """Whoever is responsible has a new matter, or one that came back."""
    role = POSTS.get(event.post)
    if role is None:
        return
    with uow:
        known: Matter = uow.matters.of(event.community, event.grievance_id)
        if known.change and known.round >= event.round:  # told late: somebody else has got it by hand since
            uow.matters.keep(replace(known, path=event.path, line=event.line), now)
            return
        matter = replace(known, place=event.place, path=event.path, line=event.line, post=event.post, round=event.round)
        matter = replace(matter, led_at=event.led_at, change=0)
        uow.matters.keep(matter, now)
        kind = Kind.NEW_MATTER if event.round == 1 else Kind.MATTER_BACK
        to = _in_post(uow, matter, role)
        _tell(uow, kind, role, to, f"{matter.grievance_id}:{event.round}:{role}", matter, groups, now=now)


def tell_changed(uow: Any, event: LeaderChanged, groups: Collection[str], *, now: datetime) -> None:
    """Whoever leads it now is told, and whoever led it before; not whoever did that themselves. What is told late, when
    it has gone on to others, is news for nobody."""
    with uow:
        known: Matter = uow.matters.of(event.community, event.grievance_id)
        if (event.round, event.change) <= (known.round, known.change):
            return
        path = known.path or uow.places.path_of(event.community, event.place)
        matter = replace(known, place=event.place, path=path, round=event.round, change=event.change)
        before = replace(matter, post=event.from_post, led_at=event.from_place)
        matter = replace(matter, post=event.to_post, led_at=event.to_place)
        uow.matters.keep(matter, now)
        cause = f"{matter.grievance_id}:{event.round}:{event.change}"
        by_oneself = event.by_id and account_recipient(event.by_id)
        told: set[str] = {by_oneself} if by_oneself else set()
        for kind, led in ((Kind.HANDED_OVER, matter), (Kind.HANDED_ON, before)):
            if role := POSTS.get(led.post):
                to = [each for each in _in_post(uow, led, role) if each not in told]
                told.update(to)
                _tell(uow, kind, role, to, cause, led, groups if kind is Kind.HANDED_OVER else (), now=now)


def tell_late(uow: Any, event: Any, groups: Collection[str], *, now: datetime) -> None:
    """The leader who has it is told that it is late."""
    with uow:
        matter: Matter = uow.matters.of(event.community, event.grievance_id)
        role = POSTS.get(matter.post)
        if role is not None:
            cause = f"{matter.grievance_id}:{matter.round}:{event.milestone}"
            _tell(uow, Kind.OVERDUE, role, _in_post(uow, matter, role), cause, matter, groups, now=now)


def tell_reminded(uow: Any, event: LeaderReminded, groups: Collection[str], *, now: datetime) -> None:
    """The leader who has it is told that the office waits for it, once for each reminder."""
    _tell_whoever_leads(uow, Kind.REMINDED, event, event.reminded_at, groups, now=now)


def tell_goes_on(uow: Any, event: GrievanceGoesOn, groups: Collection[str], *, now: datetime) -> None:
    """The leader who has it is told that its clock runs again, where that came about by itself: else they did it."""
    if event.by_itself:
        _tell_whoever_leads(uow, Kind.GOES_ON, event, event.went_on_at, groups, now=now)


def _tell_whoever_leads(
    uow: Any, kind: Kind, event: Any, at: datetime, groups: Collection[str], *, now: datetime
) -> None:
    role = POSTS.get(event.post)
    if role is None:
        return
    with uow:
        known: Matter = uow.matters.of(event.community, event.grievance_id)
        # The event may overtake what told of the case: the place is known all the same.
        path = known.path or uow.places.path_of(event.community, event.place)
        matter = replace(known, place=event.place, path=path)
        cause = f"{event.grievance_id}:{at.isoformat()}"
        _tell(uow, kind, role, _in_post(uow, matter, role), cause, matter, groups, now=now)


def tell_next_up(uow: Any, event: EscalationRaised, groups: Collection[str], *, now: datetime) -> None:
    """The next person up is told that a late matter is put before them."""
    role = POSTS.get(event.post)
    if role is None:
        return
    with uow:
        matter: Matter = uow.matters.of(event.community, event.grievance_id)
        cause = f"{matter.grievance_id}:{matter.round}:{event.milestone}"
        _tell(uow, Kind.ESCALATED, role, _in_post(uow, matter, role), cause, matter, groups, now=now)


def tell_leader_missing(uow: Any, event: LeaderMissing, groups: Collection[str], *, now: datetime) -> None:
    """Office and secretary are told that nobody holds the post."""
    with uow:
        matter: Matter = uow.matters.of(event.community, event.grievance_id)
        for role in (Role.OFFICE, Role.SECRETARY):
            to = uow.recipients.holding(role, event.community)
            cause = f"{event.grievance_id}:{event.round}:{event.missing_at.isoformat()}"
            _tell(uow, Kind.LEADER_MISSING, role, to, cause, matter, groups, now=now)


def tell_volunteers(uow: Any, event: VolunteersDispatched, *, now: datetime) -> None:
    """Volunteers are told that they are asked."""
    with uow:
        matter: Matter = uow.matters.of(event.community, event.grievance_id)
        for each in event.dispatches:
            _tell_volunteer(uow, Kind.HELP_ASKED, each.volunteer_id, each.dispatch_id, matter, now)


def tell_stood_down(uow: Any, event: DispatchStoodDown, *, now: datetime) -> None:
    """A volunteer is told that nobody need come."""
    with uow:
        matter: Matter = uow.matters.of(event.community, event.grievance_id)
        _tell_volunteer(uow, Kind.HELP_NOT_NEEDED, event.volunteer_id, event.dispatch_id, matter, now)


def _tell_volunteer(uow: Any, kind: Kind, volunteer: UUID, dispatch: UUID, matter: Matter, now: datetime) -> None:
    # What was asked of an entry that became part of another may be told late. Nobody's id is written down here but the
    # accounts', so that no merge need be kept away.
    who = uow.merged.now(matter.community, volunteer)
    to = uow.recipients.holding(Role.VOLUNTEER, matter.community, subject=who)
    _tell(uow, kind, Role.VOLUNTEER, to, str(dispatch), matter, (), subject=dispatch, now=now)


def tell_unit(uow: Any, event: PartnerReferred, *, now: datetime) -> None:
    """The people of a unit are told that it is asked."""
    with uow:
        matter: Matter = uow.matters.of(event.community, event.grievance_id)
        to = uow.recipients.holding(Role.PARTNER, event.community, subject=event.unit_id)
        _tell(
            uow,
            Kind.REFERRED,
            Role.PARTNER,
            to,
            str(event.referral_id),
            matter,
            (),
            subject=event.referral_id,
            now=now,
        )


def tell_doctors(uow: Any, event: Any, groups: Collection[str], *, now: datetime) -> None:
    """The doctors of a place are told that somebody there is to be visited: the building at most, and not what for."""
    with uow:
        path = uow.places.path_of(event.community, event.place)
        to = uow.recipients.holding(Role.DOCTOR, event.community, places=path)
        visit = Matter(
            community=event.community, grievance_id=event.grievance_id or event.visit_id, place=event.place, path=path
        )
        cause, subject = str(event.visit_id), event.visit_id
        _tell(uow, Kind.VISIT_PLANNED, Role.DOCTOR, to, cause, visit, groups, subject=subject, now=now)


def tell_filer(uow: Any, event: Any, kind: Kind, *, now: datetime) -> None:
    """Whoever filed a matter is told how it goes, and the neighbours who joined it, when it has come to an end."""
    with uow:
        if kind in TO_NEIGHBOURS:
            _tell_neighbours(uow, event, TO_NEIGHBOURS[kind], now=now)
        if reporter := uow.reporters.find(event.grievance_id):
            if kind is Kind.REOPENED:
                reporter.filed(now=now)
            if kind is Kind.REJECTED:
                reporter.ended(now=now)
            matter: Matter = uow.matters.of(event.community, event.grievance_id)
            cause = f"{matter.grievance_id}:{matter.round}"
            _tell(uow, kind, Role.RESIDENT, [_recipient(reporter)], cause, matter, (), now=now)


def tell_paused(uow: Any, event: GrievancePaused, *, now: datetime) -> None:
    """Whoever filed a matter is told that it waits, for which kind of reason and until when: once for each pause."""
    with uow:
        if reporter := uow.reporters.find(event.grievance_id):
            matter: Matter = uow.matters.of(event.community, event.grievance_id)
            cause = f"{event.grievance_id}:{event.paused_at.isoformat()}"
            more = waiting(event.waits_for_zh, event.waits_for_en, event.until)
            to = [_recipient(reporter)]
            _tell(uow, Kind.PAUSED, Role.RESIDENT, to, cause, matter, (), more=more, now=now)


def _recipient(reporter: Reporter) -> str:
    return account_recipient(reporter.account_id) if reporter.account_id else reporter_recipient(reporter.id)


def _tell_neighbours(uow: Any, event: Any, kind: Kind, *, now: datetime) -> None:
    joined: list[Reporter] = uow.reporters.who_joined(event.community, event.grievance_id)
    for each in joined:
        if kind is Kind.JOINED_REOPENED:
            each.filed(now=now)
        if kind is Kind.JOINED_ENDED:
            each.ended(now=now)
    if joined:
        matter: Matter = uow.matters.of(event.community, event.grievance_id)
        cause = f"{matter.grievance_id}:{matter.round}"
        _tell(uow, kind, Role.RESIDENT, [_recipient(each) for each in joined], cause, matter, (), now=now)


def note_cancelled(uow: Any, event: Any, *, now: datetime) -> None:
    """A matter was withdrawn: whoever did that knows, the neighbours who joined it are told."""
    with uow:
        _tell_neighbours(uow, event, Kind.JOINED_ENDED, now=now)
        if reporter := uow.reporters.find(event.grievance_id):
            reporter.ended(now=now)


def note_ended(uow: Any, event: Any, *, now: datetime) -> None:
    """A matter came to its end, without anybody being told."""
    with uow:
        filed = uow.reporters.find(event.grievance_id)
        for each in (*uow.reporters.who_joined(event.community, event.grievance_id), *([filed] if filed else [])):
            each.ended(now=now)


def _in_post(uow: Any, matter: Matter, role: Role) -> Sequence[str]:
    places = None if role is Role.SECRETARY else [matter.led_at] if matter.led_at else matter.path
    found: Sequence[str] = uow.recipients.holding(role, matter.community, places=places)
    return found


def _tell(
    uow: Any,
    kind: Kind,
    role: Role,
    to: Sequence[str],
    cause: str,
    matter: Matter,
    groups: Collection[str],
    *,
    subject: UUID | None = None,
    more: Subject | None = None,
    now: datetime,
) -> None:
    everybody = [*to, *groups_of(groups, matter.community, role)]
    if everybody:
        path = matter.path or uow.places.path_of(matter.community, matter.place)
        about = matter.about(uow.places.name_along(matter.community, path)).and_more(more or Subject())
        uow.notices.add([notice(kind, role, each, cause, matter, about, subject, now) for each in everybody])
