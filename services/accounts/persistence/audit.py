"""Where the audit of reads is kept: chains that are added to, their heads, seals and cuts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    Row,
    String,
    Table,
    Uuid,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from chassis.database import Document, Moment
from chassis.repository import Register
from services.accounts.domain.audit import BEGINNING, Cut, Head, Link, Read, Seal, chained
from services.accounts.persistence.tables import metadata

audit_reads = Table(
    "audit_reads",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", Uuid, nullable=False),
    Column("at", Moment, nullable=False),
    Column("account", String(64), nullable=False),
    Column("role", String(120), nullable=False),
    Column("session", String(64)),
    Column("why", String(30), nullable=False),
    Column("what", String(60), nullable=False),
    Column("route", String(200), nullable=False),
    Column("subjects", Document, nullable=False),
    Column("correlation", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("audit_reads_by_id", "id", unique=True),
    Index("audit_reads_by_time", "at"),
    Index("audit_reads_by_account", "account", "at"),
    Index("audit_reads_by_subject", "subjects", postgresql_using="gin"),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
"""Where each chain ends; its row is locked by whoever adds to the chain."""

audit_seals = Table(
    "audit_seals",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("count", Integer, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)

audit_cuts = Table(
    "audit_cuts",
    metadata,
    Column("community", String(12), primary_key=True),
    Column("count", Integer, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("days", Integer, nullable=False),
)
"""Up to where the oldest entries were forgotten. The database lets nothing go that no cut covers."""


class Audit(Register):
    """The chains. What is recorded is chained and written when the unit of work commits, each chain's head locked from
    then on only, and always in the same order: so work for many communities never waits in a ring."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._recorded: list[Read] = []

    def record(self, reads: Iterable[Read]) -> None:
        """Add these to the chains of their communities."""
        self._recorded.extend(reads)

    def flush(self, told: Mapping[str, int]) -> dict[str, int]:
        """Chain and write what was recorded."""
        reads, self._recorded = {read.id: read for read in self._recorded}, []
        if reads:
            heads = self._locked({read.community for read in reads.values()})
            known = select(audit_reads.c.id).where(audit_reads.c.id.in_(list(reads)))
            for id in self.connection.execute(known).scalars():
                del reads[id]
            self._append(heads, list(reads.values()))
        return {}

    def _locked(self, communities: set[str]) -> dict[str, Head]:
        is_sqlite = self.connection.dialect.name == "sqlite"
        blank = (sqlite.insert if is_sqlite else postgresql.insert)(audit_heads).on_conflict_do_nothing()
        ordered = sorted(communities)
        heads = select(audit_heads).where(audit_heads.c.community.in_(ordered))
        locked = heads.order_by(audit_heads.c.community).with_for_update()
        found = {row.community: Head(**row._mapping) for row in self.connection.execute(locked)}
        if new := [name for name in ordered if name not in found]:
            self.connection.execute(blank, [{"community": name, "count": 0, "hash": BEGINNING} for name in new])
            found = {row.community: Head(**row._mapping) for row in self.connection.execute(locked)}
        return found

    def _append(self, heads: Mapping[str, Head], reads: Sequence[Read]) -> None:
        rows: list[dict[str, Any]] = []
        for head in heads.values():
            links, end = chained(head, [read for read in reads if read.community == head.community])
            if links:
                rows += [_row(link) for link in links]
                mine = audit_heads.c.community == head.community
                self.connection.execute(update(audit_heads).where(mine).values(count=end.count, hash=end.hash))
        if rows:
            self.connection.execute(insert(audit_reads), rows)

    # -- seals and cuts

    def unsealed(self, *, sealed_before: datetime) -> list[Head]:
        """The heads that have moved on since they were last sealed, if that was before this moment or never."""
        seals = audit_seals
        fresh = (
            select(seals.c.count)
            .where(seals.c.community == audit_heads.c.community)
            .where((seals.c.count >= audit_heads.c.count) | (seals.c.at > sealed_before))
        )
        found = select(audit_heads).where(audit_heads.c.count > 0, ~fresh.exists()).order_by(audit_heads.c.community)
        return [Head(**row._mapping) for row in self.connection.execute(found)]

    def seal(self, seals: Sequence[Seal]) -> None:
        """Keep these."""
        if seals:
            self.connection.execute(insert(audit_seals), [asdict(seal) for seal in seals])

    def sealed_long_ago(self, before: datetime) -> list[Seal]:
        """Of each chain the newest seal from before this moment, where entries up to it are still kept."""
        seals = audit_seals
        newest = select(seals.c.community, func.max(seals.c.count).label("count")).where(seals.c.at <= before)
        last = newest.group_by(seals.c.community).subquery()
        cut = select(audit_cuts.c.count).where(
            audit_cuts.c.community == seals.c.community, audit_cuts.c.count >= seals.c.count
        )
        joined = (seals.c.community == last.c.community) & (seals.c.count == last.c.count)
        found = select(seals).join(last, joined).where(~cut.exists()).order_by(seals.c.community)
        return [Seal(**row._mapping) for row in self.connection.execute(found)]

    def forget(self, cut: Cut) -> int:
        """Let the entries up to this cut go, with the seals and cuts before it; how many entries."""
        self.connection.execute(insert(audit_cuts), asdict(cut))
        for table in (audit_seals, audit_cuts):
            older = (table.c.community == cut.community) & (table.c.count < cut.count)
            self.connection.execute(delete(table).where(older))
        gone = (audit_reads.c.community == cut.community) & (audit_reads.c.number <= cut.count)
        return self.connection.execute(delete(audit_reads).where(gone)).rowcount


def link_of(row: Row[Any]) -> Link:
    """The entry that a row of `audit_reads` holds."""
    told = dict(row._mapping)
    place = {name: told.pop(name) for name in ("number", "previous", "hash")}
    return Link(**place, read=Read(**told | {"subjects": tuple(told["subjects"])}))


def _row(link: Link) -> dict[str, Any]:
    told = {name: getattr(link.read, name) for name in link.read.__dataclass_fields__}
    place = {"number": link.number, "previous": link.previous, "hash": link.hash}
    return told | place | {"subjects": list(link.read.subjects)}
