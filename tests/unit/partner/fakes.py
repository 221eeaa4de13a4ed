"""What the partner service's handlers are given in unit tests, in memory."""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Any
from uuid import UUID

from contracts.errors import NotFound
from contracts.event import Event
from contracts.partner.errors import ReferralNotFound, UnitNotFound
from services.partner.domain.choosing import Candidate, Term
from services.partner.domain.referral import Referral
from services.partner.domain.unit import Unit


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


class FakeReferrals(FakeRepository):
    missing = ReferralNotFound

    def of_grievance(self, grievance_id: UUID) -> list[Referral]:
        return [one for one in self.kept.values() if one.grievance_id == grievance_id]


class FakeUnits(FakeRepository):
    missing = UnitNotFound

    def __init__(self, agreements: FakeRepository, referrals: FakeReferrals) -> None:
        super().__init__()
        self.agreements, self.referrals = agreements, referrals

    def known(self, community: str, asked: Sequence[Unit]) -> list[tuple[UUID, str]]:
        ids, names = {unit.id for unit in asked}, {unit.name for unit in asked}
        return [
            (unit.id, unit.name)
            for unit in self.kept.values()
            if unit.id in ids or (unit.community == community and unit.name in names)
        ]

    def candidates(self, community: str, kind: str) -> list[Candidate]:
        return [
            Candidate(
                unit_id=unit.id,
                name=unit.name,
                serves=tuple(unit.serves),
                terms=tuple(
                    Term(valid_from=one.valid_from, valid_to=one.valid_to, scope=tuple(one.scope))
                    for one in self.agreements.kept.values()
                    if one.unit_id == unit.id
                ),
                open_referrals=sum(one.unit_id == unit.id and one.is_open for one in self.referrals.kept.values()),
            )
            for unit in self.kept.values()
            if unit.community == community and unit.kind == kind
        ]


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
        self.agreements, self.referrals, self.cases = FakeRepository(), FakeReferrals(), FakeCases()
        self.units = FakeUnits(self.agreements, self.referrals)
        self.published: list[Event] = []

    def __enter__(self) -> "FakeUnitOfWork":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def publish(self, *events: Event) -> None:
        self.published.extend(events)
