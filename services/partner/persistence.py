"""Where the partner service keeps units, agreements, referrals, and which cases have ended."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
    func,
    or_,
    select,
    update,
)

from chassis.database import Document, Encrypted, Moment, chassis_tables
from chassis.repository import Register, Repository
from chassis.retention import over
from contracts.partner.errors import ReferralNotFound, UnitNotFound
from services.partner.domain.choosing import Candidate, Term
from services.partner.domain.referral import OPEN, Referral
from services.partner.domain.unit import Agreement, Unit

metadata = MetaData()
chassis_tables(metadata)

units = Table(
    "units",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("name", String(100), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("contact_name", Encrypted),
    Column("phone", Encrypted),
    Column("serves", Document, nullable=False),
    Column("registered_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Index("units_by_name", "community", "name", unique=True),
    Index("units_by_kind", "community", "kind"),
    Index("units_by_id", "id", unique=True),
)

agreements = Table(
    "agreements",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("unit_id", Uuid, nullable=False),
    Column("parties", String(300), nullable=False),
    Column("cooperation", String(20), nullable=False),
    Column("scope", Document, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("signed_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Index("agreements_by_unit", "unit_id"),
    Index("agreements_by_id", "id", unique=True),
)

referrals = Table(
    "referrals",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("grievance_id", Uuid, nullable=False),
    Column("round", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("place", String(32), nullable=False),
    Column("path", Document, nullable=False),
    Column("category", String(40), nullable=False),
    Column("line", String(20), nullable=False),
    Column("unit_kind", String(20), nullable=False),
    Column("unit_id", Uuid, nullable=False),
    Column("unit_name", String(100), nullable=False),
    Column("state", String(12), nullable=False),
    Column("reason", Text, nullable=False),
    Column("return_reason", Text),
    Column("result", Text),
    Column("assigned_at", Moment, nullable=False),
    Column("referred_at", Moment, nullable=False),
    Column("accepted_at", Moment),
    Column("ended_at", Moment),
    Column("version", Integer, nullable=False),
    Index("referrals_by_grievance", "grievance_id"),
    Index("referrals_by_unit", "unit_id", "state"),
    Index("referrals_by_time", "community", "referred_at"),
    Index("referrals_by_id", "id", unique=True),
)
WITH_WORDS = or_(referrals.c.return_reason.is_not(None), referrals.c.result.is_not(None))
"""Referrals that still hold what the unit wrote."""

Index("referrals_with_words", referrals.c.ended_at, sqlite_where=WITH_WORDS, postgresql_where=WITH_WORDS)

cases = Table(
    "cases",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("grievance_id", Uuid, primary_key=True),
    Column("ends", Document),
)


def open_referrals(connection: Connection, unit_ids: Sequence[UUID]) -> Counter[UUID]:
    """How many referrals each of these units has neither done nor given back."""
    counted = (
        select(referrals.c.unit_id, func.count().label("number"))
        .where(referrals.c.unit_id.in_(unit_ids), referrals.c.state.in_(OPEN))
        .group_by(referrals.c.unit_id)
    )
    return Counter({row.unit_id: row.number for row in connection.execute(counted)})


class Units(Repository[Unit]):
    """Partner units."""

    table, aggregate, missing = units, Unit, UnitNotFound

    def known(self, community: str, asked: Sequence[Unit]) -> list[tuple[UUID, str]]:
        """Ids and names of the units that bear one of these ids, or one of these names in the community."""
        same_name = (units.c.community == community) & units.c.name.in_([unit.name for unit in asked])
        same = or_(units.c.id.in_([unit.id for unit in asked]), same_name)
        return [(row.id, row.name) for row in self.connection.execute(select(units.c.id, units.c.name).where(same))]

    def candidates(self, community: str, kind: str) -> list[Candidate]:
        """All units of this kind in the community, with their agreements and open referrals."""
        here = (units.c.community == community, units.c.kind == kind)
        found = self.connection.execute(select(units.c.id, units.c.name, units.c.serves).where(*here)).all()
        if not found:
            return []
        ids = [row.id for row in found]
        terms, at_work = self._terms(ids), open_referrals(self.connection, ids)
        return [
            Candidate(
                unit_id=row.id,
                name=row.name,
                serves=tuple(row.serves),
                terms=tuple(terms[row.id]),
                open_referrals=at_work[row.id],
            )
            for row in found
        ]

    def _terms(self, ids: Sequence[UUID]) -> dict[UUID, list[Term]]:
        chosen = select(agreements.c.unit_id, agreements.c.valid_from, agreements.c.valid_to, agreements.c.scope)
        terms = defaultdict(list)
        for row in self.connection.execute(chosen.where(agreements.c.unit_id.in_(ids))):
            terms[row.unit_id].append(Term(valid_from=row.valid_from, valid_to=row.valid_to, scope=tuple(row.scope)))
        return terms


class Agreements(Repository[Agreement]):
    """Agreements signed with units."""

    table, aggregate = agreements, Agreement


class Referrals(Repository[Referral]):
    """Cases referred to units."""

    table, aggregate, missing = referrals, Referral, ReferralNotFound

    def of_grievance(self, grievance_id: UUID) -> list[Referral]:
        """All referrals of a case, those added in this unit of work too."""
        kept = select(referrals.c.id).where(referrals.c.grievance_id == grievance_id).order_by(referrals.c.referred_at)
        ids = [*self.connection.execute(kept).scalars()]
        ids += [id for id, one in self._tracked.items() if one.aggregate.grievance_id == grievance_id and id not in ids]
        return [self.get(id) for id in ids]

    def forget_words(self, before: datetime, most: int) -> dict[str, int]:
        """Take away what units wrote about referrals that ended before this moment, `most` at once; of how many in each
        community."""
        found = over(self.connection, referrals, WITH_WORDS, referrals.c.ended_at < before, most=most)
        for community, ids in found.items():
            here = (referrals.c.community == community, referrals.c.id.in_(ids))
            wordless: dict[str, Any] = {"return_reason": None, "result": None}
            self.connection.execute(update(referrals).where(*here).values(wordless))
        return {community: len(ids) for community, ids in found.items()}


class Cases(Register):
    """Which grievances have ended, and when: remembered also for those that nothing was asked about yet.

    A case is locked by whoever asks, so that its end and its referral cannot pass each other unseen.
    """

    def ends_of(self, community: str, grievance_id: UUID) -> list[datetime]:
        """When the case has ended so far, once for each round."""
        self.upsert(cases, [{"grievance_id": grievance_id, "community": community}], keys=["community", "grievance_id"])
        locked = select(cases.c.ends).where(*_case(community, grievance_id)).with_for_update()
        kept = self.connection.execute(locked).scalar()
        return [datetime.fromisoformat(end) for end in kept or []]

    def record_end(self, community: str, grievance_id: UUID, ended_at: datetime) -> list[datetime]:
        """Remember that the case has ended at this moment; returns all its ends."""
        ends = sorted({*self.ends_of(community, grievance_id), ended_at})
        kept: dict[str, Any] = {"ends": [end.isoformat() for end in ends]}
        self.connection.execute(update(cases).where(*_case(community, grievance_id)).values(kept))
        return ends


def _case(community: str, grievance_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return cases.c.community == community, cases.c.grievance_id == grievance_id
