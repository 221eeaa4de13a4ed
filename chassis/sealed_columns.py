"""Encrypted columns as SQL sees them: which key each row is under, which rows are behind, and their exchange."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, MetaData, Table, TableClause

from chassis.database import Database
from chassis.encrypted_columns import encrypted_columns
from chassis.encryption import ID_LENGTH, SEPARATOR, KeyRing, KeysRefused
from chassis.scope import everywhere

BATCH = 100
"""Most rows taken at once."""

MOST_AT_ONCE = 4_000_000
"""Most characters of them, unless a single one is longer: what operators keep of a message may be of ten megabytes."""


class Sealed:
    """One encrypted column as SQL sees it: its table's key, and the text that it keeps."""

    def __init__(self, table: Table, name: str) -> None:
        self.name = f"{table.name}.{name}"
        keys = [sa.column(column.name, column.type) for column in table.primary_key]
        self._table: TableClause = sa.table(table.name, *keys, sa.column(name, sa.Text))
        self._keys = [self._table.c[column.name] for column in table.primary_key]
        self.kept: ColumnElement[str] = self._table.c[name]

    def under(self, connection: Connection) -> Counter[str]:
        """How many rows are under which key, by its id; "" for those from before keys had ids."""
        is_marked = sa.func.substr(self.kept, ID_LENGTH + 1, 1) == SEPARATOR
        id = sa.case((is_marked, sa.func.substr(self.kept, 1, ID_LENGTH)), else_="").label("id")
        counted = (
            sa.select(id, sa.func.count().label("number"))
            .select_from(self._table)
            .where(*self._is_filled())
            .group_by(id)
        )
        return Counter({row.id: row.number for row in connection.execute(counted)})

    def has_any(self, connection: Connection) -> bool:
        """Whether any row is filled."""
        return self._is_there(connection)

    def is_opened_by(self, connection: Connection, ids: Sequence[str]) -> bool:
        """Whether a key among these opens any row, as far as its id tells."""
        is_marked = sa.func.substr(self.kept, ID_LENGTH + 1, 1) == SEPARATOR
        return self._is_there(connection, sa.or_(~is_marked, sa.func.substr(self.kept, 1, ID_LENGTH).in_(ids)))

    def _is_there(self, connection: Connection, *conditions: ColumnElement[bool]) -> bool:
        looked = sa.select(sa.literal(1)).select_from(self._table).where(*self._is_filled(), *conditions).limit(1)
        return connection.execute(looked).scalar() is not None

    def behind(self, connection: Connection, newest: str, after: Sequence[Any] | None) -> list[tuple[Any, ...]]:
        """The next rows, in the order of their keys, that are not under the newest key: their keys, then the text."""
        is_behind = sa.not_(self.kept.startswith(f"{newest}{SEPARATOR}", autoescape=True))
        beyond = [] if after is None else [sa.tuple_(*self._keys) > self._valued(after)]
        found = (
            sa.select(*self._keys, sa.func.length(self.kept))
            .where(*self._is_filled(), is_behind, *beyond)
            .order_by(*self._keys)
            .limit(BATCH)
        )
        keys = [tuple(row[:-1]) for row in _within_bounds(connection.execute(found).all())]
        if not keys:
            return []
        texts = sa.select(*self._keys, self.kept).where(self._is_one_of(keys)).order_by(*self._keys)
        return [tuple(row) for row in connection.execute(texts)]

    def replace(self, connection: Connection, rows: Sequence[tuple[tuple[Any, ...], str, str]]) -> int:
        """Give rows (key, text as it was read, text anew) their new text where they still hold what was read. Rows that
        somebody else has locked are left for the next time: nobody waits for anybody here."""
        keys = [key for key, _, _ in rows]
        ordered = sa.select(*self._keys).where(self._is_one_of(keys)).order_by(*self._keys)
        ours = {tuple(row) for row in connection.execute(ordered.with_for_update(skip_locked=True))}
        done = 0
        for key, read, anew in rows:
            if key in ours:
                is_as_read = sa.and_(*(column == part for column, part in zip(self._keys, key, strict=True)))
                change = sa.update(self._table).where(is_as_read, self.kept == read).values({self.kept.key: anew})
                done += connection.execute(change).rowcount
        return done

    def _is_filled(self) -> tuple[ColumnElement[bool], ...]:
        return self.kept.is_not(None), self.kept != ""

    def _is_one_of(self, keys: Sequence[Sequence[Any]]) -> ColumnElement[bool]:
        return sa.or_(
            *(sa.and_(*(column == part for column, part in zip(self._keys, key, strict=True))) for key in keys)
        )

    def _valued(self, key: Sequence[Any]) -> Any:
        return sa.tuple_(*(sa.literal(part, column.type) for column, part in zip(self._keys, key, strict=True)))


def _within_bounds(rows: Sequence[Any]) -> list[Any]:
    """As many rows from the start as hold together no more than `MOST_AT_ONCE` characters, but at least one."""
    chosen: list[Any] = []
    characters = 0
    for row in rows:
        characters += row[-1]
        if chosen and characters > MOST_AT_ONCE:
            break
        chosen.append(row)
    return chosen


def standing(database: Database, metadata: MetaData) -> Counter[str]:
    """How many encrypted fields of a service are under which key, by its id."""
    total: Counter[str] = Counter()
    with everywhere(), database.reading() as connection:
        for table, name in encrypted_columns(metadata):
            total += Sealed(table, name).under(connection)
    return total


def refuse_foreign_keys(database: Database, metadata: MetaData, ring: Callable[[], KeyRing]) -> None:
    """Raises `KeysRefused` where fields are kept and the ring opens none of them: it belongs to another system, and
    what would be written under it now could not be read under the right one."""
    with everywhere(), database.reading() as connection:
        filled = [found for column in encrypted_columns(metadata) if (found := Sealed(*column)).has_any(connection)]
        if filled and not any(column.is_opened_by(connection, ring().ids) for column in filled):
            ids = ", ".join(ring().ids)
            raise KeysRefused(f"FIELD_KEYS 打不开已有的个人字段 / FIELD_KEYS opens none of the fields kept: {ids}")
