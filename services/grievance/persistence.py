"""Where grievances are kept: tables, and how an aggregate becomes rows."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Uuid,
    bindparam,
    insert,
    select,
)

from chassis.database import Count, Document, Encrypted, EncryptedBytes, Moment, chassis_tables
from chassis.repository import Register, Repository
from contracts.grievance.errors import GrievanceNotFound
from contracts.organization.events import PlaceFact
from services.grievance.domain.grievance import Grievance

metadata = MetaData()
chassis_tables(metadata)

grievances = Table(
    "grievances",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("receipt", String(20), nullable=False, unique=True),
    Column("place", String(32), nullable=False),
    Column("category", String(40), nullable=False),
    Column("line", String(20), nullable=False),
    Column("needs", Document, nullable=False),
    Column("unit_kind", String(20)),
    Column("skills", Document, nullable=False),
    Column("hands", SmallInteger, nullable=False),
    Column("channel", String(10), nullable=False),
    Column("is_anonymous", Boolean, nullable=False),
    Column("about_person", Uuid),
    Column("status", String(10), nullable=False),
    Column("filed_at", Moment, nullable=False),
    Column("respond_by", Moment, nullable=False),
    Column("resolve_by", Moment, nullable=False),
    Column("due_at", Moment),
    Column("round", SmallInteger, nullable=False),
    Column("leader", Document),
    Column("is_leader_missing", Boolean, nullable=False),
    Column("dispatches", Document, nullable=False),
    Column("referral", Document),
    Column("visit", Document),
    Column("late", Document, nullable=False),
    Column("resolution", Encrypted, nullable=False),
    Column("score", SmallInteger),
    Column("resolved_at", Moment),
    Column("ended_at", Moment),
    Column("filed_by", Uuid),
    Column("neighbours", Integer, nullable=False),
    Column("amended_at", Moment),
    Column("version", Integer, nullable=False),
    Index("grievances_by_age", "community", "filed_at"),
    Index("grievances_by_status", "community", "status", "filed_at"),
    Index("grievances_by_place", "community", "place"),
    Index("grievances_by_due_time", "due_at"),
    Index("grievances_by_account", "community", "filed_by", "filed_at"),
    Index("grievances_by_id", "id", unique=True),
)

statements = Table(
    "statements",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("grievance_id", Uuid, primary_key=True),
    Column("description", Encrypted, nullable=False),
    Column("contact", Encrypted),
    ForeignKeyConstraint(["community", "grievance_id"], ["grievances.community", "grievances.id"]),
)

timeline = Table(
    "timeline",
    metadata,
    Column("id", Count, primary_key=True, autoincrement=True),
    Column("community", String(12), nullable=False),
    Column("grievance_id", Uuid, nullable=False),
    Column("at", Moment, nullable=False),
    Column("what", String(40), nullable=False),
    Column("who", String(100), nullable=False),
    Column("note", Encrypted, nullable=False),
    ForeignKeyConstraint(["community", "grievance_id"], ["grievances.community", "grievances.id"]),
    Index("timeline_of_grievance", "community", "grievance_id", "id"),
)

filings = Table(
    "filings",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("grievance_id", Uuid, nullable=False),
)

neighbours = Table(
    "neighbours",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("grievance_id", Uuid, nullable=False),
    Column("known_by", String(64), nullable=False),
    Column("claim", String(64), nullable=False),
    Column("account", Uuid),
    Column("phone", Encrypted),
    Column("joined_at", Moment, nullable=False),
    ForeignKeyConstraint(["community", "grievance_id"], ["grievances.community", "grievances.id"]),
    Index("neighbours_by_id", "id", unique=True),
    Index("neighbours_once", "community", "grievance_id", "known_by", unique=True),
)

pictures = Table(
    "pictures",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("grievance_id", Uuid),
    Column("kind", String(10), nullable=False),
    Column("image", EncryptedBytes, nullable=False),
    Column("small", EncryptedBytes, nullable=False),
    Column("width", SmallInteger, nullable=False),
    Column("height", SmallInteger, nullable=False),
    Column("added_by", Uuid),
    Column("added_at", Moment, nullable=False),
    ForeignKeyConstraint(["community", "grievance_id"], ["grievances.community", "grievances.id"]),
    Index("pictures_by_id", "id", unique=True),
    Index("pictures_of_grievance", "community", "grievance_id", "added_at"),
    Index("pictures_by_age", "added_at"),
)

known_places = Table(
    "known_places",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("code", String(32), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("parent", String(32)),
)


class Grievances(Repository[Grievance]):
    """The cases, each with its timeline."""

    table = grievances
    aggregate = Grievance
    missing = GrievanceNotFound

    def has_news(self, aggregate: Grievance) -> bool:
        """Much of what is told of a case changes nothing in it but its timeline."""
        return bool(aggregate.news)

    def written(self, aggregates: list[Grievance]) -> None:
        """Write what was added to the timelines."""
        rows = [
            {"community": grievance.community, "grievance_id": grievance.id, **vars(entry)}
            for grievance in aggregates
            for entry in grievance.news
        ]
        if rows:
            self.connection.execute(insert(timeline), rows)
        for grievance in aggregates:
            grievance.news.clear()


class Statements(Register):
    """What residents wrote, and how to reach them: kept apart from the case, which needs neither."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._new: list[dict[str, Any]] = []

    def keep(self, grievance_id: UUID, community: str, description: str, contact: dict[str, str] | None) -> None:
        """Keep a resident's words and how to reach them, both encrypted."""
        sealed = None if contact is None else msgspec.json.encode(contact).decode()
        row = {"grievance_id": grievance_id, "community": community, "description": description, "contact": sealed}
        self._new.append(row)

    def flush(self, told: Mapping[str, int]) -> dict[str, int]:
        """Write them: after the cases, which they refer to."""
        if self._new:
            self.connection.execute(insert(statements), self._new)
            self._new = []
        return {}


