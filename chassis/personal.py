"""One person's data: gathered for an export by what each service says of its columns, and remembered as erased."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Index, MetaData, String, Table, Uuid, func, select, update

from chassis.database import Moment
from chassis.privacy import EVERYWHERE, Kind, Register, Treatment
from chassis.repository import Register as Kept

CREDENTIALS = frozenset({Kind.SECRET, Kind.HASHED})
"""Never shown, not even to whom they belong: they prove who somebody is."""


def gathered(
    connection: Connection,
    tables: Mapping[str, Register],
    chosen: Iterable[tuple[Table, ColumnElement[bool]]],
    *,
    without: Collection[str] = (),
) -> list[dict[str, Any]]:
    """The rows that are chosen, taken apart by class of data, each with what it is kept for, `without` these
    columns."""
    found: list[dict[str, Any]] = []
    for table, condition in chosen:
        columns = [column for column in table.columns if column.name not in without]
        rows = connection.execute(select(*columns).where(condition).order_by(*table.primary_key)).mappings().all()
        if rows:
            found += _by_class(table, columns, tables[table.name], rows)
    return found


def _by_class(
    table: Table, columns: Sequence[Column[Any]], register: Register, rows: Sequence[Mapping[Any, Any]]
) -> list[dict[str, Any]]:
    alike: dict[Treatment, list[str]] = {}
    for column in columns:
        treatment = register.get(column.name) or EVERYWHERE[column.name]
        alike.setdefault(treatment, []).append(column.name)
    return [
        {
            "kept_in": str(table.name),
            "class": str(treatment.kind),
            "kept_for": {"zh": treatment.zh, "en": treatment.en},
            "rows": [_shown(row, names) for row in rows],
        }
        for treatment, names in alike.items()
        if treatment.kind not in CREDENTIALS
    ]


def _shown(row: Mapping[Any, Any], names: Iterable[str]) -> dict[str, Any]:
    return {str(name): msgspec.to_builtins(row[name]) for name in names}


def erased_people_table(metadata: MetaData) -> Table:
    """The table in which a service remembers who was erased: ids only."""
    return Table(
        "erased",
        metadata,
        Column("community", String(12), primary_key=True),
        Column("person_id", Uuid, primary_key=True),
        Column("erased_at", Moment, nullable=False),
    )


class ErasedPeople(Kept):
    """Who was erased, so that news that comes late brings nobody back."""

    table: ClassVar[Table]

    def remember(self, community: str, ids: Iterable[UUID], erased_at: datetime) -> None:
        """These were erased; a second time changes nothing but the moment."""
        rows = [{"community": community, "person_id": id, "erased_at": erased_at} for id in ids]
        self.upsert(self.table, rows, keys=["community", "person_id"])

    def among(self, community: str, ids: Iterable[UUID]) -> set[UUID]:
        """Those of the ids that were erased."""
        asked = (self.table.c.community == community, self.table.c.person_id.in_(list(ids)))
        return set(self.connection.execute(select(self.table.c.person_id).where(*asked)).scalars())

    def all_of(self, community: str) -> set[UUID]:
        """Everyone of the community who was erased."""
        everyone = select(self.table.c.person_id).where(self.table.c.community == community)
        return set(self.connection.execute(everyone).scalars())


def merged_people_table(metadata: MetaData, *more: Column[Any]) -> Table:
    """The table in which a service remembers whose entry in the register became part of which other: ids, and what
    `more` it keeps of that."""
    return Table(
        "merged",
        metadata,
        Column("community", String(12), primary_key=True),
        Column("gone_id", Uuid, primary_key=True),
        Column("kept_id", Uuid, nullable=False),
        Column("merged_at", Moment, nullable=False),
        *more,
        Index("merged_by_kept", "community", "kept_id"),
    )


class MergedPeople(Kept):
    """Which ids mean somebody who is known by another id now, so that news of them that comes late finds them.

    Who writes down an id that is looked up here holds the community still before any row is read or locked; who merges
    holds it alone. Otherwise what is written while a merge is open stays under an id that nobody has. In SQLite there
    is one writer at a time anyway.
    """

    table: ClassVar[Table]

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._still: set[str] = set()
        self._alone: set[str] = set()

    def hold_still(self, community: str) -> None:
        """Let nobody be merged in the community until the transaction ends; many may hold it so at once."""
        if community not in self._still | self._alone:
            self._lock(func.pg_advisory_xact_lock_shared, community)
            self._still.add(community)

    def hold_alone(self, community: str) -> None:
        """Let nobody else merge in the community, nor hold it still, until the transaction ends."""
        if community not in self._alone:
            self._lock(func.pg_advisory_xact_lock, community)
            self._alone.add(community)

    def _lock(self, lock: Any, community: str) -> None:
        if self.connection.dialect.name != "sqlite":
            self.connection.execute(select(lock(func.hashtextextended(f"merged {community}", 0))))

    def remember(self, community: str, gone: UUID, kept: UUID, at: datetime, **more: Any) -> UUID | None:
        """The entry `gone` is part of `kept` now, whatever became part of it before is so, too; returns whom that is
        by now, for `kept` may have become part of another meanwhile. None where all this was known already. Holds the
        community alone, so that of two merges in a chain the later one sees the earlier."""
        self.hold_alone(community)
        last = self.now(community, kept)
        if last == gone or self.now(community, gone) == last:
            return None
        row = {"community": community, "gone_id": gone, "kept_id": last, "merged_at": at, **more}
        earlier = (self.table.c.community == community, self.table.c.kept_id == gone)
        self.connection.execute(update(self.table).where(*earlier).values(kept_id=last))
        self.upsert(self.table, [row], keys=["community", "gone_id"])
        return last

    def now(self, community: str, id: UUID) -> UUID:
        """By which id somebody is known now."""
        return self.of(community, [id]).get(id, id)

    def of(self, community: str, ids: Iterable[UUID]) -> dict[UUID, UUID]:
        """Those of the ids that became part of another, each with the one."""
        here = (self.table.c.community == community, self.table.c.gone_id.in_(list(ids)))
        rows = self.connection.execute(select(self.table.c.gone_id, self.table.c.kept_id).where(*here))
        return {row.gone_id: row.kept_id for row in rows}

    def into(self, community: str, ids: Iterable[UUID]) -> set[UUID]:
        """All ids that became part of one of these."""
        here = (self.table.c.community == community, self.table.c.kept_id.in_(list(ids)))
        return set(self.connection.execute(select(self.table.c.gone_id).where(*here)).scalars())

    def all_of(self, community: str) -> dict[UUID, UUID]:
        """Everyone of the community who became part of another, with the other."""
        rows = select(self.table.c.gone_id, self.table.c.kept_id).where(self.table.c.community == community)
        return {row.gone_id: row.kept_id for row in self.connection.execute(rows)}
