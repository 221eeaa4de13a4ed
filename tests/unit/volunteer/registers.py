"""In-memory stand-ins for what the volunteer service keeps, with the promises of its persistence."""

from collections import Counter
from typing import Any
from uuid import UUID

from contracts.volunteer.errors import DispatchNotFound, PairingNotFound, TeamNotFound, VolunteerNotFound
from services.volunteer.domain.callout import load_changes
from services.volunteer.domain.choosing import Candidate
from services.volunteer.domain.dispatch import State
from services.volunteer.domain.pairing import PairingState
from services.volunteer.persistence.callouts import Case
from tests.fakes import FakeErased, FakeMerged, FakeRepository, FakeUnitOfWork


class FakeVolunteers(FakeRepository):
    """Volunteers."""

    def known(self, community: str, ids: list[UUID]) -> set[UUID]:
        """Those of the ids that volunteers of the community bear."""
        return {one.id for one in self if one.id in set(ids) and one.community == community}


class FakeCallouts(FakeRepository):
    """Call-outs; who serves is known as it was last written, for what is decided in a unit of work is not yet."""

    def __init__(self) -> None:
        super().__init__()
        self.serving: set[UUID] = set()

    def of_volunteers(self, community: str, ids: Any) -> list[Any]:
        """All call-outs in which any of these was asked."""
        here = [callout for callout in self if callout.community == community]
        return [one for one in here if {*ids} & {dispatch.volunteer_id for dispatch in one.dispatches}]

    def forget(self, community: str, ids: Any) -> int:
        """How many dispatches there are."""
        return sum(one.volunteer_id in ids for callout in self for one in callout.dispatches)

    def is_serving(self, volunteer_id: UUID) -> bool:
        """Whether the volunteer was checked in anywhere."""
        return volunteer_id in self.serving

    def settle(self) -> None:
        """What was decided is written."""
        parts = (one for callout in self for one in callout.dispatches)
        self.serving = {one.volunteer_id for one in parts if one.state is State.CHECKED_IN}

    def of_dispatch(self, dispatch_id: UUID) -> Any:
        """The call-out that holds it. Raises `DispatchNotFound`."""
        for callout in self:
            if any(dispatch.id == dispatch_id for dispatch in callout.dispatches):
                return callout
        raise DispatchNotFound(id=str(dispatch_id))

    def community_of_dispatch(self, dispatch_id: UUID) -> str:
        """The community of the call-out that holds it. Raises `DispatchNotFound`."""
        return str(self.of_dispatch(dispatch_id).community)

    def of_grievance(self, grievance_id: UUID) -> list[Any]:
        """All call-outs of the case."""
        return [callout for callout in self if callout.grievance_id == grievance_id]


class FakePairings(FakeRepository):
    """Pairings."""

    def of_beneficiaries(self, community: str, ids: Any) -> list[Any]:
        """Those in which any of these is helped."""
        return [one for one in self if one.community == community and one.beneficiary_id in ids]

    def of_those_who_help(self, community: str, ids: Any) -> list[Any]:
        """Those in which any of these helps or has had a contact."""
        return [
            one
            for one in self
            if one.community == community
            and {*ids} & {one.volunteer_id, *(contact.volunteer_id for contact in one.contacts)}
        ]

    def find_active(self, community: str, beneficiary_id: UUID, help_type: str) -> Any:
        """The one that somebody has for this kind of help now."""
        return self.find_by(
            community=community, beneficiary_id=beneficiary_id, help_type=help_type, state=PairingState.ACTIVE
        )


class FakeTeams(FakeRepository):
    """Teams."""

    def of_members(self, community: str, ids: Any) -> list[Any]:
        """All teams in which any of these is a member now."""
        return [team for team in self if team.community == community and {*ids} & {*team.members}]


class FakeCases:
    """Ends of cases."""

    def __init__(self) -> None:
        self.cases: dict[UUID, Case] = {}

    def get(self, _community: str, grievance_id: UUID) -> Case:
        """The case."""
        return self.cases.setdefault(grievance_id, Case(ends=[], callout_ids=set()))

    def record_end(self, community: str, grievance_id: UUID, ended_at: Any) -> list[Any]:
        """Remember the end."""
        case = self.get(community, grievance_id)
        case.ends = sorted({*case.ends, ended_at})
        return case.ends


class FakeRoster:
    """Candidates made from the volunteers."""

    def __init__(self, volunteers: FakeVolunteers) -> None:
        self.volunteers, self.load, self.asked = volunteers, Counter(), 0

    def candidates(self, community: str) -> list[Candidate]:
        """All volunteers of the community."""
        self.asked += 1
        return [
            Candidate(
                volunteer_id=one.id,
                name=one.name,
                skills=one.skills,
                home=[one.home_place],
                is_party_member=one.is_party_member,
                always=one.always,
                windows=one.windows,
                paused_until=one.paused_until,
                open_dispatches=self.load[one.id],
            )
            for one in self.volunteers
            if one.community == community
        ]

    def count(self, *told: Any) -> None:
        """Count what they have on hand."""
        for event in told:
            for volunteer_id, change in load_changes(event):
                self.load[volunteer_id] += change


class FakeHours:
    """The ledger."""

    def __init__(self) -> None:
        self.lines: list[tuple[dict[str, Any], Any]] = []

    def record(self, entries: Any, **of: Any) -> None:
        """Add lines."""
        self.lines += [(of, entry) for entry in entries]

    def credited(self, volunteer_id: UUID, days: Any) -> dict[Any, int]:
        """Minutes credited by day."""
        counts: Counter[Any] = Counter()
        for of, entry in self.lines:
            if of["volunteer_id"] == volunteer_id and entry.served_on in days:
                counts[entry.served_on] += entry.minutes_credited
        return counts

    def overlaps(self, volunteer_id: UUID, start: Any, end: Any) -> bool:
        """Whether a line lies in that time."""
        return any(
            of["volunteer_id"] == volunteer_id and entry.started_at < end and entry.ended_at > start
            for of, entry in self.lines
        )


class FakePlaces:
    """Known places."""

    def __init__(self) -> None:
        self.places: dict[tuple[str, str], Any] = {}

    def remember(self, community: str, places: Any) -> None:
        """Keep them."""
        self.places |= {(community, place.code): place for place in places}

    def above(self, community: str, code: str) -> list[str]:
        """The places above this one."""
        found = []
        while (place := self.places.get((community, code))) and place.parent:
            found.append(place.parent)
            code = place.parent
        return found

    def in_words(self, community: str, path: Any) -> str:
        """Where a path leads."""
        return " ".join(self.places[community, code].name for code in path[2:] if (community, code) in self.places)


def unit_of_work(*volunteers: Any) -> FakeUnitOfWork:
    """A unit of work over nothing but these volunteers."""
    people = FakeVolunteers(VolunteerNotFound, *volunteers)
    return FakeUnitOfWork(
        volunteers=people,
        teams=FakeTeams(TeamNotFound),
        callouts=FakeCallouts(),
        cases=FakeCases(),
        roster=FakeRoster(people),
        hours=FakeHours(),
        places=FakePlaces(),
        erased=FakeErased(),
        merged=FakeMerged(),
        pairings=FakePairings(PairingNotFound),
    )