class Filings(Register):
    """Which Idempotency-Key was used for which filing."""

    def find(self, community: str, key: str) -> tuple[str, UUID] | None:
        """Fingerprint of the content and id of the grievance filed under this key."""
        row = self.connection.execute(
            select(filings.c.fingerprint, filings.c.grievance_id).where(
                filings.c.community == community, filings.c.key == key
            )
        ).one_or_none()
        return None if row is None else (row.fingerprint, row.grievance_id)

    def keep(self, community: str, key: str, fingerprint: str, grievance_id: UUID) -> None:
        """Remember a key."""
        row = {"community": community, "key": key, "fingerprint": fingerprint, "grievance_id": grievance_id}
        self.connection.execute(insert(filings), row)


_KNOWN = select(known_places.c.code).where(
    known_places.c.community == bindparam("community"), known_places.c.code.in_(bindparam("codes", expanding=True))
)
"""Asked for every filing: put together once."""


MOST_SEEN = 100_000
"""Places remembered in memory, so that a filing need not ask for what the last one has found."""

_places_seen: WeakKeyDictionary[Engine, set[tuple[str, str]]] = WeakKeyDictionary()


def _seen(engine: Engine) -> set[tuple[str, str]]:
    """The places of this database that were found before: none is ever taken away, so they are there still."""
    seen = _places_seen.setdefault(engine, set())
    if len(seen) > MOST_SEEN:
        seen.clear()
    return seen


class KnownPlaces(Register):
    """Which places there are, as the organization service has told."""

    def remember(self, community: str, places: Sequence[PlaceFact]) -> None:
        """Add or renew places."""
        rows = [
            {"community": community, "code": place.code, "kind": place.kind, "parent": place.parent} for place in places
        ]
        self.upsert(known_places, rows, keys=["community", "code"])

    def known(self, community: str, codes: set[str]) -> set[str]:
        """Those of the codes that are places of the community."""
        seen = _seen(self.connection.engine)
        wanted = {code for code in codes if (community, code) not in seen}
        if wanted:
            found = self.connection.execute(_KNOWN, {"community": community, "codes": sorted(wanted)}).scalars()
            seen.update((community, code) for code in found)
        return {code for code in codes if (community, code) in seen}


REPOSITORIES: dict[str, Any] = {
    "grievances": Grievances,
    "statements": Statements,
    "filings": Filings,
    "places": KnownPlaces,
}
"""What the unit of work offers to the handlers, by name."""
