"""What the health service's handlers are given in unit tests, in memory."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Any
from uuid import UUID

from contracts.errors import NotFound
from contracts.event import Event
from contracts.health.errors import ElderRecordNotFound, VisitNotFound
from contracts.organization.events import PlaceFact
from services.health.domain.elder_record import ElderRecord
from services.health.domain.visit import HomeVisit, State
from tests.fakes import FakeErased, FakeMerged


class FakeRepository:
    """Aggregates in a dictionary."""

    missing: type[NotFound] = NotFound

    def __init__(self) -> None:
        self.kept: dict[UUID, Any] = {}

    def find(self, id: UUID) -> Any:
        return self.kept.get(id)

    def get(self, id: UUID) -> Any:
        if id not in self.kept:
            raise self.missing(id=str(id))
        return self.kept[id]

    def add(self, aggregate: Any) -> None:
        assert aggregate.id not in self.kept, "the database would refuse a second row with this id"
        self.kept[aggregate.id] = aggregate


class FakeElderRecords(FakeRepository):
    missing = ElderRecordNotFound

    def community_of(self, id: UUID) -> str:
        return str(self.get(id).community)

    def open_all(self, asked: Sequence[ElderRecord]) -> int:
        fresh = {elder.id: elder for elder in asked if elder.id not in self.kept}
        for elder in asked:
            if elder.id in self.kept:
                self.kept[elder.id].household, self.kept[elder.id].left_on = elder.household, None
        self.kept |= fresh
        return len(fresh)

    def homes(self, community: str, ids: Sequence[UUID]) -> dict[UUID, str]:
        return {id: self.kept[id].household for id in ids if id in self.kept}

    def owed_visits(self, today: date, by: date, *, most: int) -> list[ElderRecord]:
        yearly = [one for one in self.kept.values() if one.is_visited_yearly(today)]
        owed = [
            one
            for one in yearly
            if not one.next_visit_on or (one.visit_planned_for != one.next_visit_on and one.next_visit_on <= by)
        ]
        return owed[:most]

    def load(self, ids: Iterable[UUID]) -> None:
        return None

    def remove(self, community: str, ids: Sequence[UUID]) -> int:
        theirs = [id for id in ids if id in self.kept and self.kept[id].community == community]
        return len([self.kept.pop(id) for id in theirs])

    def of_household(self, community: str, code: str) -> list[UUID]:
        return [one.id for one in self.kept.values() if (one.community, one.household) == (community, code)]

    def households_of(self, community: str, elder_ids: Sequence[UUID]) -> list[str]:
        return [self.get(id).household for id in elder_ids]

    def have_consented(self, elder_ids: Sequence[UUID]) -> bool:
        return all(self.get(id).consent_on for id in elder_ids)


class FakeVisits(FakeRepository):
    missing = VisitNotFound

    def of_grievance(self, grievance_id: UUID) -> list[HomeVisit]:
        return [one for one in self.kept.values() if one.grievance_id == grievance_id]

    def of_elders(self, community: str, ids: Sequence[UUID]) -> list[HomeVisit]:
        here = [one for one in self.kept.values() if one.community == community]
        return [one for one in here if {*ids} & {*one.elder_ids}]

    def planned_for(self, community: str, ids: Sequence[UUID]) -> list[HomeVisit]:
        return [one for one in self.of_elders(community, ids) if one.state is State.PLANNED]

    def leave_out(self, community: str, elder_id: UUID, visit_ids: Sequence[UUID]) -> None:
        return None

    def forget(self, community: str, ids: Sequence[UUID]) -> int:
        return 0

    def missed_in_a_row(self, elder_ids: Sequence[UUID]) -> int:
        return max((self._missed(id) for id in elder_ids), default=0)

    def _missed(self, elder_id: UUID) -> int:
        ended = [one for one in self.kept.values() if elder_id in one.elder_ids and one.ended_at]
        done = max((one.ended_at for one in ended if one.state is State.DONE), default=None)
        return sum(one.state is State.MISSED and (done is None or one.ended_at > done) for one in ended)


class FakePlaces:
    """The place tree."""

    def __init__(self) -> None:
        self.parents: dict[str, str | None] = {}

    def remember(self, community: str, places: Iterable[PlaceFact]) -> None:
        self.parents |= {place.code: place.parent for place in places}


class FakeCases:
    """The ends of grievances."""

    def __init__(self) -> None:
        self.ends: dict[UUID, list[datetime]] = {}

    def ends_of(self, community: str, grievance_id: UUID) -> list[datetime]:
        return self.ends.get(grievance_id, [])

    def record_end(self, community: str, grievance_id: UUID, ended_at: datetime) -> list[datetime]:
        self.ends[grievance_id] = sorted({*self.ends.get(grievance_id, []), ended_at})
        return self.ends[grievance_id]


class FakeUnitOfWork:
    """Keeps what is published."""

    def __init__(self) -> None:
        self.elder_records, self.visits = FakeElderRecords(), FakeVisits()
        self.known_places, self.cases, self.erased = FakePlaces(), FakeCases(), FakeErased()
        self.merged = FakeMerged()
        self.published: list[Event] = []

    def __enter__(self) -> "FakeUnitOfWork":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def publish(self, *events: Event) -> None:
        self.published.extend(events)
